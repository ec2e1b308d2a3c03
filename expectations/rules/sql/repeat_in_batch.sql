-- G36. One row per second or later exact copy of a row of its batch; detail: the first copy's row.
with repeated as (
    select
        batch_id,
        row_hash,
        min(row_number) as first_row_number
    from staging.{ledger}
    group by 1, 2
    having count(*) > 1
)

select
    copy.row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    cast(repeated.first_row_number as varchar) as detail
from staging.{ledger} as copy
join repeated on copy.batch_id = repeated.batch_id and copy.row_hash = repeated.row_hash
where copy.row_number > repeated.first_row_number
