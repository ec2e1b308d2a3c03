-- Grain: one plan, ledger, unit and span of days that a hand-in or a nil declaration covers.
-- Purpose: where silence means none: a count of nothing stands only for what was handed in.
select distinct
    p.plan_id,
    d.ledger,
    d.unit_id,
    cast(date_trunc('month', d.event_date) as date) as covered_start,
    d.event_date as covered_end
from marts.ledger_days as d
join ref.plans as p
    on d.place_id = p.place_id and d.event_date >= p.year_start and d.event_date <= p.year_end
union
select distinct
    h.plan_id,
    l.ledger,
    h.unit_id,
    o.covered_start,
    o.covered_end
from marts.hand_ins as h
join ref.duty_ledgers as l
    on h.plan_id = l.plan_id and h.duty_id = l.duty_id
join ref.obligations as o
    on h.plan_id = o.plan_id and h.duty_id = o.duty_id and h.period_covered = o.period_covered
where h.way <> 'contradicted'
