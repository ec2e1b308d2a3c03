-- One row per unit (of one unit, if given) and part of its score in a period: unit_id, unit, part_id,
-- metric_id, title, weight, value, numerator, denominator, value_source, comparator, target,
-- attainment, points, state, reason.
select
    s.unit_id,
    u.name as unit,
    s.part_id,
    s.metric_id,
    s.title,
    s.weight,
    s.value,
    s.numerator,
    s.denominator,
    s.value_source,
    s.comparator,
    s.target,
    s.attainment,
    s.points,
    s.state,
    s.reason
from marts.unit_score_parts as s
join ref.units as u
    on s.plan_id = u.plan_id and s.unit_id = u.unit_id
where s.plan_id = $plan and s.period = $period and ($unit is null or s.unit_id = $unit)
order by u.sort_order, s.sort_order
