-- One row per metric that has an official value in a period (of one unit, else of the plan):
-- metric_id (of the office's own figure), official_value, official_numerator, official_denominator,
-- own_value, own_numerator, own_denominator, difference (own less official, in points; null if the
-- office has none).
with scoped as (
    select *
    from marts.metric_values
    where
        plan_id = $plan
        and period = $period
        and scope_type = case when $unit is null then 'plan' else 'department' end
        and scope_id = coalesce($unit, $plan)
        and value is not null
),

official as (
    select
        replace(metric_id, 'official_', '') as metric_id,
        value,
        numerator,
        denominator
    from scoped
    where metric_id like 'official\_%' escape '\' and unit = '%'
)

select
    f.metric_id,
    f.value as official_value,
    f.numerator as official_numerator,
    f.denominator as official_denominator,
    o.value as own_value,
    o.numerator as own_numerator,
    o.denominator as own_denominator,
    o.value - f.value as difference
from official as f
left join scoped as o
    on f.metric_id = o.metric_id
order by f.metric_id
