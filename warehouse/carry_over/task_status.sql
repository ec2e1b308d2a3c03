-- Grain: one dated task (deliverable or each) of a plan and one unit that has not done it.
-- Purpose: the open tasks of a plan, which the next year's plan takes over.
select
    'task' as kind,
    t.task_id as item_id,
    t.title,
    t.unit_id,
    case when t.is_unmeasured then '缺台账' else coalesce(t.last_status, '未报') end as state,
    t.deadline as since
from marts.task_units as t
where t.plan_id = $plan and t.completed_date is null
order by t.task_id, t.unit_id
