-- One row per unit that a target is measured for in a period, worst first: the columns of
-- marts.target_values, role (lead, assist: of the unit in the clause).
select
    t.*,
    r.role
from marts.target_values as t
left join ref.units as u
    on t.plan_id = u.plan_id and t.scope_id = u.unit_id
left join ref.task_units as r
    on t.plan_id = r.plan_id and t.task_id = r.task_id and t.scope_id = r.unit_id
where t.plan_id = $plan and t.period = $period and t.scope_type = 'department' and t.target_id = $target
order by
    case t.light when 'red' then 1 when 'yellow' then 2 when 'grey' then 3 else 4 end,
    u.sort_order
