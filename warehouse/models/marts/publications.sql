-- Grain: one live record.
-- Purpose: what stands against showing it to the public, and since when, as known on the as-of day.
-- A permit is shown until its validity ends; a penalty until its 公示截止期 and for its longest term at
-- most: three years; decided since 2026-04-01, three months if 轻微 and a year if 一般 (as rule P20 says).
with histories as (
    select
        place_id,
        record_key,
        min(case when is_ended then received_date end) as ended_date,
        min(case when is_repaired then received_date end) as repaired_date
    from marts.publicity_rows
    where is_ended or is_repaired
    group by 1, 2
),

simple_rows as (
    select distinct row_id
    from quality.violations
    where rule_id = 'P13'
),

terms as (
    select
        r.*,
        n.as_of,
        h.ended_date,
        h.repaired_date,
        s.row_id is not null as is_simple_procedure,
        replace(replace(r.decision_category, '通报批评', ''), '警告', '') as other_kinds,
        case when r.ledger = 'admin_permit' or r.valid_to >= r.decision_date then r.valid_to end as told_until,
        case
            when r.ledger = 'admin_permit' then cast(null as date)
            when r.decision_date >= date '2026-04-01' and r.dishonesty_level = '轻微'
                then cast(r.decision_date + interval 3 month as date)
            when r.decision_date >= date '2026-04-01' and r.dishonesty_level = '一般'
                then cast(r.decision_date + interval 1 year as date)
            else cast(r.decision_date + interval 3 year as date)
        end as longest_until
    from marts.publicity_records as r
    cross join ref.run as n
    left join histories as h
        on r.place_id = h.place_id and r.record_key = h.record_key
    left join simple_rows as s
        on r.row_id = s.row_id
),

limited as (
    select
        *,
        least(coalesce(told_until, longest_until), coalesce(longest_until, told_until)) as shown_until
    from terms
)

select
    place_id,
    plan_id,
    record_key,
    decision_key,
    ledger,
    unit_id,
    row_id,
    batch_id,
    decision_month,
    document_no,
    counterparty_name,
    authority_name,
    decision_date,
    published_date,
    coalesce(published_date <= as_of, false) as is_shown,
    coalesce(is_person, false) as is_person,
    coalesce(
        ledger = 'admin_penalty' and other_kinds <> decision_category
        and trim(replace(replace(replace(other_kinds, ';', ''), '；', ''), '、', '')) = '', false
    ) as is_warning_only,
    is_simple_procedure,
    case when revoked_date <= as_of then revoked_date end as revoked_date,
    case when is_repaired then repaired_date end as repaired_date,
    case when is_ended then ended_date end as ended_date,
    shown_until,
    case when as_of > shown_until then cast(shown_until + interval 1 day as date) end as expired_date
from limited
