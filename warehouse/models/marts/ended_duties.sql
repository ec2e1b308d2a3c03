-- Grain: one duty that lasts until a task is done, and is over since the task's lead said so.
-- Purpose: the day the duty ended; what falls due later is not owed.
with reports as (
    select
        d.plan_id,
        d.duty_id,
        s.status__norm as status,
        s.completed_date__date as completed_date,
        row_number()
            over (
                partition by d.plan_id, d.duty_id
                order by s.status_date desc, s.received_date desc, s.sequence desc, s.row_number desc
            )
            as newest_number
    from ref.duties as d
    join ref.tasks as t
        on d.plan_id = t.plan_id and d.until_task = t.task_id
    join staging.task_status as s
        on
            d.place_id = s.place_id
            and d.plan_id = s.plan_id
            and t.task_id = s.task_id__norm
            and t.lead_unit_id = s.unit_id
    where not s.is_replaced
)

select
    plan_id,
    duty_id,
    completed_date as ended_date
from reports
where newest_number = 1 and status = '已完成' and completed_date is not null
