-- One row per obligation of a plan's year (of one unit, if given) in order of the due days: duty_id, duty,
-- unit_id, unit, unit_order, period_covered, due_date, nominal_due_date (before the holidays moved it), month (the
-- first day of the month it counts in), state, answered_by (rows, submission, nil), answered_date, ledger
-- and row_id of the row that shows it, batch_id, file_name, is_nil_contradicted.
select
    o.duty_id,
    d.title as duty,
    o.unit_id,
    coalesce(u.name, o.unit_id) as unit,
    u.sort_order as unit_order,
    o.period_covered,
    o.due_date,
    o.nominal_due_date,
    cast(date_trunc('month', o.period_date) as date) as month,
    o.state,
    o.answered_by,
    o.answered_date,
    o.answered_ledger as ledger,
    o.answered_row_id as row_id,
    b.batch_id,
    b.file_name,
    o.is_nil_contradicted
from marts.obligations as o
join ref.duties as d
    on o.plan_id = d.plan_id and o.duty_id = d.duty_id
left join ref.units as u
    on o.plan_id = u.plan_id and o.unit_id = u.unit_id
left join meta.batches as b
    on floor(o.answered_row_id / 1000000000) = b.sequence
where o.plan_id = $plan and ($unit is null or o.unit_id = $unit)
order by o.due_date, d.sort_order, u.sort_order
