-- G38. One row per row whose record key an earlier row of its batch, or an earlier batch, held with
-- other content; detail: the newest of them. An unchanged repeat of any of them is G36 or G37.
-- Keys that stand in one row only, which nearly all do, leave before contents are compared.
with repeated as (
    select
        place_id,
        record_key
    from known.{ledger}
    where has_key
    group by 1, 2
    having count(*) > 1
),

contested as (
    select
        place_id,
        record_key
    from known.{ledger}
    semi join repeated using (place_id, record_key)
    where has_key
    group by 1, 2
    having min(row_hash) <> max(row_hash)
),

versions as (
    select
        row_id,
        row_number,
        batch_id,
        file_name,
        place_id,
        record_key,
        row_hash
    from known.{ledger}
    semi join contested using (place_id, record_key)
    where has_key
),

pairs as (
    select
        later.row_id,
        earlier.row_id as earlier_row_id,
        later.row_hash = earlier.row_hash as is_repeat,
        case when later.batch_id = earlier.batch_id then '本表' else earlier.file_name end
        || ' 第 ' || earlier.row_number || ' 行' as place_of_earlier
    from versions as later
    join versions as earlier
        on later.place_id = earlier.place_id and later.record_key = earlier.record_key
    left join known.sees
        on later.batch_id = sees.batch_id and earlier.batch_id = sees.seen_batch_id
    where
        sees.seen_batch_id is not null
        or (later.batch_id = earlier.batch_id and earlier.row_number < later.row_number)
)

select
    row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    arg_max(place_of_earlier, earlier_row_id) as detail
from pairs
group by 1
having not bool_or(is_repeat)
