-- Grain: one routine task that has a lead, and one period that has begun.
-- Purpose: 正常, 滞后 or 未动 by its bound targets, else by what the lead reported in the period.
with reports as (
    select
        t.plan_id,
        t.task_id,
        p.period,
        max(case when s.status__norm = '延期' then 1 else 0 end) = 1 as is_delayed,
        max(case when s.status__norm in ('进行中', '已完成') then 1 else 0 end) = 1 as is_moving
    from ref.tasks as t
    join ref.plans as q
        on t.plan_id = q.plan_id
    join staging.task_status as s
        on
            q.place_id = s.place_id
            and t.plan_id = s.plan_id
            and t.task_id = s.task_id__norm
            and t.lead_unit_id = s.unit_id
    join ref.periods as p
        on
            t.plan_id = p.plan_id
            and s.status_date >= p.start_date
            and s.status_date <= p.end_date
    where not s.is_replaced
    group by 1, 2, 3
),

bound_targets as (
    select
        plan_id,
        task_id,
        period,
        max(case when status = 'missed' then 1 else 0 end) = 1 as has_missed,
        max(case when status = 'met' then 1 else 0 end) = 1 as has_met
    from marts.target_values
    where scope_type = 'plan' and status in ('met', 'missed')
    group by 1, 2, 3
)

select
    p.plan_id,
    p.period,
    p.period_kind,
    t.task_id,
    t.lead_unit_id as unit_id,
    case
        when coalesce(b.has_missed, false) or coalesce(r.is_delayed, false) then '滞后'
        when coalesce(b.has_met, false) or coalesce(r.is_moving, false) then '正常'
        else '未动'
    end as state
from ref.tasks as t
join ref.periods as p
    on t.plan_id = p.plan_id
cross join ref.run as run
left join reports as r
    on t.plan_id = r.plan_id and t.task_id = r.task_id and p.period = r.period
left join bound_targets as b
    on t.plan_id = b.plan_id and t.task_id = b.task_id and p.period = b.period
where t.task_kind = 'routine' and t.lead_unit_id is not null and p.start_date <= run.as_of
