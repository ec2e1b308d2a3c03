-- One row per month of the plan year and rate (report, compliance, timeliness) that has a figure: month,
-- rate, hits, base, value (0–100), is_official. The official figure where the plan counts those and it is
-- there, else the office's own.
with figures as (
    select
        v.period as month,
        replace(replace(replace(v.metric_id, 'official_', ''), 'publicity_', ''), '_rate', '') as rate,
        v.metric_id like 'official\_%' escape '\' as is_official,
        v.numerator as hits,
        v.denominator as base,
        v.value
    from marts.metric_values as v
    join ref.plans as p
        on v.plan_id = p.plan_id
    where
        v.plan_id = $plan
        and v.scope_type = 'plan'
        and v.period_kind = 'month'
        and v.value is not null
        and v.metric_id in (
            'publicity_report_rate', 'publicity_compliance_rate', 'publicity_timeliness_rate',
            'official_publicity_report_rate', 'official_publicity_compliance_rate',
            'official_publicity_timeliness_rate'
        )
        and (p.figures = 'official' or v.metric_id not like 'official\_%' escape '\')
),

ranked as (
    select
        *,
        row_number() over (partition by month, rate order by is_official desc) as number
    from figures
)

select
    month,
    rate,
    hits,
    base,
    value,
    is_official
from ranked
where number = 1
order by month, rate
