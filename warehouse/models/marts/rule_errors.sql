-- Grain: one rule of severity error and one landed row that it refuses (row number 0: the whole file).
-- Purpose: who made which error in which month of the plan year, as received, and what became of it:
-- open, mended (a later version of the record is without error) or replaced (with its whole file).
with refused as (
    select
        v.rule_id,
        v.ledger,
        v.batch_id,
        coalesce(v.row_id, cast(b.sequence as bigint) * 1000000000) as row_id,
        count(*) as cell_count
    from quality.violations as v
    join meta.batches as b
        on v.batch_id = b.batch_id
    where v.severity = 'error'
    group by 1, 2, 3, 4
),

mended as (
    select r.row_id
    from marts.publicity_rows as r
    join marts.publicity_versions as v
        on r.place_id = v.place_id and r.record_key = v.record_key and r.row_order < v.row_order
    where r.error_count > 0 and v.is_live and v.live_number_from_end = 1 and v.error_count = 0
)

select
    e.rule_id,
    e.ledger,
    e.batch_id,
    e.row_id,
    e.cell_count,
    b.place_id,
    b.plan_id,
    b.received_date,
    coalesce(u.unit_id, b.department_unit_id, '(未识别单位)') as unit_id,
    cast(date_trunc('month', least(greatest(b.received_date, p.year_start), p.year_end)) as date)
        as received_month,
    case
        when b.is_replaced then 'replaced'
        when m.row_id is not null then 'mended'
        else 'open'
    end as standing
from refused as e
join meta.batches as b
    on e.batch_id = b.batch_id
join ref.plans as p
    on b.plan_id = p.plan_id
left join staging.unit_matches as u
    on e.row_id = u.row_id
left join mended as m
    on e.row_id = m.row_id
