-- One row per metric of a plan (or of one unit) in a period: metric_id, value, numerator,
-- denominator, unit, state, previous_value (same kind of period before, null if none).
with periods as (
    select
        period,
        lag(period) over (partition by period_kind order by start_date) as previous_period
    from ref.periods
    where plan_id = $plan and period_kind <> 'span'
),

scoped as (
    select *
    from marts.metric_values
    where
        plan_id = $plan
        and scope_type = case when $unit is null then 'plan' else 'department' end
        and scope_id = coalesce($unit, $plan)
)

select
    m.metric_id,
    m.value,
    m.numerator,
    m.denominator,
    m.unit,
    m.state,
    b.value as previous_value,
    b.numerator as previous_numerator
from scoped as m
join periods as p
    on m.period = p.period
left join scoped as b
    on m.metric_id = b.metric_id and p.previous_period = b.period
where m.period = $period
order by m.metric_id
