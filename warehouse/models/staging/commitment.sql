-- Grain: one landed row of the ledger commitment.
-- Purpose: one commitment with the unit that took it and the day on which it was made.
select
    r.*,
    u.row_id,
    u.unit_id,
    r.made_date__date as event_date
from raw.commitment as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
