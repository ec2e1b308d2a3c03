-- Grain: one indicator with a known loss, of a plan and period, and one unit it is assigned to.
-- Purpose: points lost by unit, only where the city has assigned the indicator. One that several
-- units share stands whole under each of them (owner_count > 1) and is not divided.
select
    l.plan_id,
    l.place_id,
    l.period,
    l.period_kind,
    o.unit_id,
    l.indicator_id,
    l.indicator_name,
    l.assigned_id,
    o.doc_no,
    l.owner_count,
    l.is_placed,
    l.index_period,
    l.index_version,
    l.full_score,
    l.score,
    case when l.is_placed then l.rest_lost else l.lost end as lost,
    l.sort_order,
    l.row_id
from marts.index_points_lost as l
join ref.periods as p
    on l.plan_id = p.plan_id and l.period = p.period
join ref.index_owners as o
    on
        l.plan_id = o.plan_id
        and l.assigned_id = o.indicator_id
        and o.valid_from <= p.end_date
        and p.end_date < o.valid_to
where not l.is_historical
