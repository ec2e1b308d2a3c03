-- Grain: one plan that looks at a city of the index.
-- Purpose: the city a plan is judged by (its own or its parent's), in the form its rows are matched.
select
    plan_id,
    place_id,
    index_scope,
    index_scope = 'own' as is_own,
    index_city as city_name,
    case
        when length(index_city) > 2 and index_city like '%市'
            then substring(index_city, 1, length(index_city) - 1)
        else index_city
    end as city_key,
    index_version
from ref.plans
where index_scope <> 'none' and index_city <> ''
