-- T07. One row per later version that moved its decision date later, or its report time earlier,
-- than a late earlier version had, and is punctual by that.
with versions as (
    select
        row_id,
        row_number,
        batch_id,
        file_name,
        place_id,
        record_key,
        decision_date__date,
        limit_date,
        went_up(report_date, received_date) as went_up_date
    from known.{ledger}
    where has_key and decision_date__date is not null
),

pairs as (
    select
        later.row_id,
        earlier.row_id as earlier_row_id,
        earlier.file_name || ' 第 ' || earlier.row_number || ' 行的决定日期 '
        || strftime(earlier.decision_date__date, '%Y/%m/%d')
        || '、上报日期 ' || strftime(earlier.went_up_date, '%Y/%m/%d') || ' 已变更' as change
    from versions as later
    join versions as earlier
        on later.place_id = earlier.place_id and later.record_key = earlier.record_key
    join known.sees on later.batch_id = sees.batch_id and earlier.batch_id = sees.seen_batch_id
    where
        earlier.went_up_date > earlier.limit_date
        and later.went_up_date <= later.limit_date
        and (
            later.decision_date__date > earlier.decision_date__date
            or later.went_up_date < earlier.went_up_date
        )
)

select
    row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    arg_min(change, earlier_row_id) as detail
from pairs
group by 1
