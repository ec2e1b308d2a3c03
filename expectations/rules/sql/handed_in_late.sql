-- T06. One row per hand-in, or nil declaration, made after the day it was due; detail: that day.
-- One of the same obligation that came in time makes a later one a supplement.
with hand_ins as (
    select
        s.row_id,
        s.handed_in_date,
        o.due_date,
        min(s.handed_in_date) over (partition by s.plan_id, s.duty_id__norm, s.unit_id, s.period__norm) as first_date
    from staging.{ledger} as s
    join ref.obligations as o
        on
            s.plan_id = o.plan_id
            and s.duty_id__norm = o.duty_id
            and s.unit_id = o.unit_id
            and s.period__norm = o.period_covered
    where not s.is_replaced and s.submission_type__norm is not null
)

select
    row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    strftime(due_date, '%Y/%m/%d') as detail
from hand_ins
where handed_in_date > due_date and first_date > due_date
