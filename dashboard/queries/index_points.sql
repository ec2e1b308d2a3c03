-- One row per indicator with a known official score at or before the end of a period, in the order of
-- the tree: indicator_id, indicator, level, parent_id, index_period, index_version, full_score, score,
-- lost, rest_lost (not explained by known indicators below), known_below, is_in_tree, is_placed,
-- is_historical, assigned_id, owner_count, owners (names, `、`; empty: 未分解), row_id.
with owners as (
    select
        u.indicator_id,
        string_agg(coalesce(r.name, u.unit_id), '、' order by r.sort_order) as owners
    from marts.index_unit_points as u
    left join ref.units as r
        on u.plan_id = r.plan_id and u.unit_id = r.unit_id
    where u.plan_id = $plan and u.period = $period
    group by 1
)

select
    l.indicator_id,
    coalesce(l.indicator_name, l.indicator_id) as indicator,
    l.level,
    l.parent_id,
    l.index_period,
    l.index_version,
    l.full_score,
    l.score,
    l.lost,
    l.rest_lost,
    l.known_below,
    l.is_in_tree,
    l.is_placed,
    l.is_historical,
    l.assigned_id,
    l.owner_count,
    coalesce(o.owners, '') as owners,
    l.row_id
from marts.index_points_lost as l
left join owners as o
    on l.indicator_id = o.indicator_id
where l.plan_id = $plan and l.period = $period
order by l.sort_order, l.indicator_id
