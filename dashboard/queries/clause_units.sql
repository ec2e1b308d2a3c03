-- One row per unit and clause it answers for (of one unit, if given): task_id, unit_id, unit, role
-- (lead, assist).
select
    r.task_id,
    r.unit_id,
    u.name as unit,
    r.role
from ref.task_units as r
join ref.units as u
    on r.plan_id = u.plan_id and r.unit_id = u.unit_id
where r.plan_id = $plan and ($task is null or r.task_id = $task) and ($unit is null or r.unit_id = $unit)
order by case r.role when 'lead' then 1 else 2 end, u.sort_order
