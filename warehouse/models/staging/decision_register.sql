-- Grain: one landed row of the ledger decision_register.
-- Purpose: a decision that should be reported, with its unit, key and limit.
select
    r.*,
    u.row_id,
    u.unit_id,
    r.authority_uscc__norm || '|' || r.document_no__norm as decision_key,
    l.limit_date
from raw.decision_register as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
left join staging.decision_limits as l
    on r.place_id = l.place_id and r.decision_date__date = l.decision_date
