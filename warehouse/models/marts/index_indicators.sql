-- Grain: one indicator of a city, month and source (官方 or 测算) of a place.
-- Purpose: the scores of single indicators as last received, with what the tree knows of them:
-- points lost, and the indicators above. A month counts in the version its newest row names.
with told as (
    select
        s.place_id,
        n.city_key,
        s.period__norm as index_period,
        s.period__start as index_month,
        s.index_version__norm as index_version,
        s.indicator_id__norm as indicator_id,
        s.indicator_name__norm as indicator_name,
        s.full_score__number as full_score,
        s.score__number as score,
        s.value_source__norm as value_source,
        s.source_doc,
        s.received_date,
        s.sequence,
        s.row_number,
        s.row_id
    from staging.city_index_indicator as s
    join marts.city_names as n
        on s.city_name__norm = n.city_name
    left join marts.error_rows as f
        on s.row_id = f.row_id
    where
        not s.is_replaced
        and f.row_id is null
        and s.value_source__norm is not null
        and s.indicator_id__norm is not null
        and s.period__start is not null
        and s.period__norm like '____-__'
        and s.period__norm not like '%Q%'
),

ordered as (
    select
        *,
        row_number() over (
            partition by place_id, city_key, index_period, value_source, index_version, indicator_id
            order by received_date desc, sequence desc, row_number desc
        ) as newest_first,
        first_value(index_version) over (
            partition by place_id, city_key, index_period, value_source
            order by received_date desc, sequence desc, row_number desc
        ) as newest_version
    from told
)

select
    o.place_id,
    o.city_key,
    o.index_period,
    o.index_month,
    o.index_version,
    o.indicator_id,
    coalesce(nullif(t.name, ''), o.indicator_name) as indicator_name,
    t.level,
    t.parent_id,
    u.parent_id as grandparent_id,
    v.parent_id as great_grandparent_id,
    t.indicator_id is not null as is_in_tree,
    coalesce(
        case t.level
            when 1 then true
            when 2 then t.parent_id is not null
            when 3 then u.parent_id is not null
            when 4 then v.parent_id is not null
        end,
        false
    ) as is_placed,
    coalesce(t.legal_status = 'historical', false) as is_historical,
    coalesce(o.full_score, t.full_score) as full_score,
    o.score,
    coalesce(o.full_score, t.full_score) - o.score as lost,
    o.value_source,
    o.value_source = '官方' as is_official,
    coalesce(t.sort_order, 9999) as sort_order,
    o.source_doc,
    o.row_id
from ordered as o
left join ref.index_tree as t
    on o.index_version = t.index_version and o.indicator_id = t.indicator_id
left join ref.index_tree as u
    on o.index_version = u.index_version and t.parent_id = u.indicator_id
left join ref.index_tree as v
    on o.index_version = v.index_version and u.parent_id = v.indicator_id
where o.newest_first = 1 and o.index_version = o.newest_version
