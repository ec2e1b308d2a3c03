-- One row per unit of the roster with a score row in a period (of one unit, if given), by group, rank
-- and place in the roster: unit_id, unit, kind, ranking_group, score, rank, ranked_units,
-- previous_score, previous_rank, record_count, is_small_sample, not_ranked_reason, left_out.
select
    s.unit_id,
    u.name as unit,
    u.kind,
    s.ranking_group,
    s.score,
    s.rank,
    s.ranked_units,
    s.previous_score,
    s.previous_rank,
    s.record_count,
    s.is_small_sample,
    s.not_ranked_reason,
    s.left_out
from marts.unit_scores as s
join ref.units as u
    on s.plan_id = u.plan_id and s.unit_id = u.unit_id
where s.plan_id = $plan and s.period = $period and ($unit is null or s.unit_id = $unit)
order by
    case s.ranking_group when 'power' then 1 when 'other' then 2 when 'street' then 3 else 4 end,
    s.rank nulls last,
    u.sort_order
