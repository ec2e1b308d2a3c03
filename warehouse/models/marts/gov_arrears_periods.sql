-- Grain: one debt of a public body and one period by whose end it was there.
-- Purpose: the arrears among the defaults: a unit without any has nothing to pay, so it is asked nothing.
select
    plan_id,
    place_id,
    period,
    period_kind,
    unit_id,
    row_id,
    case_kind,
    owed_amount,
    paid_amount
from marts.gov_default_periods
where case_kind = '拖欠账款'
