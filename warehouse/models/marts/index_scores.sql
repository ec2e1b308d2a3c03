-- Grain: one city, month and source (官方 or 测算) of a place.
-- Purpose: the scores and ranks of the city index as last published: what a later row of the same
-- city and month says counts, rows with an error do not. A month that is none is left out.
with faulty as (
    select distinct row_id
    from quality.violations
    where ledger = 'city_index' and severity = 'error'
),

months as (
    select
        date as index_month,
        substring(cast(date as varchar), 1, 7) as index_period
    from ref.calendar
    where day(date) = 1
),

told as (
    select
        s.place_id,
        s.city_name__norm as city_name,
        case
            when length(s.city_name__norm) > 2 and s.city_name__norm like '%市'
                then substring(s.city_name__norm, 1, length(s.city_name__norm) - 1)
            else s.city_name__norm
        end as city_key,
        m.index_period,
        m.index_month,
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
    join months as m
        on s.period__norm = m.index_period
    left join faulty as f
        on s.row_id = f.row_id
    where not s.is_replaced and f.row_id is null and s.city_name__norm is not null
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
