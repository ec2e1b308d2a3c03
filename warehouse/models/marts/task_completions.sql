-- Grain: one task, one task below it (or itself) and one unit that must finish that.
-- Purpose: the day on which the unit finished its part, as its newest status report says.
with reports as (
    select
        s.*,
        row_number()
            over (
                partition by s.place_id, s.plan_id, s.task_id__norm, s.unit_id
                order by s.status_date desc, s.received_date desc, s.sequence desc, s.row_number desc
            )
            as newest_number
    from staging.task_status as s
    where not s.is_replaced
),

handed_in as (
    select distinct plan_id from reports
)

select
    l.plan_id,
    p.place_id,
    l.task_id,
    l.leaf_id,
    u.unit_id,
    t.deadline,
    case when r.status__norm = '已完成' then r.completed_date__date end as completed_date,
    r.row_id as status_row_id
from marts.task_leaves as l
join handed_in as h
    on l.plan_id = h.plan_id
join ref.plans as p
    on l.plan_id = p.plan_id
join ref.tasks as t
    on l.plan_id = t.plan_id and l.leaf_id = t.task_id
join ref.task_units as u
    on l.plan_id = u.plan_id and l.leaf_id = u.task_id
left join reports as r
    on
        p.place_id = r.place_id
        and l.plan_id = r.plan_id
        and l.leaf_id = r.task_id__norm
        and u.unit_id = r.unit_id
        and r.newest_number = 1
where coalesce(t.done_by, '') <> 'target' and (l.leaf_kind = 'each' or u.role = 'lead')
