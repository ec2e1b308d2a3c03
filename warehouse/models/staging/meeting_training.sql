-- Grain: one landed row of the ledger meeting_training.
-- Purpose: one meeting or training with its unit and day.
select
    r.*,
    u.row_id,
    u.unit_id,
    r.held_date__date as event_date
from raw.meeting_training as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
