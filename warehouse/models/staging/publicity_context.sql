-- Grain: one row per landed row of admin_permit and admin_penalty.
-- Purpose: what the row belongs to: its unit, its decision and record keys, its limit and its report.
with publicity_rows as (
    select
        'admin_permit' as ledger,
        batch_id,
        place_id,
        received_date,
        sequence,
        row_number,
        row_hash,
        document_no__norm,
        authority_uscc__norm,
        uscc__norm,
        id_no__hash,
        counterparty_name__norm,
        decision_date__date,
        reported_at__date,
        entered_at__date,
        stored_at__date
    from raw.admin_permit
    union all
    select
        'admin_penalty' as ledger,
        batch_id,
        place_id,
        received_date,
        sequence,
        row_number,
        row_hash,
        document_no__norm,
        authority_uscc__norm,
        uscc__norm,
        id_no__hash,
        counterparty_name__norm,
        decision_date__date,
        reported_at__date,
        entered_at__date,
        stored_at__date
    from raw.admin_penalty
),

keyed as (
    select
        *,
        cast(sequence as bigint) * 1000000000 + row_number as row_id,
        authority_uscc__norm || '|' || document_no__norm as decision_key,
        coalesce(
            case when uscc__norm <> '00000000000000000X' then uscc__norm end,
            id_no__hash,
            counterparty_name__norm
        ) as counterparty_key
    from publicity_rows
),

receipts as (
    select
        place_id,
        decision_key,
        min(reported_at__date) as reported_date,
        max(case when result__norm = '入库' then 1 else 0 end) as stored_count
    from staging.platform_receipt
    where decision_key is not null and not is_replaced
    group by 1, 2
)

select
    w.ledger,
    w.batch_id,
    w.row_id,
    w.place_id,
    u.unit_id,
    w.decision_key,
    w.counterparty_key,
    w.decision_key is not null and w.counterparty_key is not null as has_key,
    coalesce(w.decision_key || '|' || w.counterparty_key, concat('content:', w.row_hash)) as record_key,
    coalesce(r.reported_date, w.reported_at__date, w.entered_at__date, w.stored_at__date) as report_date,
    case
        when r.reported_date is not null then 'receipt'
        when coalesce(w.reported_at__date, w.entered_at__date, w.stored_at__date) is not null then 'column'
    end as report_basis,
    coalesce(r.stored_count, 0) > 0 as has_stored_receipt,
    l.limit_date,
    l.decision_ordinal
from keyed as w
join staging.unit_matches as u
    on w.row_id = u.row_id
left join receipts as r
    on w.place_id = r.place_id and w.decision_key = r.decision_key
left join staging.decision_limits as l
    on w.place_id = l.place_id and w.decision_date__date = l.decision_date
