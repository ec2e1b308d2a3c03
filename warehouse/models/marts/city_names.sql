-- Grain: one name of a city, as a plan or a ledger of the index writes it.
-- Purpose: 盐城 and 盐城市 are one city: the key under which both stand.
with named as (
    select index_city as city_name
    from ref.plans
    where index_city is not null
    union
    select city_name__norm as city_name
    from staging.city_index
    where city_name__norm is not null
    union
    select city_name__norm as city_name
    from staging.city_index_indicator
    where city_name__norm is not null
    union
    select unit_name__norm as city_name
    from staging.external_assessment
    where unit_name__norm is not null
)

select
    city_name,
    case
        when length(city_name) > 2 and city_name like '%市'
            then substring(city_name, 1, length(city_name) - 1)
        else city_name
    end as city_key
from named
