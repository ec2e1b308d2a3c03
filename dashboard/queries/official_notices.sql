-- One row: the official notices behind a period's official figures (of one unit, else of the plan):
-- notices (how many document numbers), first_notice, last_notice, issued_date (of the newest),
-- missed_count (decisions that the notices name as not reported; null where none says so).
select
    count(distinct doc_no) as notices,
    arg_min(doc_no, issued_date) as first_notice,
    arg_max(doc_no, issued_date) as last_notice,
    max(issued_date) as issued_date,
    cast(sum(missed_count) as bigint) as missed_count
from marts.official_periods
where plan_id = $plan and period = $period and is_counted and ($unit is null or unit_id = $unit)
