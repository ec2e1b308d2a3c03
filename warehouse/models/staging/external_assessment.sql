-- Grain: one landed row of the ledger external_assessment.
-- Purpose: one score or rank that an upper body gave, with the unit where it is one of the roster.
select
    r.*,
    u.row_id,
    u.unit_id
from raw.external_assessment as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
