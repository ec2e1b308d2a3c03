-- One row: what a plan sees of its city's index in a period: index_scope (own, parent, none),
-- index_city, index_group, plan_version, metric figures of marts.index_periods (null where nothing
-- official is there yet), target_rank, target_due, target_low, target_high, target_state,
-- is_target_reached, the same of the stretch line, known_cities, owned_count (indicators that the city
-- has assigned to units on the last day), owned_known (of them with a known score), owned_lost_count.
with chosen as (
    select *
    from ref.periods
    where plan_id = $plan and period = $period
),

lines as (
    select
        max(case when line = 'target' then line_rank end) as target_rank,
        max(case when line = 'target' then due_date end) as target_due,
        max(case when line = 'target' then gap_low end) as target_low,
        max(case when line = 'target' then gap_high end) as target_high,
        max(case when line = 'target' then state end) as target_state,
        bool_or(case when line = 'target' then is_reached end) as is_target_reached,
        max(case when line = 'stretch' then line_rank end) as stretch_rank,
        max(case when line = 'stretch' then gap_low end) as stretch_low,
        max(case when line = 'stretch' then gap_high end) as stretch_high,
        max(case when line = 'stretch' then state end) as stretch_state,
        bool_or(case when line = 'stretch' then is_reached end) as is_stretch_reached,
        max(known_cities) as known_cities
    from marts.index_gaps
    where plan_id = $plan and period = $period
),

owned as (
    select distinct o.indicator_id
    from ref.index_owners as o
    join chosen as c
        on o.plan_id = c.plan_id and o.valid_from <= c.end_date and c.end_date < o.valid_to
),

owned_counts as (
    select
        count(*) as owned_count,
        count(l.indicator_id) as owned_known,
        count(case when l.lost > 0 and not l.is_historical then 1 end) as owned_lost_count
    from owned as o
    left join marts.index_points_lost as l
        on
            l.plan_id = $plan
            and l.period = $period
            and o.indicator_id = l.assigned_id
            and o.indicator_id = l.indicator_id
)

select
    p.index_scope,
    p.index_city,
    p.index_group,
    p.index_version as plan_version,
    f.city_key,
    f.index_period,
    f.index_month,
    f.index_version,
    f.group_name,
    f.group_size,
    f.score,
    f.full_score,
    f.rank,
    f.previous_index_period,
    f.previous_index_version,
    f.previous_rank,
    f.previous_score,
    f.published_date,
    f.source_doc,
    f.row_id,
    l.*,
    w.*
from ref.plans as p
left join marts.index_periods as f
    on p.plan_id = f.plan_id and f.period = $period
cross join lines as l
cross join owned_counts as w
where p.plan_id = $plan
