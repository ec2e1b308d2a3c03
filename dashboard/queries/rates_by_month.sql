-- One row per month of the plan year, ledger (all, admin_permit, admin_penalty) and rate (report,
-- compliance, timeliness) of a plan, or of one unit: month, ledger, rate, hits, base, value (0–100).
with months as (
    select period
    from ref.periods
    where plan_id = $plan and period_kind = 'month'
),

facts as (
    select
        f.period,
        f.ledger,
        'compliance' as rate,
        case when f.is_compliant then 1 else 0 end as hit
    from marts.publicity_record_periods as f
    join months as m
        on f.period = m.period
    where f.plan_id = $plan and ($unit is null or f.unit_id = $unit) and f.is_counted
    union all
    select
        f.period,
        f.ledger,
        'timeliness' as rate,
        case when f.is_late then 0 else 1 end as hit
    from marts.publicity_record_periods as f
    join months as m
        on f.period = m.period
    where f.plan_id = $plan and ($unit is null or f.unit_id = $unit) and f.is_counted and f.is_judged
    union all
    select
        f.period,
        case f.decision_type when '行政处罚' then 'admin_penalty' else 'admin_permit' end as ledger,
        'report' as rate,
        case when f.is_reported then 1 else 0 end as hit
    from marts.decision_periods as f
    join months as m
        on f.period = m.period
    where f.plan_id = $plan and ($unit is null or f.unit_id = $unit) and f.is_owed
)

select
    period as month,
    case when grouping(ledger) = 1 then 'all' else ledger end as ledger,
    rate,
    cast(sum(hit) as bigint) as hits,
    count(*) as base,
    100.0 * sum(hit) / count(*) as value
from facts
group by grouping sets ((period, rate), (period, ledger, rate))
order by month, ledger, rate
