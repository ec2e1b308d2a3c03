-- Grain: one landed row of the ledger deliverable.
-- Purpose: one document or milestone with its unit and the day it was there.
select
    r.*,
    u.row_id,
    u.unit_id,
    r.completed_date__date as event_date
from raw.deliverable as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
