-- Grain: one landed row of the ledger contact.
-- Purpose: one person in one role at one unit, from a day to a day.
select
    r.*,
    u.row_id,
    u.unit_id
from raw.contact as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
