-- Grain: one decision, or one counterparty of a decision that has several; a record without a key.
-- Purpose: whether the first version ever received was without error; a correction does not launder it.
with party_counts as (
    select
        place_id,
        decision_key,
        count(distinct party_key) as party_count
    from marts.publicity_records
    where has_key
    group by 1, 2
),

named as (
    select
        r.*,
        case
            when not r.has_key then r.record_key
            when c.party_count > 1 then coalesce(r.party_key, r.decision_key)
            else r.decision_key
        end as pass_key
    from marts.publicity_records as r
    left join party_counts as c
        on r.place_id = c.place_id and r.decision_key = c.decision_key
),

units as (
    select
        *,
        row_number() over (partition by place_id, pass_key order by first_order, row_id) as unit_order
    from named
),

first_by_decision as (
    select
        place_id,
        decision_key as pass_key,
        min(row_order) as row_order
    from marts.publicity_rows
    where decision_key is not null
    group by 1, 2
),

first_by_party as (
    select
        place_id,
        party_key as pass_key,
        min(row_order) as row_order
    from marts.publicity_rows
    where party_key is not null
    group by 1, 2
)

select
    u.place_id,
    u.plan_id,
    u.ledger,
    u.pass_key,
    u.unit_id,
    u.record_key,
    u.received_month,
    u.revoked_date,
    r.row_id as first_row_id,
    r.error_count = 0 as is_clean
from units as u
left join first_by_decision as d
    on u.place_id = d.place_id and u.pass_key = d.pass_key
left join first_by_party as p
    on u.place_id = p.place_id and u.pass_key = p.pass_key
join marts.publicity_rows as r
    on u.place_id = r.place_id and coalesce(d.row_order, p.row_order, u.first_order) = r.row_order
where u.unit_order = 1 and u.plan_id is not null
