-- One row per target of a plan in a period (scope plan, or one unit): the columns of
-- marts.target_values, the clause's section and title, and legal_note.
select
    t.*,
    k.section,
    k.title as clause_title,
    d.legal_note,
    d.definition,
    d.note as target_note
from marts.target_values as t
join ref.tasks as k
    on t.plan_id = k.plan_id and t.task_id = k.task_id
join ref.targets as d
    on t.plan_id = d.plan_id and t.target_id = d.target_id
where
    t.plan_id = $plan
    and t.period = $period
    and t.scope_type = case when $unit is null then 'plan' else 'department' end
    and t.scope_id = coalesce($unit, $plan)
order by t.sort_order
