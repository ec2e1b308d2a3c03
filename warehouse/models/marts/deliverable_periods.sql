-- Grain: one deliverable and one period in which it was completed.
-- Purpose: the facts of documents, lists, systems and other things done once.
select
    p.plan_id,
    p.place_id,
    p.period,
    p.period_kind,
    d.unit_id,
    d.row_id,
    d.task_id,
    d.target_id,
    d.kind,
    d.level,
    d.title_key,
    d.amount,
    d.event_date,
    d.is_valid as is_counted
from marts.deliverables as d
join ref.periods as p
    on d.plan_id = p.plan_id and d.event_date >= p.start_date and d.event_date <= p.end_date
