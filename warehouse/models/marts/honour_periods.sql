-- Grain: one honour and one period by whose end it had been awarded.
-- Purpose: the facts of models and demonstrations: those awarded in the period (counted), and the stock.
select
    p.plan_id,
    p.place_id,
    p.period,
    p.period_kind,
    h.unit_id,
    h.row_id,
    h.task_id,
    h.target_id,
    h.kind,
    h.level,
    h.status,
    h.name_key,
    h.event_date,
    h.is_valid and h.event_date >= p.start_date as is_counted,
    h.is_valid and (h.revoked_date is null or h.revoked_date >= p.start_date) as is_standing,
    coalesce(h.reviewed_date <= p.known_date and h.reviewed_date >= p.start_date, false) as is_reviewed,
    coalesce(h.revoked_date <= p.known_date, false) as is_revoked
from marts.honours as h
join ref.periods as p
    on h.place_id = p.place_id and h.event_date <= p.end_date
