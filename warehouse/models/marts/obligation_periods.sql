-- Grain: one obligation and one period in which it falls due.
-- Purpose: the facts of on-time rates of duties.
select
    p.plan_id,
    p.period,
    p.period_kind,
    o.duty_id,
    o.unit_id,
    o.period_covered,
    o.due_date,
    o.answered_date,
    o.answered_date is not null or o.due_date < p.judging_date as is_judged,
    coalesce(o.answered_date <= o.due_date, false) as is_on_time,
    o.answered_date is null and o.due_date < p.judging_date as is_missing
from marts.obligations as o
join ref.periods as p
    on o.plan_id = p.plan_id and o.period_date >= p.start_date and o.period_date <= p.end_date
cross join ref.run as run
where o.answered_date is not null or p.start_date <= run.as_of
