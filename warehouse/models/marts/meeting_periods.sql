-- Grain: one meeting, training, visit or inspection and one period in which it was held.
-- Purpose: the facts of counts of meetings, trainings, visits and inspections.
select
    p.plan_id,
    p.place_id,
    p.period,
    p.period_kind,
    m.unit_id,
    m.row_id,
    m.task_id,
    m.target_id,
    m.kind,
    m.level,
    m.topic,
    m.attendee_count,
    m.event_date,
    m.is_valid as is_counted
from marts.meetings as m
join ref.periods as p
    on m.plan_id = p.plan_id and m.event_date >= p.start_date and m.event_date <= p.end_date
