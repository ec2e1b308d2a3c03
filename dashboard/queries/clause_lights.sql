-- One row per clause that has a light, in a period: the columns of marts.clause_lights, and of the
-- target that gives the light: metric_id, recurrence, due_date, value_now (its figure from the plan's
-- start to the period's end, where it is the plan's own: a target stays judged by its due day);
-- lead_unit (of the clause), has_overdue_task (a task at or below the clause is overdue), period_end,
-- plan_end.
with chosen as (
    select
        p.plan_id,
        p.period,
        p.end_date,
        q.period_end as plan_end,
        concat(strftime(q.period_start, '%Y-%m'), '..', strftime(p.end_date, '%Y-%m')) as span
    from ref.periods as p
    join ref.plans as q
        on p.plan_id = q.plan_id
    where p.plan_id = $plan and p.period = $period
),

overdue as (
    select distinct l.task_id
    from marts.task_leaves as l
    join marts.task_periods as f
        on l.plan_id = f.plan_id and l.leaf_id = f.task_id
    where f.plan_id = $plan and f.period = $period and f.is_overdue
)

select
    l.*,
    t.metric_id,
    t.recurrence,
    t.due_date,
    case when t.scope like '%plan%' then coalesce(f.value, s.value) end as value_now,
    u.name as lead_unit,
    o.task_id is not null as has_overdue_task,
    c.end_date as period_end,
    c.plan_end
from marts.clause_lights as l
join chosen as c
    on l.plan_id = c.plan_id and l.period = c.period
join ref.targets as t
    on
        l.plan_id = t.plan_id
        and l.target_id = t.target_id
        and t.valid_from <= c.end_date
        and c.end_date < t.valid_to
join ref.tasks as k
    on l.plan_id = k.plan_id and l.task_id = k.task_id
left join ref.units as u
    on k.plan_id = u.plan_id and k.lead_unit_id = u.unit_id
left join marts.target_figures as f
    on
        t.plan_id = f.plan_id
        and t.target_id = f.target_id
        and t.valid_from = f.valid_from
        and c.span = f.period
        and f.scope_type = 'plan'
left join marts.span_values as s
    on t.plan_id = s.plan_id and t.metric_id = s.metric_id and c.span = s.period and s.scope_type = 'plan'
left join overdue as o
    on l.task_id = o.task_id
order by l.sort_order
