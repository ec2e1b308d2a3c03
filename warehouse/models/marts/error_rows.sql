-- Grain: one landed row that a rule of severity error found at fault.
-- Purpose: rows that may not go up: they are no evidence and make a record non-compliant.
select
    row_id,
    count(distinct rule_id) as error_count
from quality.violations
where severity = 'error' and row_id is not null
group by 1
