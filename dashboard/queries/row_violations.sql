-- One row per finding on one landed row: rule_id, severity, field, value (masked), message.
select
    rule_id,
    severity,
    field,
    value,
    message
from quality.violations
where row_id = $row and ledger = $ledger
order by case severity when 'error' then 1 when 'late' then 2 else 3 end, rule_id, field
