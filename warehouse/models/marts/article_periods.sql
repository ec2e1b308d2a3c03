-- Grain: one row of an article and one period in which it was published.
-- Purpose: the facts of publicity: an article counts once in a place, whoever hands it in again.
select
    p.plan_id,
    p.place_id,
    p.period,
    p.period_kind,
    a.unit_id,
    a.row_id,
    a.task_id,
    a.target_id,
    a.article_kind,
    a.field,
    a.node,
    a.media,
    a.text_key,
    a.event_date,
    a.is_valid and not a.is_repeat as is_counted,
    a.is_repeat
from marts.articles as a
join ref.periods as p
    on a.plan_id = p.plan_id and a.event_date >= p.start_date and a.event_date <= p.end_date
