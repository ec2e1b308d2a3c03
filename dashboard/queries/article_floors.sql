-- One row per unit and month of a plan that asks each unit for a number of articles a month: unit_id, unit,
-- month, wanted, written (null: nothing known), status.
select
    t.scope_id as unit_id,
    t.scope_name as unit,
    t.period as month,
    cast(t.threshold as double) as wanted,
    cast(t.value as double) as written,
    t.status
from marts.target_values as t
left join ref.units as u
    on t.plan_id = u.plan_id and t.scope_id = u.unit_id
where
    t.plan_id = $plan
    and t.metric_id = 'publicity_article_count'
    and t.period_kind = 'month'
    and t.scope_type = 'department'
    and t.legal_status = 'in_force'
order by u.sort_order, t.period
