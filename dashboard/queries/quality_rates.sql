-- One row per month of the plan year, rate (first_pass, compliance, timeliness) and source that has a
-- figure, of a plan or of one unit: month, rate, is_official (省平台反馈; else 本办测算), hits, base,
-- value (0–100).
select
    v.period as month,
    replace(replace(replace(v.metric_id, 'official_', ''), 'publicity_', ''), '_rate', '') as rate,
    v.metric_id like 'official\_%' escape '\' as is_official,
    v.numerator as hits,
    v.denominator as base,
    v.value
from marts.metric_values as v
where
    v.plan_id = $plan
    and v.scope_type = case when $unit is null then 'plan' else 'department' end
    and v.scope_id = coalesce($unit, $plan)
    and v.period_kind = 'month'
    and v.value is not null
    and v.metric_id in (
        'publicity_first_pass_rate', 'publicity_compliance_rate', 'publicity_timeliness_rate',
        'official_publicity_compliance_rate', 'official_publicity_timeliness_rate'
    )
order by month, rate, is_official
