-- Grain: one indicator with a known loss, of a plan and period.
-- Purpose: points lost at every level. `rest_lost` is what the known indicators below do not
-- explain: over the placed indicators it adds up to the loss of the whole, nothing twice.
-- `assigned_id`: the nearest indicator (itself or above) that the city has assigned to a unit on the
-- last day of the period; null: 未分解.
with months as (
    select
        p.plan_id,
        p.place_id,
        p.period,
        p.period_kind,
        p.end_date,
        c.city_key,
        c.index_version,
        max(i.index_month) as index_month
    from ref.periods as p
    join marts.index_cities as c
        on p.plan_id = c.plan_id
    join marts.index_indicators as i
        on
            c.place_id = i.place_id
            and c.city_key = i.city_key
            and i.is_official
            and i.index_month <= p.end_date
    cross join ref.run as r
    where p.start_date <= r.as_of and p.period_kind <> 'span'
    group by 1, 2, 3, 4, 5, 6, 7
),

known as (
    select
        m.plan_id,
        m.place_id,
        m.period,
        m.period_kind,
        m.end_date,
        m.index_version = i.index_version as is_plan_version,
        i.*
    from months as m
    join marts.index_indicators as i
        on
            m.place_id = i.place_id
            and m.city_key = i.city_key
            and m.index_month = i.index_month
            and i.is_official
    where i.lost is not null
),

owned as (
    select
        p.plan_id,
        p.period,
        o.indicator_id,
        count(distinct o.unit_id) as owner_count
    from ref.index_owners as o
    join ref.periods as p
        on
            o.plan_id = p.plan_id
            and o.valid_from <= p.end_date
            and p.end_date < o.valid_to
    group by 1, 2, 3
),

above as (
    select
        k.*,
        coalesce(a.indicator_id, b.indicator_id, c.indicator_id) as known_above_id
    from known as k
    left join known as a
        on k.plan_id = a.plan_id and k.period = a.period and k.parent_id = a.indicator_id
    left join known as b
        on k.plan_id = b.plan_id and k.period = b.period and k.grandparent_id = b.indicator_id
    left join known as c
        on k.plan_id = c.plan_id and k.period = c.period and k.great_grandparent_id = c.indicator_id
),

explained as (
    select
        plan_id,
        period,
        known_above_id as indicator_id,
        sum(lost) as lost_below,
        count(*) as known_below
    from above
    where known_above_id is not null
    group by 1, 2, 3
)

select
    k.plan_id,
    k.place_id,
    k.period,
    k.period_kind,
    k.city_key,
    k.index_period,
    k.index_month,
    k.index_version,
    k.indicator_id,
    k.indicator_name,
    k.level,
    k.parent_id,
    k.is_in_tree,
    k.is_placed,
    k.is_historical,
    k.full_score,
    k.score,
    k.lost,
    k.lost - coalesce(e.lost_below, 0) as rest_lost,
    coalesce(e.known_below, 0) as known_below,
    coalesce(o0.indicator_id, o1.indicator_id, o2.indicator_id, o3.indicator_id) as assigned_id,
    coalesce(o0.owner_count, o1.owner_count, o2.owner_count, o3.owner_count, 0) as owner_count,
    k.sort_order,
    k.source_doc,
    k.row_id
from above as k
left join explained as e
    on k.plan_id = e.plan_id and k.period = e.period and k.indicator_id = e.indicator_id
left join owned as o0
    on
        k.plan_id = o0.plan_id
        and k.period = o0.period
        and k.is_plan_version
        and k.indicator_id = o0.indicator_id
left join owned as o1
    on
        k.plan_id = o1.plan_id
        and k.period = o1.period
        and k.is_plan_version
        and k.parent_id = o1.indicator_id
left join owned as o2
    on
        k.plan_id = o2.plan_id
        and k.period = o2.period
        and k.is_plan_version
        and k.grandparent_id = o2.indicator_id
left join owned as o3
    on
        k.plan_id = o3.plan_id
        and k.period = o3.period
        and k.is_plan_version
        and k.great_grandparent_id = o3.indicator_id
