-- One row per decision that should have been reported and was not, on the period's judging day:
-- decision_key, decision_type, unit_id, unit, document_no, counterparty_name (persons masked),
-- decision_date, limit_date, source (who knew of it), file_name, sheet_name, row_number, batch_id.
select
    d.decision_key,
    d.decision_type,
    d.unit_id,
    coalesce(u.name, d.unit_id) as unit,
    d.document_no,
    d.counterparty_name,
    d.decision_date,
    d.limit_date,
    case
        when f.is_missed and f.is_found_unreported then '登记、抽查'
        when f.is_missed then '部门登记'
        else '上级抽查或网站比对'
    end as source,
    b.file_name,
    d.register_sheet_name as sheet_name,
    d.register_row_number as row_number,
    d.register_batch_id as batch_id,
    cast(b.sequence as bigint) * 1000000000 + d.register_row_number as row_id
from marts.decision_periods as f
join marts.decisions as d
    on f.place_id = d.place_id and f.decision_key = d.decision_key
left join meta.batches as b
    on d.register_batch_id = b.batch_id
left join ref.units as u
    on f.plan_id = u.plan_id and d.unit_id = u.unit_id
where
    f.plan_id = $plan
    and f.period = $period
    and (f.is_missed or f.is_found_unreported)
    and ($unit is null or d.unit_id = $unit)
order by d.limit_date, d.decision_key
