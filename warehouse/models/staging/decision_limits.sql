-- Grain: one row per place and decision date that a ledger holds.
-- Purpose: the last day on which a decision of that date may be reported. Day one is the day after
-- the decision. Null where the count runs into a year whose calendar is not published.
with decision_dates as (
    select place_id, decision_date__date as decision_date from raw.admin_permit
    union
    select place_id, decision_date__date as decision_date from raw.admin_penalty
    union
    select place_id, decision_date__date as decision_date from raw.decision_register
),

limits as (
    select
        d.place_id,
        d.decision_date,
        l.limit_days,
        l.limit_kind,
        c.day_number,
        c.workday_ordinal
    from decision_dates as d
    join ref.limits as l
        on d.place_id = l.place_id and d.decision_date >= l.valid_from and d.decision_date < l.valid_to
    left join ref.calendar as c
        on d.decision_date = c.date
)

select
    l.place_id,
    l.decision_date,
    l.limit_days,
    l.limit_kind,
    l.workday_ordinal as decision_ordinal,
    -- In a year that is not published nobody knows which days are worked.
    case
        when l.limit_kind = 'natural' then n.date
        when f.is_published and w.is_published then w.date
    end as limit_date
from limits as l
left join ref.calendar as f
    on l.day_number + 1 = f.day_number
left join ref.calendar as w
    on l.workday_ordinal + l.limit_days = w.workday_ordinal and w.is_workday
left join ref.calendar as n
    on l.day_number + l.limit_days = n.day_number
where l.decision_date is not null
