-- One row per unit and month of the plan year in which a first pass of its could be judged: unit_id,
-- unit, ranking_group, sort_order, month, hits, base, value (0–100), is_small (fewer decisions than the
-- plan asks for).
select
    v.scope_id as unit_id,
    coalesce(u.name, v.scope_id) as unit,
    coalesce(u.ranking_group, 'unknown') as ranking_group,
    coalesce(u.sort_order, 9999) as sort_order,
    v.period as month,
    v.numerator as hits,
    v.denominator as base,
    v.value,
    v.denominator < p.min_rank_records as is_small
from marts.metric_values as v
join ref.plans as p
    on v.plan_id = p.plan_id
left join ref.units as u
    on v.plan_id = u.plan_id and v.scope_id = u.unit_id
where
    v.plan_id = $plan
    and v.metric_id = 'publicity_first_pass_rate'
    and v.scope_type = 'department'
    and v.period_kind = 'month'
    and v.value is not null
    and ($unit is null or v.scope_id = $unit)
order by sort_order, month
