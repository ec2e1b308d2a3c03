-- One row per honour of a plan's place awarded by the end of a period: row_id, unit, holder_name (persons
-- masked), kind, level, event_date (awarded), doc_no, status, reviewed_date, revoked_date, is_new (awarded in
-- the plan's year), is_standing (not revoked by the period's end), file_name.
select
    h.row_id,
    coalesce(u.name, h.unit_id) as unit,
    h.holder_name,
    h.kind,
    h.level,
    h.event_date,
    h.doc_no,
    h.status,
    h.reviewed_date,
    h.revoked_date,
    h.event_date >= q.year_start as is_new,
    h.revoked_date is null or h.revoked_date > p.end_date as is_standing,
    b.file_name
from marts.honours as h
join ref.periods as p
    on h.place_id = p.place_id
join ref.plans as q
    on p.plan_id = q.plan_id
left join ref.units as u
    on p.plan_id = u.plan_id and h.unit_id = u.unit_id
left join meta.batches as b
    on h.batch_id = b.batch_id
where p.plan_id = $plan and p.period = $period and h.is_valid and h.event_date <= p.end_date
order by h.kind, h.level, h.event_date, h.row_id
