-- Grain: one duty, unit and period covered.
-- Purpose: what is owed, the day it is due, and the first day on which it was handed in or declared nil.
-- A plan under which nothing was ever received owes nothing for days that are over: nobody runs it yet.
with running_plans as (
    select distinct plan_id
    from meta.batches
),

-- Who may answer for a unit: itself, what it was merged into, what was merged into it.
lines as (
    select
        place_id,
        unit_id as owing_unit_id,
        heir_id as answering_unit_id
    from ref.unit_heirs
    union
    select
        place_id,
        heir_id as owing_unit_id,
        unit_id as answering_unit_id
    from ref.unit_heirs
),

answers as (
    select
        h.*,
        l.owing_unit_id,
        row_number()
            over (
                partition by h.plan_id, h.duty_id, l.owing_unit_id, h.period_covered
                order by case h.way when 'nil' then 2 else 1 end, h.handed_in_date, h.row_id
            )
            as number
    from marts.hand_ins as h
    join ref.plans as p
        on h.plan_id = p.plan_id
    join lines as l
        on p.place_id = l.place_id and h.unit_id = l.answering_unit_id
    where h.way <> 'contradicted'
)

select
    o.plan_id,
    o.place_id,
    o.duty_id,
    o.unit_id,
    o.period_covered,
    o.covered_start,
    o.covered_end,
    o.nominal_due_date,
    o.due_date,
    o.period_date,
    a.way as answered_by,
    a.handed_in_date as answered_date,
    a.ledger as answered_ledger,
    a.row_id as answered_row_id,
    c.way is not null as is_nil_contradicted,
    case
        when a.way = 'nil' and a.handed_in_date <= o.due_date then '零报送'
        when a.way = 'nil' then '零报送（迟）'
        when a.handed_in_date <= o.due_date then '按时'
        when a.handed_in_date is not null then '迟交'
        when run.as_of > o.due_date then '未交'
        else '未到期'
    end as state
from ref.obligations as o
cross join ref.run as run
left join running_plans as b
    on o.plan_id = b.plan_id
left join marts.ended_duties as e
    on o.plan_id = e.plan_id and o.duty_id = e.duty_id
left join answers as a
    on
        o.plan_id = a.plan_id
        and o.duty_id = a.duty_id
        and o.unit_id = a.owing_unit_id
        and o.period_covered = a.period_covered
        and a.number = 1
left join marts.hand_ins as c
    on
        o.plan_id = c.plan_id
        and o.duty_id = c.duty_id
        and o.unit_id = c.unit_id
        and o.period_covered = c.period_covered
        and c.way = 'contradicted'
where
    (e.ended_date is null or o.due_date <= e.ended_date)
    and (b.plan_id is not null or o.due_date >= run.as_of)
