-- Grain: one row of a list of decisions found from above or on a website (register sources 上级抽查,
-- 网站比对).
-- Purpose: what can be answered to it as of the day: stored, in_transit, exempt, missed, and where none
-- of these holds not_due, revoked, undated or unmatched. A list is named by its 来源文号, else its file.
with asked as (
    select
        r.*,
        case
            when trim(coalesce(r.source_doc_no, '')) in ('', '无', '/', '-', 'null', 'NULL', '—')
                then r.file_name
            else trim(r.source_doc_no)
        end as list_name
    from staging.decision_register as r
    where not r.is_replaced and r.register_source__norm in ('上级抽查', '网站比对')
),

asked_records as (
    select distinct d.record_row_id
    from asked as a
    join marts.decisions as d
        on a.place_id = d.place_id and a.decision_key = d.decision_key
),

ledger_days as (
    select
        s.row_id,
        s.stored_at__date as stored_date
    from asked_records as r
    join staging.admin_permit as s
        on r.record_row_id = s.row_id
    union all
    select
        s.row_id,
        s.stored_at__date as stored_date
    from asked_records as r
    join staging.admin_penalty as s
        on r.record_row_id = s.row_id
),

known as (
    select
        a.place_id,
        a.row_id,
        a.batch_id,
        a.file_name,
        a.sheet_name,
        a.row_number,
        a.received_date,
        a.list_name,
        a.register_source__norm as source,
        a.decision_key,
        a.document_no,
        a.authority_name,
        a.counterparty_name,
        a.decision_type__norm as decision_type,
        coalesce(d.unit_id, a.unit_id) as unit_id,
        coalesce(d.decision_date, a.decision_date__date) as decision_date,
        coalesce(d.limit_date, a.limit_date) as limit_date,
        d.plan_id,
        d.decision_month,
        d.record_row_id,
        d.report_date,
        coalesce(d.is_reported, false) as is_reported,
        coalesce(d.is_exempt, false) as is_exempt,
        coalesce(d.revoked_date <= n.as_of, false) as is_revoked,
        g.exemption_basis,
        t.newest_row_id as receipt_row_id,
        t.is_stored,
        t.newest_return_reason as return_reason,
        u.reason as unstored_reason,
        n.as_of,
        case
            when t.is_stored then t.stored_date
            when u.decision_key is null then l.stored_date
        end as stored_date
    from asked as a
    cross join ref.run as n
    left join marts.decisions as d
        on a.place_id = d.place_id and a.decision_key = d.decision_key
    left join marts.register_decisions as g
        on a.place_id = g.place_id and a.decision_key = g.decision_key
    left join marts.receipt_decisions as t
        on a.place_id = t.place_id and a.decision_key = t.decision_key
    left join marts.unstored_decisions as u
        on a.place_id = u.place_id and a.decision_key = u.decision_key
    left join ledger_days as l
        on d.record_row_id = l.row_id
)

select
    k.*,
    case when k.is_stored then 'receipt' when k.stored_date is not null then 'column' end as stored_basis,
    case
        when k.decision_key is null then 'unmatched'
        when k.stored_date is not null then 'stored'
        when k.is_reported then 'in_transit'
        when k.is_exempt then 'exempt'
        when k.is_revoked then 'revoked'
        when k.limit_date is null then 'undated'
        when k.limit_date < k.as_of then 'missed'
        else 'not_due'
    end as answer
from known as k
