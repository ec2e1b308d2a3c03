-- One row per version of a target that is historical or was amended: target_id, task_id, section,
-- clause_title, title, definition, comparator, value, unit, due_date, legal_status, legal_note,
-- valid_from, valid_to.
with amended as (
    select target_id
    from ref.targets
    where plan_id = $plan
    group by 1
    having count(*) > 1
)

select
    t.target_id,
    t.task_id,
    k.section,
    k.title as clause_title,
    t.metric_name_zh as title,
    t.definition,
    t.comparator,
    t.value,
    t.unit,
    t.due_date,
    t.legal_status,
    t.legal_note,
    t.valid_from,
    t.valid_to
from ref.targets as t
join ref.tasks as k
    on t.plan_id = k.plan_id and t.task_id = k.task_id
left join amended as a
    on t.target_id = a.target_id
where t.plan_id = $plan and (t.legal_status <> 'in_force' or a.target_id is not null)
order by t.sort_order, t.valid_from
