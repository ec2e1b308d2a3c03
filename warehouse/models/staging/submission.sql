-- Grain: one landed row of the ledger submission.
-- Purpose: one hand-in or nil declaration with its unit and the day it counts from.
with worded as (
    select
        *,
        unit_uscc__norm as unit_code,
        unit_name__norm as unit_word,
        coalesce(submitted_date__date, received_date) as unit_on
    from raw.submission
)

select
    r.*,
    cast(r.sequence as bigint) * 1000000000 + r.row_number as row_id,
    coalesce(c.unit_id, n.unit_id, '(未识别单位)') as unit_id,
    r.unit_on as handed_in_date
from worded as r
left join ref.unit_codes as c
    on r.place_id = c.place_id and r.unit_code = c.uscc
left join ref.unit_names as n
    on
        r.place_id = n.place_id
        and r.unit_word = n.name_norm
        and r.unit_on >= n.valid_from
        and r.unit_on < n.valid_to
