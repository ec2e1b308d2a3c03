-- One row per day and thing due within 14 days after the period's judging day: due_date, kind
-- (duty, task, cutoff), what, owed (units), open (units that have not answered by the judging day).
with chosen as (
    select
        judging_date,
        period
    from ref.periods
    where plan_id = $plan and period = $period
)

select
    o.due_date,
    'duty' as kind,
    d.title as what,
    count(*) as owed,
    cast(sum(case when o.answered_date <= c.judging_date then 0 else 1 end) as bigint) as open
from marts.obligations as o
join ref.duties as d
    on o.plan_id = d.plan_id and o.duty_id = d.duty_id
cross join chosen as c
where o.plan_id = $plan and o.due_date >= c.judging_date and o.due_date <= c.judging_date + interval 14 day
group by all
union all
select
    t.deadline as due_date,
    'task' as kind,
    t.title as what,
    count(*) as owed,
    cast(sum(case when t.completed_date <= c.judging_date then 0 else 1 end) as bigint) as open
from marts.task_units as t
cross join chosen as c
where
    t.plan_id = $plan
    and not t.is_unmeasured
    and t.deadline >= c.judging_date
    and t.deadline <= c.judging_date + interval 14 day
group by all
union all
select
    p.cutoff_date as due_date,
    'cutoff' as kind,
    p.period as what,
    cast(null as bigint) as owed,
    cast(null as bigint) as open
from ref.periods as p
cross join chosen as c
where
    p.plan_id = $plan
    and p.period_kind = 'month'
    and p.cutoff_date >= c.judging_date
    and p.cutoff_date <= c.judging_date + interval 14 day
order by due_date, kind, what
