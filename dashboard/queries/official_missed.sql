-- One row per unit that the official notices of a period name as not having reported decisions: unit_id,
-- unit, missed_count, doc_no (of the newest notice).
select
    f.unit_id,
    coalesce(u.name, f.unit_id) as unit,
    cast(sum(f.missed_count) as bigint) as missed_count,
    arg_max(f.doc_no, f.issued_date) as doc_no
from marts.official_periods as f
left join ref.units as u
    on f.plan_id = u.plan_id and f.unit_id = u.unit_id
where f.plan_id = $plan and f.period = $period and f.is_counted
group by 1, 2
having sum(f.missed_count) > 0
order by missed_count desc, unit
