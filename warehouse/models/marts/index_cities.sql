-- Grain: one plan that looks at a city of the index.
-- Purpose: the city a plan is judged by (its own or its parent's), with the key its rows go by.
select
    p.plan_id,
    p.place_id,
    p.index_scope,
    p.index_scope = 'own' as is_own,
    p.index_city as city_name,
    n.city_key,
    p.index_version
from ref.plans as p
join marts.city_names as n
    on p.index_city = n.city_name
where p.index_scope <> 'none'
