-- Grain: one decision of a place, whoever knows of it: register, spot check, record or receipt.
-- Purpose: whether it should be reported, whether it was, and whether in time.
with record_decisions as (
    select
        place_id,
        coalesce(decision_key, record_key) as decision_key,
        min(report_date) as report_date,
        min(first_received_date) as first_received_date,
        max(case when revoked_date is null then 0 else 1 end) as revoked_count,
        count(*) as record_count,
        max(revoked_date) as revoked_date,
        min(row_id) as row_id
    from marts.publicity_records
    group by 1, 2
),

-- Only decisions with several records ask which of them came first.
ranked_records as (
    select
        d.*,
        r.row_id as ranked_row_id,
        row_number()
            over (
                partition by d.place_id, d.decision_key
                order by r.first_order, r.row_id
            )
            as record_order
    from record_decisions as d
    join marts.publicity_records as r
        on d.place_id = r.place_id and d.decision_key = coalesce(r.decision_key, r.record_key)
    where d.record_count > 1
),

spoken_for as (
    select
        place_id,
        decision_key,
        report_date,
        first_received_date,
        revoked_count,
        record_count,
        revoked_date,
        row_id
    from record_decisions
    where record_count = 1
    union all
    select
        place_id,
        decision_key,
        report_date,
        first_received_date,
        revoked_count,
        record_count,
        revoked_date,
        ranked_row_id as row_id
    from ranked_records
    where record_order = 1
),

first_records as (
    select
        d.*,
        r.decision_key is not null as has_key,
        r.ledger,
        r.unit_id,
        r.document_no,
        r.counterparty_name,
        r.authority_name,
        r.decision_date,
        r.limit_date
    from spoken_for as d
    join marts.publicity_records as r
        on d.row_id = r.row_id
),

told_keys as (
    select place_id, decision_key from marts.register_decisions
    union
    select place_id, decision_key from marts.receipt_decisions
),

decision_keys as (
    select
        r.*,
        coalesce(r.place_id, t.place_id) as key_place_id,
        coalesce(r.decision_key, t.decision_key) as key
    from first_records as r
    full join told_keys as t
        on r.place_id = t.place_id and r.decision_key = t.decision_key
),

combined as (
    select
        r.key_place_id as place_id,
        r.key as decision_key,
        coalesce(
            case r.ledger when 'admin_permit' then '行政许可' when 'admin_penalty' then '行政处罚' end,
            g.decision_type,
            t.decision_type
        ) as decision_type,
        coalesce(r.unit_id, g.unit_id, t.unit_id) as unit_id,
        coalesce(r.document_no, g.document_no, t.document_no) as document_no,
        coalesce(r.counterparty_name, g.counterparty_name, t.counterparty_name) as counterparty_name,
        coalesce(r.authority_name, g.authority_name, t.authority_name) as authority_name,
        coalesce(r.decision_date, g.decision_date) as decision_date,
        coalesce(r.limit_date, g.limit_date) as limit_date,
        least(coalesce(r.report_date, t.report_date), coalesce(t.report_date, r.report_date)) as report_date,
        coalesce(r.first_received_date, t.first_received_date, g.received_date) as first_received_date,
        r.row_id as record_row_id,
        g.batch_id as register_batch_id,
        g.sheet_name as register_sheet_name,
        g.row_number as register_row_number,
        g.row_id as register_row_id,
        coalesce(r.has_key, true) as has_key,
        r.decision_key is not null as has_record,
        t.decision_key is not null as has_receipt,
        coalesce(t.is_stored, false) as is_stored,
        coalesce(g.is_registered, false) as is_registered,
        coalesce(g.is_found, false) as is_found,
        coalesce(g.is_confirmed, false) as is_confirmed,
        coalesce(g.is_exempt, false) as is_exempt_in_register,
        coalesce(
            g.revoked_date, case when r.revoked_count = r.record_count then r.revoked_date end
        ) as revoked_date
    from decision_keys as r
    left join marts.register_decisions as g
        on r.key_place_id = g.place_id and r.key = g.decision_key
    left join marts.receipt_decisions as t
        on r.key_place_id = t.place_id and r.key = t.decision_key
),

placed as (
    select
        *,
        has_record or has_receipt as is_reported,
        coalesce(decision_date, report_date, first_received_date) as placing_date
    from combined
)

select
    d.*,
    p.plan_id,
    d.is_exempt_in_register and not d.is_reported as is_exempt,
    coalesce(d.report_date <= d.limit_date, false) as is_reported_in_time,
    cast(date_trunc('month', d.placing_date) as date) as decision_month
from placed as d
left join ref.plans as p
    on d.place_id = p.place_id and d.placing_date >= p.year_start and d.placing_date <= p.year_end
