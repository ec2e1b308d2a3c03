-- One row per clause that has a light, in a period: the columns of marts.clause_lights, metric_id.
select
    c.*,
    t.metric_id
from marts.clause_lights as c
join ref.targets as t
    on c.plan_id = t.plan_id and c.target_id = t.target_id
where c.plan_id = $plan and c.period = $period
order by c.sort_order
