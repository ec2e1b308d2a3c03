-- What of a plan rules judge by: limit_days, limit_kind (workday, natural), one row per limit, oldest
-- first; on each row subjects (complete, partial: the register of subjects) and index_version.
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
