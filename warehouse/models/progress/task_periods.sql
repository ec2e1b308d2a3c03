-- Grain: one dated task of one unit and one period.
-- Purpose: the facts of task completion, overdue and upcoming, on the period's days.
select
    p.plan_id,
    p.period,
    p.period_kind,
    t.task_id,
    t.unit_id,
    t.deadline,
    t.is_unmeasured,
    t.deadline <= p.known_date and not t.is_unmeasured as is_due,
    coalesce(t.completed_date <= p.known_date, false) as is_done,
    t.deadline < p.judging_date
    and not t.is_unmeasured
    and not coalesce(t.completed_date <= p.judging_date, false)
        as is_overdue,
    t.deadline >= p.judging_date
    and t.deadline <= p.judging_date + interval 30 day
    and not t.is_unmeasured
    and not coalesce(t.completed_date <= p.judging_date, false)
        as is_upcoming
from marts.task_units as t
join ref.periods as p
    on t.plan_id = p.plan_id
cross join ref.run as run
where p.start_date <= run.as_of
