-- Grain: one decision, one finding of the reconciliation and one period of the decision's plan.
-- Purpose: the four classes of 对账核查: unreported as the report rate counts it, and the decisions that
-- stand on the judging day with one of the others.
select
    plan_id,
    period,
    period_kind,
    place_id,
    unit_id,
    decision_key,
    decision_type,
    'unreported' as finding
from marts.decision_periods
where is_owed and not is_reported
union all
select
    f.plan_id,
    f.period,
    f.period_kind,
    f.place_id,
    f.unit_id,
    f.decision_key,
    f.decision_type,
    d.finding
from marts.discrepancies as d
join marts.decision_periods as f
    on d.place_id = f.place_id and d.decision_key = f.decision_key
where f.is_standing
