-- Grain: one landed row of the ledger admin_penalty.
-- Purpose: the row as it came, with the unit, keys, limit and report it belongs to.
select
    r.*,
    c.row_id,
    c.unit_id,
    c.decision_key,
    c.counterparty_key,
    c.record_key,
    c.has_key,
    c.report_date,
    c.report_basis,
    c.has_stored_receipt,
    c.limit_date,
    c.decision_ordinal
from raw.admin_penalty as r
join staging.publicity_context as c
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = c.row_id
