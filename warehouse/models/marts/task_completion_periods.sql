-- Grain: one part of a task owed by one unit, and one period that has begun.
-- Purpose: the facts of completion days: a task is done on the day its last part is.
select
    p.plan_id,
    p.place_id,
    p.period,
    p.period_kind,
    c.unit_id,
    c.task_id,
    cast(null as varchar) as target_id,
    c.leaf_id,
    c.deadline,
    case when c.completed_date <= p.known_date then c.completed_date end as completed_date,
    coalesce(c.completed_date <= p.known_date, false) as is_completed
from marts.task_completions as c
join ref.periods as p
    on c.plan_id = p.plan_id
cross join ref.run as run
where p.start_date <= run.as_of
