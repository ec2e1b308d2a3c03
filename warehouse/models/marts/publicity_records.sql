-- Grain: one live record: a permit or penalty of one counterparty.
-- Purpose: where the record stands now, when it was first reported, and whether that was in time.
with current_versions as (
    select
        r.*,
        v.version_number
    from marts.publicity_versions as v
    join marts.publicity_rows as r
        on v.row_id = r.row_id
    where v.is_live and v.live_number_from_end = 1
),

revocations as (
    select
        v.place_id,
        v.record_key,
        min(r.received_date) as revoked_date
    from current_versions as v
    join marts.publicity_rows as r
        on v.place_id = r.place_id and v.record_key = r.record_key
    where v.is_revocation and r.is_revocation
    group by 1, 2
),

register_revocations as (
    select
        place_id,
        decision_key,
        revoked_date
    from marts.register_decisions
    where is_revoked
),

dated as (
    select
        v.*,
        o.first_row_id,
        o.first_order,
        o.first_received_date,
        o.first_decision_date,
        o.report_date as first_report_date,
        o.report_basis as first_report_basis,
        o.limit_date as first_limit_date,
        o.decision_ordinal as first_decision_ordinal,
        o.is_future,
        coalesce(v.decision_date, o.first_received_date) as placing_date,
        least(
            coalesce(r.revoked_date, g.revoked_date), coalesce(g.revoked_date, r.revoked_date)
        ) as revoked_date
    from current_versions as v
    join marts.publicity_origins as o
        on v.place_id = o.place_id and v.record_key = o.record_key
    left join revocations as r
        on v.place_id = r.place_id and v.record_key = r.record_key
    left join register_revocations as g
        on v.place_id = g.place_id and v.decision_key = g.decision_key
),

judged as (
    select
        d.*,
        p.plan_id,
        coalesce(
            d.first_report_date is not null
            and d.first_limit_date is not null
            and not coalesce(d.is_future, false), false
        ) as is_judged,
        least(
            greatest(coalesce(d.first_report_date, d.first_received_date), p.year_start), p.year_end
        ) as reported_on
    from dated as d
    left join ref.plans as p
        on d.place_id = p.place_id and d.placing_date >= p.year_start and d.placing_date <= p.year_end
)

select
    j.place_id,
    j.plan_id,
    j.ledger,
    j.record_key,
    j.decision_key,
    j.party_key,
    j.has_key,
    j.unit_id,
    j.row_id,
    j.batch_id,
    j.sheet_name,
    j.row_number,
    j.counterparty_name,
    j.counterparty_category,
    j.document_no,
    j.authority_name,
    j.decision_category,
    j.decision_date,
    j.valid_to,
    j.received_date,
    j.first_row_id,
    j.first_order,
    j.first_received_date,
    j.first_decision_date,
    j.first_report_date as report_date,
    j.first_report_basis as report_basis,
    j.first_limit_date as limit_date,
    j.version_number as version_count,
    j.error_count,
    j.error_count = 0 as is_compliant,
    j.is_judged,
    j.is_judged and j.first_report_date > j.first_limit_date as is_late,
    j.first_report_date is null as is_undetermined,
    case when j.is_judged then greatest(c.ordinal_before + 1 - j.first_decision_ordinal, 0) end as entry_workdays,
    case when j.is_judged then greatest(c.day_number - f.day_number, 0) end as entry_natural_days,
    coalesce(j.is_judged and j.decision_date <> j.first_decision_date, false) as is_decision_date_moved,
    j.is_ended,
    j.is_repaired,
    j.dishonesty_level,
    j.counterparty_name__norm like 'h:%' as is_person,
    j.published_date,
    j.published_date is not null as is_published,
    j.revoked_date,
    cast(date_trunc('month', j.placing_date) as date) as decision_month,
    cast(date_trunc('month', j.reported_on) as date) as received_month
from judged as j
left join ref.calendar as c
    on j.first_report_date = c.date
left join ref.calendar as f
    on j.first_decision_date = f.date
