-- One row per clause of a plan in the order of the text: task_id, parent_id, section, title,
-- responsible, note.
select
    task_id,
    parent_id,
    section,
    title,
    responsible,
    note
from ref.tasks
where plan_id = $plan
order by sort_order
