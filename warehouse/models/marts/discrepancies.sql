-- Grain: one decision and one finding of the reconciliation that does not depend on a period's day.
-- Purpose: reported and not stored, not registered, or told otherwise; what was not reported at all is
-- in decision_periods.
select
    place_id,
    decision_key,
    'not_stored' as finding
from marts.unstored_decisions
union all
select
    place_id,
    decision_key,
    'extra' as finding
from marts.extra_decisions
union all
select distinct
    place_id,
    decision_key,
    'differing' as finding
from marts.differing_fields
