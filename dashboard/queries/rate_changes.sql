-- One row per month in which the plan begins to ask something else of one of the three rates: month
-- (YYYY-MM), the first one that takes the amended target.
select distinct strftime(t.valid_from, '%Y-%m') as month
from ref.targets as t
where
    t.plan_id = $plan
    and t.metric_id in (
        'publicity_report_rate',
        'publicity_compliance_rate',
        'publicity_timeliness_rate',
        'late_report_rate'
    )
    and exists (
        select 1
        from ref.targets as earlier
        where
            earlier.plan_id = t.plan_id
            and earlier.target_id = t.target_id
            and earlier.valid_from < t.valid_from
    )
order by month
