-- One row per rule that refused records of a plan (or of one unit) in a period: rule_id, ledger_count
-- (ledgers concerned), record_count (records refused by it), example (a message; values masked).
select
    v.rule_id,
    count(distinct f.ledger) as ledger_count,
    count(distinct f.record_key) as record_count,
    min(v.message) as example
from marts.publicity_record_periods as f
join quality.violations as v
    on f.row_id = v.row_id and f.ledger = v.ledger
where
    f.plan_id = $plan
    and f.period = $period
    and f.is_counted
    and v.severity = 'error'
    and ($unit is null or f.unit_id = $unit)
    and ($ledger is null or f.ledger = $ledger)
group by 1
order by record_count desc, v.rule_id
