-- Grain: one landed row of the ledger submission.
-- Purpose: one hand-in or nil declaration with its unit and the day it counts from.
select
    r.*,
    u.row_id,
    u.unit_id,
    u.unit_on as handed_in_date
from raw.submission as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
