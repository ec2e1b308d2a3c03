-- Grain: one landed row of the ledger declaration.
-- Purpose: one declared figure of one unit and period.
select
    r.*,
    u.row_id,
    u.unit_id
from raw.declaration as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
