-- One row per task of a plan in document order: task_id, parent_id, task_kind, section, title,
-- responsible, lead_unit (name), deadline, cadence, and for the period: owed, done, overdue,
-- unmeasured (units of dated tasks), routine_state, duty_hits, duty_base.
with dated as (
    select
        task_id,
        count(*) as owed,
        cast(sum(case when is_done then 1 else 0 end) as bigint) as done,
        cast(sum(case when is_overdue then 1 else 0 end) as bigint) as overdue,
        cast(sum(case when is_unmeasured then 1 else 0 end) as bigint) as unmeasured
    from marts.task_periods
    where plan_id = $plan and period = $period
    group by 1
),

hand_ins as (
    select
        d.task_id,
        cast(sum(case when f.is_judged and f.is_on_time then 1 else 0 end) as bigint) as duty_hits,
        cast(sum(case when f.is_judged then 1 else 0 end) as bigint) as duty_base
    from marts.obligation_periods as f
    join ref.duties as d
        on f.plan_id = d.plan_id and f.duty_id = d.duty_id
    where f.plan_id = $plan and f.period = $period
    group by 1
)

select
    k.task_id,
    k.parent_id,
    k.task_kind,
    k.section,
    k.title,
    k.responsible,
    u.name as lead_unit,
    k.deadline,
    k.cadence,
    coalesce(d.owed, 0) as owed,
    coalesce(d.done, 0) as done,
    coalesce(d.overdue, 0) as overdue,
    coalesce(d.unmeasured, 0) as unmeasured,
    r.state as routine_state,
    h.duty_hits,
    h.duty_base
from ref.tasks as k
left join ref.units as u
    on k.plan_id = u.plan_id and k.lead_unit_id = u.unit_id
left join dated as d
    on k.task_id = d.task_id
left join hand_ins as h
    on k.task_id = h.task_id
left join marts.routine_periods as r
    on k.plan_id = r.plan_id and k.task_id = r.task_id and r.period = $period
where k.plan_id = $plan
order by k.sort_order
