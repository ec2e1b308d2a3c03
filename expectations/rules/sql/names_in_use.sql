-- SU4. One row per name in use whose code has another name in use in an earlier row; detail: where.
with in_use as (
    select
        row_id,
        row_number,
        batch_id,
        file_name,
        place_id,
        uscc__norm,
        subject_name__norm
    from known.{ledger}
    where name_valid_to__date is null and uscc__valid and not is_replaced
),

pairs as (
    select
        later.row_id,
        earlier.row_id as earlier_row_id,
        case
            when later.batch_id = earlier.batch_id then '第 ' || earlier.row_number || ' 行'
            else '“' || earlier.file_name || '”第 ' || earlier.row_number || ' 行'
        end as place_of_earlier
    from in_use as later
    join in_use as earlier
        on later.place_id = earlier.place_id and later.uscc__norm = earlier.uscc__norm
    left join known.sees on later.batch_id = sees.batch_id and earlier.batch_id = sees.seen_batch_id
    where
        later.subject_name__norm <> earlier.subject_name__norm
        and (
            sees.batch_id is not null
            or (later.batch_id = earlier.batch_id and later.row_number > earlier.row_number)
        )
)

select
    p.row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    arg_min(p.place_of_earlier, p.earlier_row_id) as detail
from pairs as p
semi join staging.{ledger} as s on p.row_id = s.row_id
group by 1
