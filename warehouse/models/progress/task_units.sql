-- Grain: one dated task (deliverable or each) and one unit that must do it.
-- Purpose: what the unit last said of it; tasks done by a target stand on that target.
with owed as (
    select
        t.plan_id,
        p.place_id,
        t.task_id,
        t.task_kind,
        t.title,
        t.deadline,
        t.done_by,
        u.unit_id
    from ref.tasks as t
    join ref.plans as p
        on t.plan_id = p.plan_id
    join ref.task_units as u
        on t.plan_id = u.plan_id and t.task_id = u.task_id
    where t.task_kind = 'each' or (t.task_kind = 'deliverable' and u.role = 'lead')
),

reports as (
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

bound_targets as (
    select
        plan_id,
        task_id,
        period,
        min(case when status = 'met' then 1 else 0 end) = 1 as is_met,
        max(case when status = 'no_data' then 1 else 0 end) = 1 as is_unmeasured
    from marts.target_values
    where scope_type = 'plan'
    group by 1, 2, 3
),

year_targets as (
    select b.*
    from bound_targets as b
    join ref.plans as p
        on b.plan_id = p.plan_id and b.period = cast(p.year as varchar)
)

select
    o.plan_id,
    o.place_id,
    o.task_id,
    o.task_kind,
    o.title,
    o.unit_id,
    o.deadline,
    o.done_by,
    r.status__norm as last_status,
    r.status_date as last_status_date,
    r.progress_pct__number as progress_pct,
    r.batch_id,
    r.sheet_name,
    r.row_number,
    coalesce(o.done_by = 'target' and coalesce(b.is_unmeasured, true), false) as is_unmeasured,
    case
        when o.done_by = 'target' then case when b.is_met then o.deadline end
        when r.status__norm = '已完成' then r.completed_date__date
    end as completed_date
from owed as o
left join reports as r
    on
        o.place_id = r.place_id
        and o.plan_id = r.plan_id
        and o.task_id = r.task_id__norm
        and o.unit_id = r.unit_id
        and r.newest_number = 1
left join year_targets as b
    on o.plan_id = b.plan_id and o.task_id = b.task_id
