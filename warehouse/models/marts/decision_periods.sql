-- Grain: one decision and one period of its plan.
-- Purpose: the facts of the report rate: owed, reported, missed, found, on the period's judging day.
with judged as (
    select
        p.plan_id,
        p.period,
        p.period_kind,
        d.place_id,
        d.unit_id,
        d.decision_key,
        d.decision_type,
        d.is_reported,
        d.is_registered,
        d.is_found,
        d.is_confirmed,
        d.is_reported_in_time,
        coalesce(d.limit_date < p.judging_date, false) as is_over,
        d.is_exempt,
        d.revoked_date is null or d.revoked_date > p.judging_date as is_standing
    from marts.decisions as d
    join ref.periods as p
        on
            d.plan_id = p.plan_id
            and d.decision_month >= p.start_date
            and d.decision_month <= p.end_date
)

select
    *,
    is_standing and not is_exempt and (is_reported or is_over) as is_owed,
    is_standing and not is_exempt and not is_reported and is_over and is_registered as is_missed,
    is_standing and not is_exempt and not is_reported and is_over and is_found as is_found_unreported,
    -- found by a check from above or on the web, and stated in a document with a number
    is_standing and not is_exempt and not is_reported and is_over and is_confirmed as is_concealed,
    is_standing and not is_exempt and is_over as is_owed_and_over
from judged
