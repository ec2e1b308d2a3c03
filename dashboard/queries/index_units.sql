-- One row per unit that an indicator with a known loss is assigned to, most points lost first: unit_id,
-- unit, indicator_count, lost_count (with a loss), lost, shared_lost (of indicators that other units
-- answer for, too; not divided).
select
    f.unit_id,
    coalesce(u.name, f.unit_id) as unit,
    count(distinct f.assigned_id) as indicator_count,
    count(distinct case when f.lost > 0 then f.assigned_id end) as lost_count,
    sum(f.lost) as lost,
    coalesce(sum(case when f.owner_count > 1 then f.lost end), 0) as shared_lost
from marts.index_unit_points as f
left join ref.units as u
    on f.plan_id = u.plan_id and f.unit_id = u.unit_id
where f.plan_id = $plan and f.period = $period
group by 1, 2
order by lost desc, unit
