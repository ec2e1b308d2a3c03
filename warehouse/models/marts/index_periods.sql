-- Grain: one plan and period for which the plan's city has an official figure.
-- Purpose: the last official figure of the index at or before the end of a period; the month before
-- it stands beside. It belongs to the plan as a whole, never to a unit.
with figures as (
    select
        s.*,
        lag(s.rank) over (partition by s.place_id, s.city_key order by s.index_month)
            as previous_rank,
        lag(s.score) over (partition by s.place_id, s.city_key order by s.index_month)
            as previous_score,
        lag(s.index_period) over (partition by s.place_id, s.city_key order by s.index_month)
            as previous_index_period,
        lag(s.index_version) over (partition by s.place_id, s.city_key order by s.index_month)
            as previous_index_version
    from marts.index_scores as s
    where s.is_official
),

ordered as (
    select
        p.plan_id,
        p.place_id,
        p.period,
        p.period_kind,
        c.is_own,
        c.city_key,
        f.city_name,
        f.index_period,
        f.index_month,
        f.index_version,
        f.group_name,
        f.group_size,
        f.score,
        f.full_score,
        f.rank,
        f.previous_index_period,
        f.previous_index_version,
        f.previous_rank,
        f.previous_score,
        f.is_official,
        f.published_date,
        f.source_doc,
        f.row_id,
        row_number() over (
            partition by p.plan_id, p.period
            order by f.index_month desc
        ) as newest_first
    from ref.periods as p
    join marts.index_cities as c
        on p.plan_id = c.plan_id
    join figures as f
        on c.place_id = f.place_id and c.city_key = f.city_key and f.index_month <= p.end_date
    cross join ref.run as r
    where p.start_date <= r.as_of
)

select
    plan_id,
    place_id,
    period,
    period_kind,
    cast(null as varchar) as unit_id,
    is_own,
    city_key,
    city_name,
    index_period,
    index_month,
    index_version,
    group_name,
    group_size,
    score,
    full_score,
    rank,
    previous_index_period,
    previous_index_version,
    previous_rank,
    previous_score,
    is_official,
    published_date,
    source_doc,
    row_id
from ordered
where newest_first = 1
