-- Grain: one record that must leave publication on the as-of day.
-- Purpose: why and since when (the first reason; revoked before repaired, ended, expired on one day),
-- and whether it is still shown. Records that a replacing file left out are withdrawn, unless their
-- decision lives on in another record.
with live_decisions as (
    select distinct
        place_id,
        decision_key
    from marts.publicity_records
    where decision_key is not null
),

live_records as (
    select distinct
        place_id,
        record_key
    from marts.publicity_records
),

last_rows as (
    select
        *,
        row_number() over (partition by place_id, record_key order by row_order desc) as newest_number
    from marts.publicity_rows
    where is_replaced
),

replacements as (
    select
        replaces_batch_id as batch_id,
        min(received_date) as replaced_date
    from meta.batches
    where replaces_batch_id is not null
    group by 1
),

left_out as (
    select
        w.place_id,
        w.record_key,
        w.ledger,
        w.unit_id,
        w.row_id,
        w.batch_id,
        w.document_no,
        w.counterparty_name,
        w.authority_name,
        w.decision_date,
        w.published_date,
        coalesce(w.published_date <= n.as_of, false) as is_shown,
        x.replaced_date
    from last_rows as w
    cross join ref.run as n
    join replacements as x
        on w.batch_id = x.batch_id
    left join live_records as r
        on w.place_id = r.place_id and w.record_key = r.record_key
    left join live_decisions as d
        on w.place_id = d.place_id and w.decision_key = d.decision_key
    where w.newest_number = 1 and r.record_key is null and d.decision_key is null
),

candidates as (
    select
        place_id, record_key, ledger, unit_id, row_id, batch_id, document_no, counterparty_name, authority_name,
        decision_date, published_date, is_shown, shown_until, revoked_date, repaired_date, ended_date,
        expired_date, cast(null as date) as replaced_date
    from marts.publications
    union all
    select
        place_id, record_key, ledger, unit_id, row_id, batch_id, document_no, counterparty_name, authority_name,
        decision_date, published_date, is_shown, cast(null as date) as shown_until,
        cast(null as date) as revoked_date, cast(null as date) as repaired_date,
        cast(null as date) as ended_date, cast(null as date) as expired_date, replaced_date
    from left_out
),

dated as (
    select
        *,
        least(
            coalesce(revoked_date, date '2200-01-01'),
            coalesce(repaired_date, date '2200-01-01'),
            coalesce(ended_date, date '2200-01-01'),
            coalesce(expired_date, date '2200-01-01'),
            coalesce(replaced_date, date '2200-01-01')
        ) as since_date
    from candidates
)

select
    place_id,
    record_key,
    ledger,
    unit_id,
    row_id,
    batch_id,
    document_no,
    counterparty_name,
    authority_name,
    decision_date,
    published_date,
    is_shown,
    shown_until,
    since_date,
    case
        when revoked_date = since_date then 'revoked'
        when repaired_date = since_date then 'repaired'
        when ended_date = since_date then 'ended'
        when expired_date = since_date then 'expired'
        else 'replaced'
    end as reason,
    revoked_date is not null as is_revoked,
    repaired_date is not null as is_repaired,
    ended_date is not null as is_ended,
    expired_date is not null as is_expired,
    replaced_date is not null as is_replaced
from dated
where since_date < date '2200-01-01'
