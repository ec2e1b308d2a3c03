-- One row: a limit of a plan, oldest first: limit_days, limit_kind (workday, natural), and on each
-- what else rules judge by: subjects (complete, partial: the register of subjects), index_version.
select
    l.limit_days,
    l.limit_kind,
    p.subjects,
    p.index_version
from ref.plans as p
join ref.limits as l
    on p.plan_id = l.plan_id
where p.plan_id = $plan
order by l.valid_from
