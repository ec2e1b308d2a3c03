-- One row per part of the score that the plan has in force at a period's end: part_id, title,
-- metric_id, weight, comparator, target, note.
select
    a.part_id,
    a.title,
    a.metric_id,
    a.weight,
    a.comparator,
    a.target,
    a.note
from ref.assessment_parts as a
join ref.periods as p
    on a.plan_id = p.plan_id
where
    a.plan_id = $plan
    and p.period = $period
    and coalesce(a.valid_from, p.end_date) <= p.end_date
    and (a.valid_to is null or a.valid_to > p.end_date)
order by a.sort_order
