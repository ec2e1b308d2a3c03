-- One row per file of a plan that was given back up to the end of a month (docs/architecture.md,
-- meta.returns), newest first: return_id, unit_id, unit, ledger, file_name, returned_date, reason,
-- row_count, wrong_row_count, rules (ids).
with rules as (
    select
        return_id,
        string_agg(rule_id, ' ' order by rule_id) as rules
    from meta.return_rules
    group by 1
)

select
    r.return_id,
    r.unit_id,
    coalesce(u.name, r.unit_id, '（文件里没有认出单位）') as unit,
    r.ledger,
    r.file_name,
    r.returned_date,
    r.reason,
    r.row_count,
    r.wrong_row_count,
    coalesce(w.rules, '') as rules
from meta.returns as r
join ref.plans as p
    on r.plan_id = p.plan_id
left join rules as w
    on r.return_id = w.return_id
left join ref.units as u
    on r.plan_id = u.plan_id and r.unit_id = u.unit_id
where
    r.plan_id = $plan
    and ($unit is null or r.unit_id = $unit)
    and strftime(least(greatest(r.returned_date, p.year_start), p.year_end), '%Y-%m') between $first and $last
order by r.returned_date desc, r.return_id desc
