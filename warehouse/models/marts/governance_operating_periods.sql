-- Grain: one subject under treatment that still operates and one period by whose end it was listed.
-- Purpose: who is to be talked to and to promise; a unit without any is asked nothing.
select
    plan_id,
    place_id,
    period,
    period_kind,
    unit_id,
    row_id,
    domain,
    contact_state,
    exclusion_reason,
    exited_date,
    is_interviewed,
    is_committed
from marts.governance_periods
where not is_excluded and is_operating
