-- Grain: one plan and one period that holds double-publicity records or decisions.
-- Purpose: which months count as months with data, for default periods and the choice of periods.
select distinct
    plan_id,
    period,
    period_kind
from marts.metric_values
where metric_id in ('publicity_record_count', 'publicity_report_rate') and value is not null
