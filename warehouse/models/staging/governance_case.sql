-- Grain: one landed row of the ledger governance_case.
-- Purpose: one subject under treatment as it stood on a day, with the unit that treats it.
select
    r.*,
    u.row_id,
    u.unit_id,
    r.as_of_date__date as event_date
from raw.governance_case as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
