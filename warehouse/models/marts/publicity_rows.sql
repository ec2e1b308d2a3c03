-- Grain: one landed row of admin_permit or admin_penalty in an admitted batch.
-- Purpose: the row's place in the history of its record, and what the rules said of it.
with batch_orders as (
    select
        batch_id,
        standard,
        row_number() over (order by received_date, sequence) as batch_order
    from meta.batches
),

ledger_rows as (
    select
        'admin_permit' as ledger, batch_id, sheet_name, row_number, row_id, place_id, received_date,
        is_replaced, row_hash, unit_id, decision_key, has_key, record_key, counterparty_name,
        counterparty_name__norm, counterparty_category, document_no, authority_name,
        decision_date__date as decision_date, report_date, report_basis, limit_date, decision_ordinal,
        permit_category as decision_category, valid_to__date as valid_to, published_at__date as published_date,
        status__norm as status, remark, cast(null as varchar) as dishonesty_level
    from staging.admin_permit
    union all
    select
        'admin_penalty' as ledger, batch_id, sheet_name, row_number, row_id, place_id, received_date,
        is_replaced, row_hash, unit_id, decision_key, has_key, record_key, counterparty_name,
        counterparty_name__norm, counterparty_category, document_no, authority_name,
        decision_date__date as decision_date, report_date, report_basis, limit_date, decision_ordinal,
        penalty_category as decision_category, publicity_until__date as valid_to, published_at__date as published_date,
        cast(null as varchar) as status, remark, dishonesty_level__norm as dishonesty_level
    from staging.admin_penalty
)

select
    r.*,
    b.batch_order * 1000000000 + r.row_number as row_order,
    coalesce(e.error_count, 0) as error_count,
    r.decision_key || '|' || r.counterparty_name__norm as party_key,
    -- 2016 layout: 1 撤销, 2 异议. 2018: 2 says no more than 无效, the remark why.
    case
        when b.standard = '2016' then coalesce(r.status = '1', false)
        else coalesce(r.status = '2' and r.remark like '%撤销%', false)
    end as is_revocation,
    coalesce(r.status = case when b.standard = '2016' then '1' else '2' end, false) as is_ended,
    -- No ledger of repairs yet: only what the remark says in so many words.
    coalesce(
        r.remark like '%已修复%'
        or r.remark like '%准予修复%'
        or r.remark like '%修复完成%'
        or r.remark like '%终止公示%', false
    ) as is_repaired
from ledger_rows as r
join batch_orders as b
    on r.batch_id = b.batch_id
left join marts.error_rows as e
    on r.row_id = e.row_id
