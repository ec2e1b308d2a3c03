-- One row per task that a unit leads, must do itself, or assists with, in a period: task_id, section,
-- title, task_kind, role (lead, own, assist), lead_unit, deadline, last_status, completed_date,
-- is_done, is_due, is_overdue, is_upcoming, is_unmeasured (nulls where the task is not dated),
-- routine_state, row_id of the newest status. Of a task it assists with, the state is the lead's.
with asked as (
    select
        k.task_id,
        k.section,
        k.title,
        k.task_kind,
        k.lead_unit_id,
        k.deadline,
        k.sort_order,
        case
            when k.task_kind = 'each' then 'own'
            else r.role
        end as role,
        case when k.task_kind = 'each' then r.unit_id else k.lead_unit_id end as doing_unit_id
    from ref.task_units as r
    join ref.tasks as k
        on r.plan_id = k.plan_id and r.task_id = k.task_id
    where r.plan_id = $plan and r.unit_id = $unit and k.task_kind not in ('context', 'group')
)

select
    a.task_id,
    a.section,
    a.title,
    a.task_kind,
    a.role,
    u.name as lead_unit,
    coalesce(t.deadline, a.deadline) as deadline,
    t.last_status,
    t.completed_date,
    f.is_done,
    f.is_due,
    f.is_overdue,
    f.is_upcoming,
    f.is_unmeasured,
    r.state as routine_state,
    cast(b.sequence as bigint) * 1000000000 + t.row_number as row_id
from asked as a
left join ref.units as u
    on u.plan_id = $plan and a.lead_unit_id = u.unit_id
left join marts.task_units as t
    on t.plan_id = $plan and a.task_id = t.task_id and a.doing_unit_id = t.unit_id
left join marts.task_periods as f
    on
        f.plan_id = $plan
        and f.period = $period
        and a.task_id = f.task_id
        and a.doing_unit_id = f.unit_id
left join marts.routine_periods as r
    on r.plan_id = $plan and r.period = $period and a.task_id = r.task_id
left join meta.batches as b
    on t.batch_id = b.batch_id
order by
    case a.role when 'lead' then 1 when 'own' then 2 else 3 end,
    coalesce(t.deadline, a.deadline) nulls last,
    a.sort_order
