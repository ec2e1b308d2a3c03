-- One row per article of a plan's year that counts or repeats another (its error rows left out): row_id,
-- unit_id, unit, unit_order, month (YYYY-MM), event_date, product (title), media, article_kind, field, node,
-- is_counted, is_repeat (its text stands in an earlier row of the place), file_name.
select
    a.row_id,
    a.unit_id,
    coalesce(u.name, a.unit_id) as unit,
    u.sort_order as unit_order,
    strftime(a.event_date, '%Y-%m') as month,
    a.event_date,
    a.title as product,
    a.media,
    a.article_kind,
    a.field,
    a.node,
    a.is_valid and not a.is_repeat as is_counted,
    a.is_repeat,
    b.file_name
from marts.articles as a
left join ref.units as u
    on a.plan_id = u.plan_id and a.unit_id = u.unit_id
left join meta.batches as b
    on a.batch_id = b.batch_id
where a.plan_id = $plan and a.is_valid
order by a.event_date, u.sort_order, a.row_id
