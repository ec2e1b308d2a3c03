-- Grain: one landed row of the ledger task_status.
-- Purpose: one status report of one task by one unit on one day.
select
    r.*,
    u.row_id,
    u.unit_id,
    u.unit_on as status_date
from raw.task_status as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
