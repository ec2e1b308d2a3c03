-- One row per indicator that the city has assigned to a unit on the last day of a period, and unit:
-- indicator_id, indicator, level, unit_id, unit, doc_no, owner_count, full_score, score, lost (null where no
-- official score of the indicator is known), row_id.
select
    o.indicator_id,
    coalesce(nullif(t.name, ''), l.indicator_name, o.indicator_id) as indicator,
    t.level,
    o.unit_id,
    coalesce(u.name, o.unit_id) as unit,
    o.doc_no,
    count(*) over (partition by o.indicator_id) as owner_count,
    coalesce(l.full_score, t.full_score) as full_score,
    l.score,
    l.lost,
    coalesce(t.legal_status = 'historical', false) as is_historical,
    l.row_id
from ref.index_owners as o
join ref.periods as c
    on
        o.plan_id = c.plan_id
        and c.period = $period
        and o.valid_from <= c.end_date
        and c.end_date < o.valid_to
join ref.plans as p
    on o.plan_id = p.plan_id
left join ref.index_tree as t
    on p.index_version = t.index_version and o.indicator_id = t.indicator_id
left join ref.units as u
    on o.plan_id = u.plan_id and o.unit_id = u.unit_id
left join marts.index_points_lost as l
    on
        o.plan_id = l.plan_id
        and l.period = $period
        and o.indicator_id = l.indicator_id
        and p.index_version = l.index_version
where o.plan_id = $plan
order by u.sort_order, t.sort_order
