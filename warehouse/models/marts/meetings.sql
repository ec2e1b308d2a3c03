-- Grain: one meeting, training, visit or inspection of a unit on a day: its newest row.
-- Purpose: what was held, by whom and for which clause.
with ranked as (
    select
        m.*,
        row_number()
            over (
                partition by m.place_id, m.unit_id, m.kind__norm, m.title__norm, m.event_date
                order by m.received_date desc, m.sequence desc, m.row_number desc
            )
            as newest_number
    from staging.meeting_training as m
    where not m.is_replaced
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
    r.kind__norm as kind,
    r.level__norm as level,
    r.title,
    r.topic,
    r.attendee_count__number as attendee_count,
    r.event_date,
    e.row_id is null as is_valid
from ranked as r
left join marts.error_rows as e
    on r.row_id = e.row_id
left join ref.plans as p
    on r.place_id = p.place_id and r.event_date >= p.year_start and r.event_date <= p.year_end
where r.newest_number = 1
