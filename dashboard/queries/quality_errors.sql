-- One row per rule, ledger, unit and month with errors of a plan: rule_id, ledger, unit_id, unit,
-- ranking_group, sort_order, month, error_count (rows refused by the rule, as received), open_count (of
-- these, neither mended nor replaced since), file_count.
select
    e.rule_id,
    e.ledger,
    e.unit_id,
    coalesce(u.name, e.unit_id) as unit,
    coalesce(u.ranking_group, 'unknown') as ranking_group,
    coalesce(u.sort_order, 9999) as sort_order,
    strftime(e.received_month, '%Y-%m') as month,
    count(*) as error_count,
    count(*) filter (where e.standing = 'open') as open_count,
    count(distinct e.batch_id) as file_count
from marts.rule_errors as e
left join ref.units as u
    on e.plan_id = u.plan_id and e.unit_id = u.unit_id
where e.plan_id = $plan and ($unit is null or e.unit_id = $unit)
group by all
order by month, sort_order, e.rule_id, e.ledger
