-- Grain: one landed row of the ledger honour.
-- Purpose: one award with the unit that recommended it and the day of the award.
select
    r.*,
    u.row_id,
    u.unit_id,
    r.awarded_date__date as event_date
from raw.honour as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
