-- Grain: one clause (task) with counted targets, one period.
-- Purpose: one light per clause: the worst of its targets (red, yellow, grey, green).
with ranked as (
    select
        t.*,
        row_number()
            over (
                partition by t.plan_id, t.task_id, t.period
                order by
                    case t.light when 'red' then 1 when 'yellow' then 2 when 'grey' then 3 else 4 end,
                    t.sort_order
            )
            as worst_number
    from marts.target_values as t
    where t.scope_type = 'plan' and t.is_counted
)

select
    r.plan_id,
    r.task_id,
    r.period,
    r.period_kind,
    k.title as clause_title,
    k.section,
    r.target_id,
    r.title,
    r.light,
    r.status,
    r.value,
    r.threshold,
    r.unit,
    r.comparator,
    r.gap_text,
    r.missing,
    r.due,
    r.sort_order
from ranked as r
join ref.tasks as k
    on r.plan_id = k.plan_id and r.task_id = k.task_id
where r.worst_number = 1
