-- One row per allowed value of a target's parameters: name, value.
select
    name,
    value
from ref.target_parameters
where plan_id = $plan and target_id = $target
order by name, value
