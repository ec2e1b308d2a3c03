-- Grain: one first pass and one period of its plan.
-- Purpose: the facts of the first-pass rate.
select
    p.plan_id,
    p.period,
    p.period_kind,
    f.unit_id,
    f.ledger,
    f.record_key,
    f.first_row_id as row_id,
    f.is_clean,
    f.revoked_date is null or f.revoked_date > p.judging_date as is_counted
from marts.publicity_first_passes as f
join ref.periods as p
    on
        f.plan_id = p.plan_id
        and f.received_month >= p.start_date
        and f.received_month <= p.end_date
