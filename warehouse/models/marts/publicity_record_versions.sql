-- Grain: one live version of a record.
-- Purpose: the days between which a cut-off takes this version as the one that counts.
select
    r.place_id,
    r.plan_id,
    r.ledger,
    r.record_key,
    r.unit_id,
    r.first_decision_date,
    r.report_date,
    r.limit_date,
    r.is_judged,
    r.is_late,
    r.is_undetermined,
    r.is_published,
    r.entry_workdays,
    r.entry_natural_days,
    r.revoked_date,
    r.received_month,
    v.row_id,
    v.error_count = 0 as is_compliant,
    case when v.live_number = 1 then date '1900-01-01' else v.received_date end as counts_from,
    coalesce(v.next_received_date, date '2200-01-01') as counts_until
from marts.publicity_versions as v
join marts.publicity_records as r
    on v.place_id = r.place_id and v.record_key = r.record_key
where v.is_live and r.plan_id is not null
