-- Grain: one version of a record: the rows of a place that share record key and content.
-- Purpose: exact repeats are no versions; a version lives while a batch that nothing replaces holds it.
with contents as (
    select
        place_id,
        record_key,
        row_hash,
        min(row_order) as row_order,
        max(case when is_replaced then 0 else 1 end) = 1 as is_live
    from marts.publicity_rows
    group by 1, 2, 3
),

versions as (
    select
        r.place_id,
        r.record_key,
        r.row_hash,
        r.row_order,
        r.row_id,
        r.party_key,
        r.decision_key,
        r.received_date,
        r.error_count,
        r.is_revocation,
        c.is_live
    from contents as c
    join marts.publicity_rows as r
        on c.place_id = r.place_id and c.row_order = r.row_order
)

select
    *,
    case
        when is_live
            then
                lead(received_date)
                    over (partition by place_id, record_key, is_live order by row_order)
    end as next_received_date,
    row_number() over (partition by place_id, record_key order by row_order) as version_number,
    row_number() over (partition by place_id, record_key, is_live order by row_order) as live_number,
    row_number()
        over (partition by place_id, record_key, is_live order by row_order desc)
        as live_number_from_end
from versions
