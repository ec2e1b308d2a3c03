-- Grain: one declared figure of a unit for one metric, target and period covered: the newest.
-- Purpose: what a unit declares where nobody else can know it.
with ranked as (
    select
        d.*,
        row_number()
            over (
                partition by d.place_id, d.unit_id, d.metric_id__norm, d.target_id__norm, d.period__norm
                order by
                    coalesce(d.declared_date__date, d.received_date) desc,
                    d.received_date desc,
                    d.sequence desc,
                    d.row_number desc
            )
            as newest_number
    from staging.declaration as d
    where not d.is_replaced
)

select
    p.place_id,
    p.plan_id,
    r.unit_id,
    r.row_id,
    r.batch_id,
    r.sheet_name,
    r.row_number,
    r.metric_id__norm as metric_id,
    r.target_id__norm as target_id,
    r.period__norm as period_covered,
    p.start_date as covered_start,
    p.end_date as covered_end,
    r.value__number as value,
    r.numerator__number as numerator,
    r.denominator__number as denominator,
    r.basis__norm as basis,
    r.evidence,
    coalesce(r.declared_date__date, r.received_date) as declared_date,
    e.row_id is null as is_valid
from ranked as r
join ref.periods as p
    on r.place_id = p.place_id and r.period__norm = p.period
left join marts.error_rows as e
    on r.row_id = e.row_id
where r.newest_number = 1
