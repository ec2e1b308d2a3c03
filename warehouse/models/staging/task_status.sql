-- Grain: one landed row of the ledger task_status.
-- Purpose: one status report of one task by one unit on one day.
with worded as (
    select
        *,
        unit_name__norm as unit_word,
        coalesce(report_date__date, received_date) as unit_on
    from raw.task_status
)

select
    r.*,
    cast(r.sequence as bigint) * 1000000000 + r.row_number as row_id,
    coalesce(n.unit_id, '(未识别单位)') as unit_id,
    r.unit_on as status_date
from worded as r
left join ref.unit_names as n
    on
        r.place_id = n.place_id
        and r.unit_word = n.name_norm
        and r.unit_on >= n.valid_from
        and r.unit_on < n.valid_to
