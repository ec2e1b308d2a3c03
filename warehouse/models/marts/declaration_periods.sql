-- Grain: one declared figure and one period that holds the period it covers.
-- Purpose: declared figures as facts: the last one is the state, the sum takes no month twice.
with held as (
    select
        p.plan_id,
        p.place_id,
        p.period,
        p.period_kind,
        d.unit_id,
        d.row_id,
        d.metric_id,
        d.target_id,
        d.period_covered,
        d.covered_start,
        d.covered_end,
        d.value,
        d.numerator,
        d.denominator,
        d.basis,
        d.declared_date
    from marts.declarations as d
    join ref.periods as p
        on
            d.plan_id = p.plan_id
            and d.covered_end <= p.end_date
            and d.covered_end >= p.start_date
            and (d.covered_start >= p.start_date or p.period_kind = 'span')
    where d.is_valid
),

contained as (
    select distinct
        c.period,
        c.row_id
    from held as c
    join held as w
        on
            c.plan_id = w.plan_id
            and c.period = w.period
            and c.unit_id = w.unit_id
            and c.metric_id = w.metric_id
            and coalesce(c.target_id, '') = coalesce(w.target_id, '')
    where
        w.covered_start <= c.covered_start
        and w.covered_end >= c.covered_end
        and (w.covered_start < c.covered_start or w.covered_end > c.covered_end)
)

select
    h.*,
    c.row_id is null as is_sum,
    row_number()
        over (
            partition by h.plan_id, h.period, h.unit_id, h.metric_id, h.target_id
            order by h.covered_end desc, h.declared_date desc, h.row_id desc
        )
    = 1 as is_last
from held as h
left join contained as c
    on h.period = c.period and h.row_id = c.row_id
