-- Grain: one version of a record: the rows of a place that share record key and content.
-- Purpose: exact repeats are no versions; a version lives while a batch that nothing replaces holds it.
-- Most records came once: they are told by counting, only the others are put in order.
with records as (
    select
        place_id,
        record_key,
        min(row_order) as row_order,
        count(*) as row_count
    from marts.publicity_rows
    group by 1, 2
),

repeated as (
    select
        r.place_id,
        r.record_key,
        r.row_hash,
        min(r.row_order) as row_order,
        max(case when r.is_replaced then 0 else 1 end) = 1 as is_live
    from marts.publicity_rows as r
    join records as k
        on r.place_id = k.place_id and r.record_key = k.record_key
    where k.row_count > 1
    group by 1, 2, 3
),

dated as (
    select
        c.*,
        r.received_date
    from repeated as c
    join marts.publicity_rows as r
        on c.place_id = r.place_id and c.row_order = r.row_order
),

ordered as (
    select
        place_id,
        row_order,
        is_live,
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
    from dated
    union all
    select
        k.place_id,
        k.row_order,
        null as is_live,
        null as next_received_date,
        1 as version_number,
        1 as live_number,
        1 as live_number_from_end
    from records as k
    where k.row_count = 1
)

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
    coalesce(o.is_live, not r.is_replaced) as is_live,
    o.next_received_date,
    o.version_number,
    o.live_number,
    o.live_number_from_end
from ordered as o
join marts.publicity_rows as r
    on o.place_id = r.place_id and o.row_order = r.row_order
