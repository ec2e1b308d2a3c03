-- One row per unit (of one unit, if given) that has something to mend in a period: unit_id, unit,
-- missed_count, error_count, are_errors_correctable, cutoff_date, score_now, score_after,
-- report_rate_now, report_rate_after, compliance_rate_now, compliance_rate_after, year_cutoff_date
-- (of the plan's year: until then a correction counts in the year's figures).
select
    m.unit_id,
    u.name as unit,
    m.missed_count,
    m.error_count,
    m.are_errors_correctable,
    m.cutoff_date,
    m.score_now,
    m.score_after,
    m.report_rate_now,
    m.report_rate_after,
    m.compliance_rate_now,
    m.compliance_rate_after,
    y.cutoff_date as year_cutoff_date
from marts.mending_worth as m
join ref.units as u
    on m.plan_id = u.plan_id and m.unit_id = u.unit_id
left join ref.periods as y
    on m.plan_id = y.plan_id and y.period_kind = 'year'
where m.plan_id = $plan and m.period = $period and ($unit is null or m.unit_id = $unit)
order by u.sort_order
