-- T02. One row per registered decision that nobody has reported yet and whose limit comes within two
-- working days of the day on which all this is known; detail: the limit.
with reported as (
    select place_id, decision_key from known.admin_permit
    union
    select place_id, decision_key from known.admin_penalty
    union
    select place_id, decision_key from known.platform_receipt
),

today as (
    select
        run.as_of,
        c.workday_ordinal
    from ref.run
    join ref.calendar as c
        on run.as_of = c.date and c.is_published
)

select
    owed.row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    strftime(l.limit_date, '%Y/%m/%d') as detail
from staging.{ledger} as owed
cross join today as t
join staging.decision_limits as l
    on owed.place_id = l.place_id and owed.decision_date__date = l.decision_date
join ref.calendar as c
    on l.limit_date = c.date and c.is_published
left join reported
    on owed.place_id = reported.place_id and owed.decision_key = reported.decision_key
where
    owed.status__norm = '有效'
    and owed.decision_key is not null
    and reported.decision_key is null
    and not owed.is_replaced
    and l.limit_date >= t.as_of
    and c.workday_ordinal - t.workday_ordinal <= 2
