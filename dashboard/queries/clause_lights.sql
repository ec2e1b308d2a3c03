-- One row per clause that has a light, in a period: the columns of marts.clause_lights.
select *
from marts.clause_lights
where plan_id = $plan and period = $period
order by sort_order
