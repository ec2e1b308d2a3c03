-- One row, or none: a clause of the plan: task_id, task_kind, section, title, responsible, lead_unit
-- (name), deadline, cadence, note, decomposition (the office's own, where the text names nobody),
-- has_history (a target of the clause is historical).
select
    k.task_id,
    k.task_kind,
    k.section,
    k.title,
    k.responsible,
    u.name as lead_unit,
    k.deadline,
    k.cadence,
    k.note,
    k.decomposition,
    exists(
        select 1 from ref.targets as t
        where t.plan_id = $plan and t.task_id = $task and t.legal_status <> 'in_force'
    ) as has_history
from ref.tasks as k
left join ref.units as u
    on k.plan_id = u.plan_id and k.lead_unit_id = u.unit_id
where k.plan_id = $plan and k.task_id = $task
