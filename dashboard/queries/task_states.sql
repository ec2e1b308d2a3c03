-- One row per dated task and unit (of one unit, if given) in a period: task_id, section, title,
-- task_kind, unit_id, unit, deadline, last_status, last_status_date, completed_date, is_unmeasured,
-- is_due, is_done, is_overdue, is_upcoming, has_history (a target of the clause is historical), batch_id,
-- sheet_name, row_number, row_id.
select
    t.task_id,
    k.section,
    t.title,
    t.task_kind,
    t.unit_id,
    coalesce(u.name, t.unit_id) as unit,
    t.deadline,
    t.last_status,
    t.last_status_date,
    t.completed_date,
    f.is_unmeasured,
    f.is_due,
    f.is_done,
    f.is_overdue,
    f.is_upcoming,
    exists(
        select 1 from ref.targets as g
        where g.plan_id = f.plan_id and g.task_id = f.task_id and g.legal_status <> 'in_force'
    ) as has_history,
    t.batch_id,
    t.sheet_name,
    t.row_number,
    cast(b.sequence as bigint) * 1000000000 + t.row_number as row_id
from marts.task_periods as f
join marts.task_units as t
    on f.plan_id = t.plan_id and f.task_id = t.task_id and f.unit_id = t.unit_id
join ref.tasks as k
    on f.plan_id = k.plan_id and f.task_id = k.task_id
left join ref.units as u
    on f.plan_id = u.plan_id and f.unit_id = u.unit_id
left join meta.batches as b
    on t.batch_id = b.batch_id
where f.plan_id = $plan and f.period = $period and ($unit is null or f.unit_id = $unit)
order by t.deadline, t.task_id, u.sort_order
