-- One row per counted publicity record of a plan in a period: row_id, ledger, unit_id, unit,
-- document_no, counterparty_name (persons masked), decision_date, report_date, limit_date,
-- is_judged, is_late, late_days (natural days over the limit), is_compliant, rules (ids of the
-- errors), file_name, sheet_name, row_number, batch_id.
with chosen as (
    select *
    from marts.publicity_record_periods
    where
        plan_id = $plan
        and period = $period
        and is_counted
        and ($unit is null or unit_id = $unit)
        and ($ledger is null or ledger = $ledger)
        and ($kind <> 'late' or (is_judged and is_late))
        and ($kind <> 'error' or not is_compliant)
        and ($kind <> 'undetermined' or not is_judged)
),

-- of these records only: those of all others are many times as many
errors as (
    select
        v.row_id,
        v.ledger,
        string_agg(distinct v.rule_id, ' ' order by v.rule_id) as rules
    from quality.violations as v
    join chosen as c
        on v.row_id = c.row_id and v.ledger = c.ledger
    where v.severity = 'error'
    group by 1, 2
)

select
    f.row_id,
    f.ledger,
    f.unit_id,
    coalesce(u.name, f.unit_id) as unit,
    w.document_no,
    w.counterparty_name,
    f.first_decision_date as decision_date,
    f.report_date,
    f.limit_date,
    f.is_judged,
    f.is_late,
    case when f.is_late then date_diff('day', f.limit_date, f.report_date) end as late_days,
    f.is_compliant,
    coalesce(e.rules, '') as rules,
    b.file_name,
    w.sheet_name,
    w.row_number,
    w.batch_id
from chosen as f
join marts.publicity_rows as w
    on f.row_id = w.row_id and f.ledger = w.ledger
join meta.batches as b
    on w.batch_id = b.batch_id
left join ref.units as u
    on f.plan_id = u.plan_id and f.unit_id = u.unit_id
left join errors as e
    on f.row_id = e.row_id and f.ledger = e.ledger
where
    ($rule is null or list_contains(string_split(coalesce(e.rules, ''), ' '), $rule))
order by late_days desc nulls last, f.first_decision_date, f.row_id
