-- Grain: one landed row of the ledger gov_default_case.
-- Purpose: one case or debt of a public body as it stood on a day, with the unit that settles it.
select
    r.*,
    u.row_id,
    u.unit_id,
    r.as_of_date__date as event_date
from raw.gov_default_case as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
