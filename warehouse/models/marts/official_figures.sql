-- Grain: one unit, period named and decision type of an official notice: the notice issued last.
-- Purpose: what the upper platform counted; both types together are the row 合计, else their sum.
with ranked as (
    select
        f.*,
        row_number()
            over (
                partition by f.place_id, f.unit_id, f.period__norm, f.decision_type__norm
                order by
                    coalesce(f.issued_date__date, f.received_date) desc,
                    f.received_date desc,
                    f.sequence desc,
                    f.row_number desc
            )
            as newest_number
    from staging.official_feedback as f
    where not f.is_replaced
),

newest as (
    select
        p.plan_id,
        p.place_id,
        r.unit_id,
        r.row_id,
        r.period__norm as period_named,
        p.start_date as named_start,
        p.end_date as named_end,
        r.decision_type__norm as decision_type,
        r.doc_no,
        coalesce(r.issued_date__date, r.received_date) as issued_date,
        r.owed_count__number as owed_count,
        r.reported_count__number as reported_count,
        r.stored_count__number as stored_count,
        coalesce(r.late_count__number, round(r.late_pct__number * r.reported_count__number / 100.0)) as late_count,
        r.missed_count__number as missed_count
    from ranked as r
    join ref.periods as p
        on r.place_id = p.place_id and r.period__norm = p.period
    left join marts.error_rows as e
        on r.row_id = e.row_id
    where r.newest_number = 1 and e.row_id is null
),

totals as (
    select distinct
        plan_id,
        unit_id,
        period_named
    from newest
    where decision_type = '合计'
)

select
    n.*,
    n.decision_type = '合计' or t.unit_id is null as is_total
from newest as n
left join totals as t
    on n.plan_id = t.plan_id and n.unit_id = t.unit_id and n.period_named = t.period_named
