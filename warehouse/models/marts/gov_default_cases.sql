-- Grain: one case, debt or event of a public body: its newest row without an error.
-- Purpose: what public bodies owe, since when, and when it was settled.
with ranked as (
    select
        d.*,
        row_number()
            over (
                partition by d.place_id, d.case_kind__norm, d.case_no__norm
                order by
                    coalesce(d.event_date, d.received_date) desc,
                    d.received_date desc,
                    d.sequence desc,
                    d.row_number desc
            )
            as newest_number
    from staging.gov_default_case as d
    left join marts.error_rows as e
        on d.row_id = e.row_id
    where not d.is_replaced and e.row_id is null
)

select
    r.place_id,
    r.unit_id,
    r.row_id,
    r.batch_id,
    r.sheet_name,
    r.row_number,
    r.case_kind__norm as case_kind,
    r.case_no__norm as case_key,
    r.case_no,
    r.title,
    r.agency_name,
    coalesce(r.agency_uscc__norm, r.agency_name__norm) as agency_key,
    r.opened_date__date as opened_date,
    r.enforced_date__date as enforced_date,
    r.amount__number as owed_amount,
    r.fulfilled_date__date as fulfilled_date,
    r.removed_date__date as removed_date,
    -- A case is settled when it is fulfilled and off the list, anything else when it is fulfilled.
    case
        when r.case_kind__norm <> '失信被执行' then r.fulfilled_date__date
        when r.fulfilled_date__date is not null and r.removed_date__date is not null
            then greatest(r.fulfilled_date__date, r.removed_date__date)
    end as settled_date
from ranked as r
where r.newest_number = 1
