-- Grain: one commitment: its newest row without an error.
-- Purpose: who promised what to whom, and whether it was published, verified and put on record.
with ranked as (
    select
        c.*,
        coalesce(c.uscc__norm, c.promiser_name__norm) as promiser_key,
        row_number()
            over (
                partition by
                    c.place_id,
                    c.unit_id,
                    coalesce(c.uscc__norm, c.promiser_name__norm),
                    c.commitment_type__norm,
                    c.made_date__date,
                    coalesce(c.doc_no__norm, c.matter__norm)
                order by c.received_date desc, c.sequence desc, c.row_number desc
            )
            as newest_number
    from staging.commitment as c
    left join marts.error_rows as e
        on c.row_id = e.row_id
    where not c.is_replaced and e.row_id is null
)

select
    r.place_id,
    r.unit_id,
    r.row_id,
    r.batch_id,
    r.sheet_name,
    r.row_number,
    r.promiser_key,
    r.promiser_name,
    r.commitment_type__norm as commitment_type,
    r.matter,
    r.doc_no,
    r.event_date,
    r.due_date__date as due_date,
    r.uploaded_date__date as uploaded_date,
    r.published_date__date as published_date,
    r.fulfilment_state__norm as fulfilment_state,
    r.verified_date__date as verified_date,
    r.recorded_date__date as recorded_date,
    coalesce(r.must_publish__norm <> '否', true) as must_be_published
from ranked as r
where r.newest_number = 1
