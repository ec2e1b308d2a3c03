-- One row per obligation of a plan that falls due in a period (of one unit, if given): duty_id, duty,
-- metric_id (of the duty), unit_id, unit, period_covered, due_date, answered_date, state, is_judged,
-- is_on_time, is_missing, is_nil_contradicted.
select
    f.duty_id,
    d.title as duty,
    d.metric_id,
    f.unit_id,
    coalesce(u.name, f.unit_id) as unit,
    f.period_covered,
    f.due_date,
    f.answered_date,
    o.state,
    f.is_judged,
    f.is_on_time,
    f.is_missing,
    o.is_nil_contradicted
from marts.obligation_periods as f
join marts.obligations as o
    on
        f.plan_id = o.plan_id
        and f.duty_id = o.duty_id
        and f.unit_id = o.unit_id
        and f.period_covered = o.period_covered
join ref.duties as d
    on f.plan_id = d.plan_id and f.duty_id = d.duty_id
left join ref.units as u
    on f.plan_id = u.plan_id and f.unit_id = u.unit_id
where f.plan_id = $plan and f.period = $period and ($unit is null or f.unit_id = $unit)
order by f.due_date, f.duty_id, u.sort_order
