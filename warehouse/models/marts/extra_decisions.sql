-- Grain: one decision that a ledger holds and neither register, spot check nor receipt knows, though
-- its unit registers the decisions of that month.
-- Purpose: what was reported and not registered; near_document_no is the registered, unreported
-- decision of the same unit, party and day that it may be.
with registered_months as (
    select distinct
        place_id,
        unit_id,
        cast(date_trunc('month', decision_date__date) as date) as decision_month
    from staging.decision_register
    where
        not is_replaced
        and register_source__norm in ('部门自报', '执法系统')
        and decision_date__date is not null
),

extra as (
    select
        d.place_id,
        d.decision_key,
        d.unit_id,
        d.record_row_id
    from marts.decisions as d
    join registered_months as m
        on d.place_id = m.place_id and d.unit_id = m.unit_id and d.decision_month = m.decision_month
    where d.has_record and d.has_key and not d.has_receipt and d.register_row_id is null
),

waiting as (
    select
        r.place_id,
        r.unit_id,
        r.decision_date__date as decision_date,
        r.counterparty_name__norm,
        min(r.document_no) as document_no
    from staging.decision_register as r
    join marts.decisions as d
        on r.place_id = d.place_id and r.decision_key = d.decision_key
    where not r.is_replaced and not d.is_reported
    group by 1, 2, 3, 4
)

select
    e.place_id,
    e.decision_key,
    e.record_row_id,
    w.document_no as near_document_no
from extra as e
join marts.publicity_rows as r
    on e.record_row_id = r.row_id
left join waiting as w
    on
        e.place_id = w.place_id
        and e.unit_id = w.unit_id
        and r.decision_date = w.decision_date
        and r.counterparty_name__norm = w.counterparty_name__norm
