-- Grain: one official figure and one period that holds the period it names.
-- Purpose: the facts of official rates; a longer notice takes the place of the months it holds.
with held as (
    select
        p.plan_id,
        p.place_id,
        p.period,
        p.period_kind,
        f.unit_id,
        f.row_id,
        f.decision_type,
        f.doc_no,
        f.issued_date,
        f.period_named,
        f.named_start,
        f.named_end,
        f.owed_count,
        f.reported_count,
        f.stored_count,
        f.late_count,
        f.missed_count,
        f.is_total
    from marts.official_figures as f
    join ref.periods as p
        on
            f.plan_id = p.plan_id
            and f.named_end <= p.end_date
            and f.named_end >= p.start_date
            and (f.named_start >= p.start_date or p.period_kind = 'span')
),

contained as (
    select distinct
        c.period,
        c.row_id
    from held as c
    join held as w
        on c.plan_id = w.plan_id and c.period = w.period and c.unit_id = w.unit_id
    where
        w.named_start <= c.named_start
        and w.named_end >= c.named_end
        and (w.named_start < c.named_start or w.named_end > c.named_end)
)

select
    h.plan_id,
    h.place_id,
    h.period,
    h.period_kind,
    h.unit_id,
    h.row_id,
    h.decision_type,
    h.doc_no,
    h.issued_date,
    h.period_named,
    h.owed_count,
    h.reported_count,
    h.stored_count,
    h.late_count,
    h.missed_count,
    h.reported_count - h.late_count as on_time_count,
    h.is_total and c.row_id is null as is_counted
from held as h
left join contained as c
    on h.period = c.period and h.row_id = c.row_id
