-- One row per plan: plan_id, place_id, short_title, title, year, index_scope, figures (own, official: which
-- rates count), is_sample, min_rank_records, has_data (a record, a hand-in or a status report of its year is
-- there), closed_as_of (null: not closed). Plans with data come first.
select
    p.plan_id,
    p.place_id,
    p.short_title,
    p.title,
    p.year,
    p.index_scope,
    p.figures,
    p.is_sample,
    p.min_rank_records,
    exists(
        select 1 from meta.batches as b
        where b.plan_id = p.plan_id
    ) as has_data,
    c.as_of as closed_as_of
from ref.plans as p
left join meta.closed_plans as c
    on p.plan_id = c.plan_id
order by has_data desc, p.year desc, p.plan_id
