-- One row per batch of a plan with errors, received in some months (or of one unit's rows in them), those
-- with most rows at fault first: batch_id, ledger, file_name, sheet_name, unit (the department that sent
-- it, else the unit of its rows if it is one), received_date, rows, error_rows, share (of its rows, 0–100),
-- rule_count, open_rows, is_replaced.
with refused as (
    select
        batch_id,
        count(distinct case when row_id % 1000000000 > 0 then row_id end) as error_rows,
        count(distinct case when row_id % 1000000000 > 0 and standing = 'open' then row_id end) as open_rows,
        count(distinct rule_id) as rule_count,
        case when count(distinct unit_id) = 1 then min(unit_id) end as unit_id
    from marts.rule_errors
    where
        plan_id = $plan
        and received_month between cast($first || '-01' as date) and cast($last || '-01' as date)
        and ($unit is null or unit_id = $unit)
        and ($rule is null or rule_id = $rule)
    group by 1
)

select
    b.batch_id,
    b.ledger,
    b.file_name,
    b.sheet_name,
    coalesce(d.name, u.name, b.department, r.unit_id, '多个单位') as unit,
    b.received_date,
    b.rows,
    r.error_rows,
    100.0 * r.error_rows / nullif(b.rows, 0) as share,
    r.rule_count,
    r.open_rows,
    b.is_replaced
from refused as r
join meta.batches as b
    on r.batch_id = b.batch_id
left join ref.units as d
    on b.plan_id = d.plan_id and b.department_unit_id = d.unit_id
left join ref.units as u
    on b.plan_id = u.plan_id and r.unit_id = u.unit_id
order by r.error_rows desc, share desc, b.sequence
