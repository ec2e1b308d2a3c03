-- M01. One row per total, or per score of a top-level indicator, that came last of the two and does not
-- add up; judged once all top-level indicators of the version are there, each once; detail: both sums.
with tops as (
    select
        i.row_id,
        i.received_date,
        i.sequence,
        i.place_id,
        i.city_name__norm,
        i.period__norm,
        i.index_version__norm,
        i.value_source__norm,
        i.indicator_id__norm,
        i.score__number
    from known.city_index_indicator as i
    join ref.index_tree as t
        on i.index_version__norm = t.index_version and i.indicator_id__norm = t.indicator_id
    where t.level = 1 and not i.is_replaced
),

sizes as (
    select
        index_version,
        count(*) as tops
    from ref.index_tree
    where level = 1
    group by 1
),

gathered as (
    select
        place_id,
        city_name__norm,
        period__norm,
        index_version__norm,
        value_source__norm,
        sum(score__number) as score,
        max((received_date, sequence)) as came,
        count(score__number) as scores,
        count(*) as indicator_rows,
        count(distinct indicator_id__norm) as indicators
    from tops
    group by 1, 2, 3, 4, 5
),

sums as (
    select g.*
    from gathered as g
    join sizes as z on g.index_version__norm = z.index_version
    where g.scores = z.tops and g.indicator_rows = z.tops and g.indicators = z.tops
),

unequal as (
    select
        c.row_id as total_row_id,
        (c.received_date, c.sequence) as total_came,
        s.*,
        printf('一级合计 %.2f，总得分 %.2f', s.score, c.score__number) as detail
    from known.city_index as c
    join sums as s
        on
            c.place_id = s.place_id
            and c.city_name__norm = s.city_name__norm
            and c.period__norm = s.period__norm
            and c.index_version__norm = s.index_version__norm
            and c.value_source__norm = s.value_source__norm
    where not c.is_replaced and abs(c.score__number - s.score) > 0.01 + 1e-9
),

blamed as (
    select
        total_row_id as row_id,
        detail
    from unequal
    where total_came >= came
    union all
    select
        t.row_id,
        u.detail
    from unequal as u
    join tops as t
        on
            u.place_id = t.place_id
            and u.city_name__norm = t.city_name__norm
            and u.period__norm = t.period__norm
            and u.index_version__norm = t.index_version__norm
            and u.value_source__norm = t.value_source__norm
    where u.total_came < u.came
)

select
    b.row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    min(b.detail) as detail
from blamed as b
semi join staging.{ledger} as s on b.row_id = s.row_id
group by 1
