-- One row per other city with an official rank in the month, version and group of the plan's last
-- official figure, best rank first: city_name, rank, score, row_id.
select
    s.city_name,
    s.rank,
    s.score,
    s.row_id
from marts.index_periods as f
join marts.index_scores as s
    on
        f.place_id = s.place_id
        and f.index_period = s.index_period
        and f.city_key <> s.city_key
        and f.index_version is not distinct from s.index_version
        and f.group_name is not distinct from s.group_name
where f.plan_id = $plan and f.period = $period and s.is_official and s.rank is not null
order by s.rank, s.city_name
