-- Grain: one duty, unit, period covered and way of handing in.
-- Purpose: what stands for a hand-in: a submission row, rows of the duty's ledgers, or a nil declaration
-- that no rows contradict; the earliest of each way, with the row that shows it.
with dues as (
    select distinct
        plan_id,
        place_id,
        duty_id,
        period_covered,
        covered_start,
        covered_end,
        turn_start,
        turn_end
    from ref.obligations
),

told as (
    select
        ledger,
        batch_id,
        unit_id,
        max(case when event_date is null then 0 else 1 end) = 1 as has_days
    from marts.ledger_days
    group by 1, 2, 3
),

-- A unit's rows that tell no day stand for the period whose turn it is, where its other rows in the
-- batch tell none either.
ledger_days as (
    select
        d.*,
        d.event_date is null and not t.has_days as is_silent
    from marts.ledger_days as d
    join told as t
        on d.ledger = t.ledger and d.batch_id = t.batch_id and d.unit_id = t.unit_id
),

row_hand_ins as (
    select
        o.plan_id,
        o.duty_id,
        o.period_covered,
        d.unit_id,
        'rows' as way,
        d.received_date as handed_in_date,
        d.ledger,
        d.row_id
    from dues as o
    join ref.duty_ledgers as l
        on o.plan_id = l.plan_id and o.duty_id = l.duty_id
    join ledger_days as d
        on o.place_id = d.place_id and l.ledger = d.ledger
    where
        (d.event_date >= o.covered_start and d.event_date <= o.covered_end)
        or (d.is_silent and d.received_date >= o.turn_start and d.received_date <= o.turn_end)
),

with_rows as (
    select distinct
        plan_id,
        duty_id,
        period_covered,
        unit_id
    from row_hand_ins
),

submissions as (
    select
        o.plan_id,
        o.duty_id,
        o.period_covered,
        s.unit_id,
        case
            when s.submission_type__norm = '报送' then 'submission'
            when r.unit_id is null then 'nil'
            else 'contradicted'
        end as way,
        s.handed_in_date,
        'submission' as ledger,
        s.row_id
    from staging.submission as s
    join dues as o
        on
            s.place_id = o.place_id
            and s.duty_id__norm = o.duty_id
            and s.period__norm = o.period_covered
    left join with_rows as r
        on
            o.plan_id = r.plan_id
            and o.duty_id = r.duty_id
            and o.period_covered = r.period_covered
            and s.unit_id = r.unit_id
    where not s.is_replaced and s.submission_type__norm in ('报送', '零报送', '无此类事项')
),

numbered as (
    select
        *,
        row_number()
            over (
                partition by plan_id, duty_id, unit_id, period_covered, way
                order by handed_in_date, row_id
            )
            as number
    from (
        select * from row_hand_ins
        union all
        select * from submissions
    ) as found
)

select
    plan_id,
    duty_id,
    unit_id,
    period_covered,
    way,
    handed_in_date,
    ledger,
    row_id
from numbered
where number = 1
