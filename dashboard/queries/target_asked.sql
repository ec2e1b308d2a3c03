-- One row, or none: the version of a target in force at a period's end, in force by law too, as
-- `measure_target` and `span_of` want it: the columns of ref.targets, period, start_date, end_date,
-- period_start (of the plan), is_official (the figure that counts is that of the upper platform).
with chosen as (
    select *
    from ref.periods
    where plan_id = $plan and period = $period
)

select
    t.*,
    c.period,
    c.start_date,
    c.end_date,
    p.period_start,
    coalesce(v.measured_by = 'ledger:official_feedback', false) as is_official
from ref.targets as t
join ref.plans as p
    on t.plan_id = p.plan_id
cross join chosen as c
left join marts.target_values as v
    on
        t.plan_id = v.plan_id
        and t.target_id = v.target_id
        and c.period = v.period
        and v.scope_type = 'plan'
where
    t.plan_id = $plan
    and t.target_id = $target
    and t.legal_status = 'in_force'
    and t.valid_from <= c.end_date
    and c.end_date < t.valid_to
