-- Grain: one landed row of the ledger city_index_indicator.
-- Purpose: one indicator's score of one city in one month; the unit is who handed it in.
select
    r.*,
    u.row_id,
    u.unit_id
from raw.city_index_indicator as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
