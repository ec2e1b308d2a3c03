-- Grain: one deliverable of a unit for one clause or target: its newest row.
-- Purpose: what was issued, built or finished, and the day it was.
with ranked as (
    select
        d.*,
        row_number()
            over (
                partition by d.place_id, d.unit_id, d.task_id__norm, d.target_id__norm, d.title__norm
                order by d.received_date desc, d.sequence desc, d.row_number desc
            )
            as newest_number
    from staging.deliverable as d
    where not d.is_replaced
)

select
    r.place_id,
    p.plan_id,
    r.unit_id,
    r.row_id,
    r.batch_id,
    r.sheet_name,
    r.row_number,
    r.task_id__norm as task_id,
    r.target_id__norm as target_id,
    r.deliverable_type__norm as kind,
    r.level__norm as level,
    r.title,
    coalesce(r.title__norm, concat('row:', cast(r.row_id as varchar))) as title_key,
    r.doc_no,
    r.evidence,
    case when r.amount is null then 1.0 else coalesce(r.amount__number, 1.0) end as amount,
    r.event_date,
    e.row_id is null as is_valid
from ranked as r
left join marts.error_rows as e
    on r.row_id = e.row_id
left join ref.plans as p
    on r.place_id = p.place_id and r.event_date >= p.year_start and r.event_date <= p.year_end
where r.newest_number = 1
