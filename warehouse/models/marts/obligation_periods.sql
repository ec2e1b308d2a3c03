-- Grain: one obligation and one period in which it falls due.
-- Purpose: the facts of on-time rates of duties; is_latest_due: of the newest due day
-- that is over, before any is of the first one answered; is_scored: the duty may count in a score.
with judged as (
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
        o.answered_date is null and o.due_date < p.judging_date as is_missing,
        o.due_date < p.judging_date as is_over
    from marts.obligations as o
    join ref.periods as p
        on o.plan_id = p.plan_id and o.period_date >= p.start_date and o.period_date <= p.end_date
    cross join ref.run as run
    where o.answered_date is not null or p.start_date <= run.as_of
),

latest as (
    select
        plan_id,
        period,
        duty_id,
        coalesce(max(case when is_over then due_date end), min(due_date)) as due_date
    from judged
    where is_judged
    group by 1, 2, 3
)

select
    j.plan_id,
    j.period,
    j.period_kind,
    j.duty_id,
    j.unit_id,
    j.period_covered,
    j.due_date,
    j.answered_date,
    j.is_judged,
    j.is_on_time,
    j.is_missing,
    d.is_assessed as is_scored,
    coalesce(j.due_date = l.due_date, false) as is_latest_due
from judged as j
join ref.duties as d
    on j.plan_id = d.plan_id and j.duty_id = d.duty_id
left join latest as l
    on j.plan_id = l.plan_id and j.period = l.period and j.duty_id = l.duty_id
