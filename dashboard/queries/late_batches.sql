-- One row per batch that came in after the plan was closed and holds rows of its year: batch_id, rows.
-- They are not in the plan's figures.
select
    batch_id,
    sum(rows) as rows
from meta.late_batches
where plan_id = $plan
group by 1
order by 1
