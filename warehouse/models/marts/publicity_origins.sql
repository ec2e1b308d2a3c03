-- Grain: one live record.
-- Purpose: its first report: the earliest row ever received of the record, or of the same decision and
-- counterparty name, so that a corrected key is no second first time. The limit is that of the first
-- row with a valid decision date.
with current_versions as (
    select *
    from marts.publicity_versions
    where is_live and live_number_from_end = 1
),

by_record as (
    select
        place_id,
        record_key,
        min(row_order) as first_order,
        min(case when decision_date is not null then row_order end) as first_dated_order
    from marts.publicity_rows
    group by 1, 2
),

by_party as (
    select
        place_id,
        party_key,
        min(row_order) as first_order,
        min(case when decision_date is not null then row_order end) as first_dated_order
    from marts.publicity_rows
    where party_key is not null
    group by 1, 2
),

orders as (
    select
        v.place_id,
        v.record_key,
        least(r.first_order, coalesce(p.first_order, r.first_order)) as first_order,
        least(
            coalesce(r.first_dated_order, p.first_dated_order),
            coalesce(p.first_dated_order, r.first_dated_order)
        ) as first_dated_order
    from current_versions as v
    join by_record as r
        on v.place_id = r.place_id and v.record_key = r.record_key
    left join by_party as p
        on v.place_id = p.place_id and v.party_key = p.party_key
)

select
    o.place_id,
    o.record_key,
    o.first_order,
    f.row_id as first_row_id,
    f.received_date as first_received_date,
    f.report_date,
    f.report_basis,
    d.decision_date as first_decision_date,
    d.limit_date,
    d.decision_ordinal,
    d.decision_date > d.received_date as is_future
from orders as o
join marts.publicity_rows as f
    on o.place_id = f.place_id and o.first_order = f.row_order
left join marts.publicity_rows as d
    on o.place_id = d.place_id and o.first_dated_order = d.row_order
