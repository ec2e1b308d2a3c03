-- One row per holder of a role in a unit of the plan's place, from the first day on: row_id, unit_id, unit,
-- unit_order, role, person_name (masked), post, valid_from, valid_to, is_in_office (at the period's end).
select
    c.row_id,
    c.unit_id,
    coalesce(u.name, c.unit_id) as unit,
    u.sort_order as unit_order,
    c.role,
    c.person_name,
    c.post,
    c.valid_from,
    c.valid_to,
    c.valid_from <= p.known_date and (c.valid_to is null or c.valid_to >= p.known_date) as is_in_office
from marts.contacts as c
join ref.periods as p
    on c.place_id = p.place_id
left join ref.units as u
    on p.plan_id = u.plan_id and c.unit_id = u.unit_id
where p.plan_id = $plan and p.period = $period and c.valid_from <= p.known_date
order by u.sort_order, c.role, c.valid_from
