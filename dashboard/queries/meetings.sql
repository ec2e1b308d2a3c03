-- One row per meeting, training, visit or inspection of a plan's year: row_id, unit, month (YYYY-MM),
-- event_date, kind, product (its name), level, topic, attendee_count, is_valid, file_name.
select
    m.row_id,
    coalesce(u.name, m.unit_id) as unit,
    strftime(m.event_date, '%Y-%m') as month,
    m.event_date,
    m.kind,
    m.title as product,
    m.level,
    m.topic,
    m.attendee_count,
    m.is_valid,
    b.file_name
from marts.meetings as m
left join ref.units as u
    on m.plan_id = u.plan_id and m.unit_id = u.unit_id
left join meta.batches as b
    on m.batch_id = b.batch_id
where m.plan_id = $plan and m.is_valid
order by m.event_date, m.row_id
