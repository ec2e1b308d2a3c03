-- G37. One row per row that an earlier batch already held, unchanged; detail: where it was first.
-- An error where the earlier copy is stored by the platform, or another unit handed it in.
with repeated as (
    select
        place_id,
        row_hash
    from known.{ledger}
    group by 1, 2
    having min(batch_id) <> max(batch_id)
),

copies as (
    select
        row_id,
        row_number,
        batch_id,
        sequence,
        file_name,
        place_id,
        row_hash,
        has_stored_receipt
    from known.{ledger}
    semi join repeated using (place_id, row_hash)
),

pairs as (
    select
        later.row_id,
        earlier.row_id as earlier_row_id,
        earlier.file_name || ' 第 ' || earlier.row_number || ' 行' as place_of_earlier,
        earlier.has_stored_receipt or sees.is_other_unit as is_error
    from copies as later
    join copies as earlier
        on later.place_id = earlier.place_id and later.row_hash = earlier.row_hash
    join known.sees on later.batch_id = sees.batch_id and earlier.batch_id = sees.seen_batch_id
)

select
    row_id,
    cast(null as varchar) as field,
    case when bool_or(is_error) then 'error' end as severity,
    arg_min(place_of_earlier, earlier_row_id) as detail
from pairs
group by 1
