-- One row per row whose key stands in an earlier row of the batch, or of a batch that it sees, with
-- another content ({differs}) or the same; detail: where it stands first.
with pairs as (
    select
        later.row_id,
        earlier.row_id as earlier_row_id,
        case
            when later.batch_id = earlier.batch_id then '第 ' || earlier.row_number || ' 行'
            else '“' || earlier.file_name || '”第 ' || earlier.row_number || ' 行'
        end as place_of_earlier
    from staging.{ledger} as later
    join known.{ledger} as earlier
        on later.place_id = earlier.place_id and {same_key}
    left join known.sees on later.batch_id = sees.batch_id and earlier.batch_id = sees.seen_batch_id
    where
        (later.row_hash <> earlier.row_hash) = {differs}
        and (
            sees.batch_id is not null
            or (later.batch_id = earlier.batch_id and later.row_number > earlier.row_number)
        )
)

select
    row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    arg_min(place_of_earlier, earlier_row_id) as detail
from pairs
group by 1
