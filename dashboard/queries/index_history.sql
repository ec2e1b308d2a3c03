-- One row per month and source (官方 first) of the plan's city up to the end of a period, oldest
-- first: index_period, value_source, is_official, rank, score, full_score, group_name, group_size,
-- index_version, published_date, source_doc, row_id.
select
    s.index_period,
    s.value_source,
    s.is_official,
    s.rank,
    s.score,
    s.full_score,
    s.group_name,
    s.group_size,
    s.index_version,
    s.published_date,
    s.source_doc,
    s.row_id
from marts.index_scores as s
join marts.index_cities as c
    on s.place_id = c.place_id and s.city_key = c.city_key
join ref.periods as p
    on c.plan_id = p.plan_id and s.index_month <= p.end_date
where p.plan_id = $plan and p.period = $period
order by s.index_month, s.is_official desc
