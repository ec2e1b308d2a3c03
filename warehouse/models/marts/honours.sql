-- Grain: one honour of one holder at one level: its newest row.
-- Purpose: who was chosen as a model or demonstration, and whether it still stands.
with ranked as (
    select
        h.*,
        coalesce(h.uscc__norm, h.name__norm) as holder_key,
        row_number()
            over (
                partition by h.place_id, h.kind__norm, h.level__norm, coalesce(h.uscc__norm, h.name__norm)
                order by h.received_date desc, h.sequence desc, h.row_number desc
            )
            as newest_number
    from staging.honour as h
    where not h.is_replaced
)

select
    r.place_id,
    r.unit_id,
    r.row_id,
    r.batch_id,
    r.sheet_name,
    r.row_number,
    r.task_id__norm as task_id,
    r.target_id__norm as target_id,
    r.kind__norm as kind,
    r.level__norm as level,
    r.status__norm as status,
    r.name as holder_name,
    r.holder_key as name_key,
    r.doc_no,
    r.event_date,
    r.reviewed_date__date as reviewed_date,
    case
        when r.status__norm = '取消' then coalesce(r.revoked_date__date, r.received_date)
        else r.revoked_date__date
    end as revoked_date,
    e.row_id is null as is_valid
from ranked as r
left join marts.error_rows as e
    on r.row_id = e.row_id
where r.newest_number = 1
