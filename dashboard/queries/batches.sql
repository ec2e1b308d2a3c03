-- One row per batch of a plan in this version: batch_id, sequence, ledger, file_name, sheet_name,
-- unit (the department it came from), received_date, rows, error_rows, is_replaced, standard.
with errors as (
    select
        batch_id,
        count(distinct row_id) as error_rows
    from quality.violations
    where severity = 'error'
    group by 1
)

select
    b.batch_id,
    b.sequence,
    b.ledger,
    b.file_name,
    b.sheet_name,
    coalesce(u.name, b.department) as unit,
    b.received_date,
    b.rows,
    coalesce(e.error_rows, 0) as error_rows,
    b.is_replaced,
    b.standard
from meta.batches as b
left join ref.units as u
    on b.plan_id = u.plan_id and b.department_unit_id = u.unit_id
left join errors as e
    on b.batch_id = e.batch_id
where b.plan_id = $plan
order by b.sequence desc
