-- One row per clause of a plan in the order of the text: task_id, parent_id, section, title,
-- responsible (null where the text names nobody), note.
select
    task_id,
    parent_id,
    section,
    title,
    case when decomposition is null then responsible end as responsible,
    note
from ref.tasks
where plan_id = $plan
order by sort_order
