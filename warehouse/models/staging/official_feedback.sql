-- Grain: one landed row of the ledger official_feedback.
-- Purpose: the official figures of one unit, period and type of decision.
select
    r.*,
    u.row_id,
    u.unit_id
from raw.official_feedback as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
