-- Grain: one landed row of the ledger subject.
-- Purpose: one name of one subject, with the unit that registered it or handed it in.
select
    r.*,
    u.row_id,
    u.unit_id
from raw.subject as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
