-- Z05. One row per subject still under treatment in a file that tells of the end of June or later, where
-- fewer than 80 % have left (from the end of the year: fewer than all); detail: the rate.
with counted as (
    select
        row_id,
        exited_date__date is not null as has_left,
        case
            when strftime(as_of_date__date, '%m-%d') >= '12-31' then 100
            when strftime(as_of_date__date, '%m-%d') >= '06-30' then 80
        end as wanted,
        count(*) over file_day as subjects,
        count(exited_date__date) over file_day as left_count
    from staging.{ledger}
    where as_of_date__date is not null and exclusion_reason__norm is null
    window file_day as (partition by batch_id, unit_id, as_of_date__date)
)

select
    row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    printf('退出率 %.1f%%（%d/%d），应达 %d%%', 100.0 * left_count / subjects, left_count, subjects, wanted) as detail
from counted
where wanted is not null and not has_left and 100.0 * left_count < wanted * subjects
