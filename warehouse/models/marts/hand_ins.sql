-- Grain: one duty, unit, month covered and way of handing in.
-- Purpose: what stands for a hand-in: a submission row, rows of the duty's ledgers, or a nil declaration
-- that no rows contradict; with the earliest day.
with ledger_rows as (
    select
        r.place_id,
        r.ledger,
        r.batch_id,
        r.unit_id,
        r.received_date,
        r.decision_date
    from marts.publicity_rows as r
),

batch_units as (
    select
        place_id,
        ledger,
        batch_id,
        unit_id,
        received_date,
        max(decision_date) as last_decision_date
    from ledger_rows
    group by 1, 2, 3, 4, 5
),

row_months as (
    select distinct
        place_id,
        ledger,
        unit_id,
        received_date,
        cast(date_trunc('month', decision_date) as date) as covered_month
    from ledger_rows
    where decision_date is not null
    union
    select
        u.place_id,
        u.ledger,
        u.unit_id,
        u.received_date,
        cast(date_trunc('month', cast(date_trunc('month', u.received_date) as date) - interval 1 day) as date)
            as covered_month
    from batch_units as u
    where u.last_decision_date is null
),

row_hand_ins as (
    select
        d.plan_id,
        d.duty_id,
        m.unit_id,
        m.covered_month,
        min(m.received_date) as handed_in_date
    from ref.duties as d
    join ref.duty_ledgers as l
        on d.plan_id = l.plan_id and d.duty_id = l.duty_id
    join row_months as m
        on d.place_id = m.place_id and l.ledger = m.ledger
    group by 1, 2, 3, 4
),

owed_months as (
    select distinct
        plan_id,
        place_id,
        duty_id,
        period_covered,
        covered_month
    from ref.obligations
),

submissions as (
    select
        o.plan_id,
        o.duty_id,
        s.unit_id,
        o.covered_month,
        case when s.submission_type__norm = '报送' then 'submission' else 'nil' end as way,
        min(s.handed_in_date) as handed_in_date
    from staging.submission as s
    join owed_months as o
        on
            s.place_id = o.place_id
            and s.duty_id__norm = o.duty_id
            and s.period__norm = o.period_covered
    where not s.is_replaced and s.submission_type__norm in ('报送', '零报送', '无此类事项')
    group by 1, 2, 3, 4, 5
)

select
    plan_id,
    duty_id,
    unit_id,
    covered_month,
    'rows' as way,
    handed_in_date
from row_hand_ins
union all
select
    s.plan_id,
    s.duty_id,
    s.unit_id,
    s.covered_month,
    case when s.way = 'nil' and r.unit_id is not null then 'contradicted' else s.way end as way,
    s.handed_in_date
from submissions as s
left join row_hand_ins as r
    on
        s.plan_id = r.plan_id
        and s.duty_id = r.duty_id
        and s.unit_id = r.unit_id
        and s.covered_month = r.covered_month
