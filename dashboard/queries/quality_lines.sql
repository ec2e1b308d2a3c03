-- One row per period of a plan and target that asks one of the rates for a number: period, period_kind,
-- metric_id, target_id, comparator, threshold, legal_status, hardness, status, light, gap_text (of the
-- plan, or of one unit). Targets follow their version in force at the period's end.
select
    period,
    period_kind,
    metric_id,
    target_id,
    comparator,
    cast(threshold as double) as threshold,
    legal_status,
    hardness,
    status,
    light,
    gap_text
from marts.target_values
where
    plan_id = $plan
    and scope_type = case when $unit is null then 'plan' else 'department' end
    and scope_id = coalesce($unit, $plan)
    and comparator in ('>=', '>', '=', '<=')
    and unit = '%'
    and metric_id in (
        'publicity_first_pass_rate', 'publicity_compliance_rate', 'publicity_timeliness_rate',
        'late_report_rate'
    )
order by period, sort_order
