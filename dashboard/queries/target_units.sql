-- One row per unit that a target is measured for in a period, worst first: the columns of
-- marts.target_values.
select t.*
from marts.target_values as t
left join ref.units as u
    on t.plan_id = u.plan_id and t.scope_id = u.unit_id
where t.plan_id = $plan and t.period = $period and t.scope_type = 'department' and t.target_id = $target
order by
    case t.light when 'red' then 1 when 'yellow' then 2 when 'grey' then 3 else 4 end,
    u.sort_order
