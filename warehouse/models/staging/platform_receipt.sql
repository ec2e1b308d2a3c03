-- Grain: one landed row of the ledger platform_receipt.
-- Purpose: the upper platform's answer to one decision, with the unit and key of the decision.
select
    r.*,
    u.row_id,
    u.unit_id,
    r.authority_uscc__norm || '|' || r.document_no__norm as decision_key
from raw.platform_receipt as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
