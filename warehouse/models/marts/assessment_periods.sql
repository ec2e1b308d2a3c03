-- Grain: one assessment (metric) of a plan's place from above, in a period.
-- Purpose: the last figure published for what was assessed up to the end of a period. A rank beyond
-- the number of those assessed is none.
with told as (
    select
        s.place_id,
        s.metric_id__norm as metric_id,
        s.title,
        s.assessor,
        s.unit_id,
        s.unit_name__norm as unit_name,
        n.city_key,
        s.period__norm as assessed_period,
        s.period__end as period_end,
        s.score__number as score,
        s.full_score__number as full_score,
        cast(s.rank__number as integer) as told_rank,
        cast(s.field_size__number as integer) as field_size,
        s.published_date__date as published_date,
        s.doc_no,
        s.received_date,
        s.sequence,
        s.row_number,
        s.row_id
    from staging.external_assessment as s
    join marts.city_names as n
        on s.unit_name__norm = n.city_name
    left join marts.error_rows as f
        on s.row_id = f.row_id
    where not s.is_replaced and f.row_id is null and s.period__end is not null
),

-- The place itself is assessed: the city of the plan by name, else who is neither a unit of the
-- roster nor the city above.
own as (
    select
        p.plan_id,
        t.*
    from told as t
    join ref.plans as p
        on t.place_id = p.place_id
    left join marts.index_cities as c
        on p.plan_id = c.plan_id
    where
        case
            when coalesce(c.is_own, false) then t.city_key = c.city_key
            else
                t.unit_id = '(未识别单位)'
                and (c.city_key is null or t.city_key <> c.city_key)
        end
),

ordered as (
    select
        q.plan_id,
        q.place_id,
        q.period,
        q.period_kind,
        o.metric_id,
        o.title,
        o.assessor,
        o.unit_name,
        o.assessed_period,
        o.period_end,
        o.score,
        o.full_score,
        o.told_rank,
        o.field_size,
        o.published_date,
        o.doc_no,
        o.row_id,
        row_number() over (
            partition by q.plan_id, q.period, o.metric_id
            order by
                o.period_end desc, o.published_date desc nulls last, o.received_date desc,
                o.sequence desc, o.row_number desc
        ) as newest_first
    from ref.periods as q
    join own as o
        on q.plan_id = o.plan_id and o.period_end <= q.end_date
    cross join ref.run as r
    where q.start_date <= r.as_of and o.metric_id is not null
)

select
    plan_id,
    place_id,
    period,
    period_kind,
    cast(null as varchar) as unit_id,
    metric_id,
    title,
    assessor,
    unit_name,
    assessed_period,
    period_end,
    score,
    full_score,
    case when told_rank <= coalesce(field_size, told_rank) then told_rank end as rank,
    told_rank,
    field_size,
    coalesce(told_rank > field_size, false) as is_rank_impossible,
    published_date,
    doc_no,
    row_id
from ordered
where newest_first = 1
