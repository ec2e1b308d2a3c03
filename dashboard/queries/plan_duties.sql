-- One row per recurring duty that a plan asks for: duty_id, title.
select
    duty_id,
    title
from ref.duties
where plan_id = $plan
order by sort_order
