-- Grain: one city, month and source (官方 or 测算) of a place.
-- Purpose: the scores and ranks of the city index as last published: what a later row of the same
-- city and month says counts, rows with an error do not. A month that is none is left out.
with told as (
    select
        s.place_id,
        s.city_name__norm as city_name,
        n.city_key,
        s.period__norm as index_period,
        s.period__start as index_month,
        s.index_version__norm as index_version,
        s.group_name__norm as group_name,
        cast(s.group_size__number as integer) as group_size,
        s.score__number as score,
        s.full_score__number as full_score,
        cast(s.rank__number as integer) as rank,
        s.value_source__norm as value_source,
        s.published_date__date as published_date,
        s.source_doc,
        s.received_date,
        s.sequence,
        s.row_number,
        s.row_id
    from staging.city_index as s
    join marts.city_names as n
        on s.city_name__norm = n.city_name
    left join marts.error_rows as f
        on s.row_id = f.row_id
    where
        not s.is_replaced
        and f.row_id is null
        and s.value_source__norm is not null
        and s.period__start is not null
        and s.period__norm like '____-__'
        and s.period__norm not like '%Q%'
),

ordered as (
    select
        *,
        row_number() over (
            partition by place_id, city_key, index_period, value_source
            order by
                published_date desc nulls last, received_date desc, sequence desc, row_number desc
        ) as newest_first
    from told
)

select
    place_id,
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
    value_source,
    value_source = '官方' as is_official,
    published_date,
    received_date,
    source_doc,
    row_id
from ordered
where newest_first = 1
