-- Grain: one decision, or one counterparty of a decision that has several; a record without a key.
-- Purpose: whether the first version ever received was without error; a correction does not launder it.
with shared_decisions as (
    select
        place_id,
        decision_key
    from marts.publicity_records
    where has_key
    group by 1, 2
    having min(party_key) <> max(party_key)
),

named as (
    select
        r.place_id,
        r.row_id,
        r.first_order,
        s.decision_key is not null as is_shared,
        case
            when not r.has_key then r.record_key
            when s.decision_key is not null then coalesce(r.party_key, r.decision_key)
            else r.decision_key
        end as pass_key
    from marts.publicity_records as r
    left join shared_decisions as s
        on r.place_id = s.place_id and r.decision_key = s.decision_key
),

passes as (
    select
        place_id,
        pass_key,
        min(row_id) as row_id,
        count(*) as record_count
    from named
    group by 1, 2
),

-- Only passes with several records ask which of them came first.
ordered as (
    select
        n.row_id,
        n.pass_key,
        row_number() over (partition by n.place_id, n.pass_key order by n.first_order, n.row_id) as unit_order
    from named as n
    join passes as p
        on n.place_id = p.place_id and n.pass_key = p.pass_key
    where p.record_count > 1
),

units as (
    select row_id, pass_key from passes
    where record_count = 1
    union all
    select row_id, pass_key from ordered
    where unit_order = 1
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

shared_passes as (
    select distinct
        place_id,
        pass_key
    from named
    where is_shared
),

first_by_party as (
    select
        s.place_id,
        s.pass_key,
        min(r.row_order) as row_order
    from marts.publicity_rows as r
    join shared_passes as s
        on r.place_id = s.place_id and r.party_key = s.pass_key
    group by 1, 2
)

select
    r.place_id,
    r.plan_id,
    r.ledger,
    u.pass_key,
    r.unit_id,
    r.record_key,
    r.received_month,
    r.revoked_date,
    f.row_id as first_row_id,
    f.error_count = 0 as is_clean
from units as u
join marts.publicity_records as r
    on u.row_id = r.row_id
left join first_by_decision as d
    on r.place_id = d.place_id and u.pass_key = d.pass_key
left join first_by_party as p
    on r.place_id = p.place_id and u.pass_key = p.pass_key
join marts.publicity_rows as f
    on r.place_id = f.place_id and coalesce(d.row_order, p.row_order, r.first_order) = f.row_order
where r.plan_id is not null
