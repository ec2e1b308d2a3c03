-- Grain: one unit of the roster and one period, in places that handed in who answers.
-- Purpose: which roles a unit had filled at the period's end.
with places as (
    select distinct place_id from marts.contacts
),

filled as (
    select
        p.plan_id,
        p.period,
        c.unit_id,
        c.role
    from marts.contacts as c
    join ref.periods as p
        on
            c.place_id = p.place_id
            and c.valid_from <= p.known_date
            and (c.valid_to is null or c.valid_to >= p.known_date)
    group by 1, 2, 3, 4
)

select
    p.plan_id,
    p.place_id,
    p.period,
    p.period_kind,
    u.unit_id,
    count(f.role) as role_count,
    coalesce(max(case when f.role = '领导责任人' then 1 else 0 end) = 1, false) as has_leader,
    coalesce(max(case when f.role = '执行责任人' then 1 else 0 end) = 1, false) as has_executor,
    coalesce(max(case when f.role = '具体操作人' then 1 else 0 end) = 1, false) as has_operator,
    coalesce(max(case when f.role = '联络员' then 1 else 0 end) = 1, false) as has_liaison,
    coalesce(max(case when f.role = '修复专员' then 1 else 0 end) = 1, false) as has_repair_officer
from ref.periods as p
join places as q
    on p.place_id = q.place_id
join ref.units as u
    on p.plan_id = u.plan_id and u.valid_from <= p.end_date and u.valid_to > p.end_date
cross join ref.run as run
left join filled as f
    on p.plan_id = f.plan_id and p.period = f.period and u.unit_id = f.unit_id
where p.start_date <= run.as_of
group by 1, 2, 3, 4, 5
