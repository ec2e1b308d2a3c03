-- Grain: one case, debt or event of a public body and one period by whose end it was there.
-- Purpose: the facts of public bodies' defaults in a plan; what was settled before the plan began is not
-- in it. What had been paid by a period's end is told by the rows up to that day.
with payments as (
    select
        p.plan_id,
        p.period,
        d.place_id,
        d.case_kind__norm as case_kind,
        d.case_no__norm as case_key,
        max(d.paid_amount__number) as paid_amount
    from staging.gov_default_case as d
    join ref.periods as p
        on d.place_id = p.place_id and d.event_date <= p.known_date
    left join marts.error_rows as e
        on d.row_id = e.row_id
    where not d.is_replaced and e.row_id is null
    group by 1, 2, 3, 4, 5
)

select
    p.plan_id,
    p.place_id,
    p.period,
    p.period_kind,
    c.unit_id,
    c.row_id,
    c.case_kind,
    c.agency_key,
    c.opened_date,
    c.settled_date,
    c.owed_amount,
    case when c.owed_amount is not null then coalesce(m.paid_amount, 0) end as paid_amount,
    c.opened_date >= p.start_date as is_new,
    coalesce(c.enforced_date >= p.start_date and c.enforced_date <= p.known_date, false) as is_enforced,
    coalesce(c.settled_date <= p.known_date, false) as is_settled
from marts.gov_default_cases as c
join ref.periods as p
    on c.place_id = p.place_id and c.opened_date <= p.end_date
join ref.plans as y
    on p.plan_id = y.plan_id
left join payments as m
    on p.plan_id = m.plan_id and p.period = m.period and c.case_kind = m.case_kind and c.case_key = m.case_key
where coalesce(c.settled_date >= y.period_start, true)
