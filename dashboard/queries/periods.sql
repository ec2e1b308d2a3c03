-- One row per begun month, quarter and year that a plan touches, newest month first: period, period_kind,
-- start_date, end_date, cutoff_date, judging_date, as_of, is_collecting, has_records,
-- previous_period (same kind, null at the start of the year).
with filled as (
    select period
    from marts.periods_with_records
    where plan_id = $plan
)

select
    p.period,
    p.period_kind,
    p.start_date,
    p.end_date,
    p.cutoff_date,
    p.judging_date,
    r.as_of,
    r.as_of < p.cutoff_date as is_collecting,
    f.period is not null as has_records,
    lag(p.period) over (partition by p.period_kind order by p.start_date) as previous_period
from ref.periods as p
join ref.plans as q
    on p.plan_id = q.plan_id
cross join ref.run as r
left join filled as f
    on p.period = f.period
where
    p.plan_id = $plan
    and p.period_kind <> 'span'
    and p.start_date <= r.as_of
    and p.end_date >= q.period_start
    and p.start_date <= q.period_end
order by
    case p.period_kind when 'month' then 1 when 'quarter' then 2 else 3 end,
    p.start_date desc
