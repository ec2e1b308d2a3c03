-- Grain: one record and one period (month, quarter, year, span) of its plan.
-- Purpose: the facts of publicity rates that depend on a period's cut-off and judging day.
select
    p.plan_id,
    p.period,
    p.period_kind,
    v.unit_id,
    v.ledger,
    v.record_key,
    v.row_id,
    v.first_decision_date,
    v.report_date,
    v.limit_date,
    v.is_compliant,
    v.is_judged,
    v.is_late,
    v.is_undetermined,
    v.is_published,
    v.entry_workdays,
    v.entry_natural_days,
    v.revoked_date is null or v.revoked_date > p.judging_date as is_counted
from marts.publicity_record_versions as v
join ref.periods as p
    on
        v.plan_id = p.plan_id
        and v.received_month >= p.start_date
        and v.received_month <= p.end_date
        and p.cutoff_date >= v.counts_from
        and p.cutoff_date < v.counts_until
