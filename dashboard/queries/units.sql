-- One row per unit of the roster, and one for rows of unknown units if there are any: unit_id, unit,
-- kind, ranking_group, record_count, the parts and values of the four rates (report, compliance,
-- first_pass, timeliness: *_hits, *_base, *_rate), late_count, missed_count (decisions registered or
-- found that were not reported, each once), ledger_hits, ledger_base (hand-ins on time of those due
-- in the period), hand_in_state (of the months covered), is_ledger_owed, task_due, task_done,
-- task_overdue, is_small.
with figures as (
    select
        scope_id as unit_id,
        max(case when metric_id = 'publicity_record_count' then value end) as record_count,
        max(case when metric_id = 'publicity_report_rate' then numerator end) as report_hits,
        max(case when metric_id = 'publicity_report_rate' then denominator end) as report_base,
        max(case when metric_id = 'publicity_report_rate' then value end) as report_rate,
        max(case when metric_id = 'publicity_compliance_rate' then numerator end) as compliance_hits,
        max(case when metric_id = 'publicity_compliance_rate' then denominator end) as compliance_base,
        max(case when metric_id = 'publicity_compliance_rate' then value end) as compliance_rate,
        max(case when metric_id = 'publicity_first_pass_rate' then numerator end) as first_pass_hits,
        max(case when metric_id = 'publicity_first_pass_rate' then denominator end) as first_pass_base,
        max(case when metric_id = 'publicity_first_pass_rate' then value end) as first_pass_rate,
        max(case when metric_id = 'publicity_timeliness_rate' then numerator end) as timeliness_hits,
        max(case when metric_id = 'publicity_timeliness_rate' then denominator end) as timeliness_base,
        max(case when metric_id = 'publicity_timeliness_rate' then value end) as timeliness_rate,
        max(case when metric_id = 'late_report_rate' then numerator end) as late_count,
        max(case when metric_id = 'publicity_ledger_submission_day' then numerator end) as ledger_hits,
        max(case when metric_id = 'publicity_ledger_submission_day' then denominator end) as ledger_base
    from marts.metric_values
    where plan_id = $plan and period = $period and scope_type = 'department'
    group by 1
),

missed as (
    select
        unit_id,
        count(distinct decision_key) as missed_count
    from marts.decision_periods
    where plan_id = $plan and period = $period and (is_missed or is_found_unreported)
    group by 1
),

chosen as (
    select
        start_date,
        end_date
    from ref.periods
    where plan_id = $plan and period = $period
),

hand_ins as (
    select
        o.unit_id,
        count(*) as owed,
        sum(case when o.state = '未交' then 1 else 0 end) as missing,
        sum(case when o.state = '未到期' then 1 else 0 end) as not_due
    from marts.obligations as o
    join ref.duties as d
        on o.plan_id = d.plan_id and o.duty_id = d.duty_id
    join chosen as c
        on o.covered_end >= c.start_date and o.covered_end <= c.end_date
    where o.plan_id = $plan and d.metric_id = 'publicity_ledger_submission_day'
    group by 1
),

nils as (
    select distinct h.unit_id
    from marts.hand_ins as h
    join ref.duties as d
        on h.plan_id = d.plan_id and h.duty_id = d.duty_id
    join (
        select distinct
            o.plan_id,
            o.duty_id,
            o.period_covered
        from ref.obligations as o
        join chosen as c
            on o.covered_end >= c.start_date and o.covered_end <= c.end_date
    ) as o
        on h.plan_id = o.plan_id and h.duty_id = o.duty_id and h.period_covered = o.period_covered
    where
        h.plan_id = $plan
        and h.way = 'nil'
        and d.metric_id = 'publicity_ledger_submission_day'
),

owing as (
    select distinct o.unit_id
    from marts.obligations as o
    join ref.duties as d
        on o.plan_id = d.plan_id and o.duty_id = d.duty_id
    where o.plan_id = $plan and d.metric_id = 'publicity_ledger_submission_day'
),

tasks as (
    select
        unit_id,
        sum(case when is_due then 1 else 0 end) as task_due,
        sum(case when is_due and is_done then 1 else 0 end) as task_done,
        sum(case when is_overdue then 1 else 0 end) as task_overdue
    from marts.task_periods
    where plan_id = $plan and period = $period
    group by 1
),

roster as (
    select
        unit_id,
        name as unit,
        kind,
        ranking_group,
        sort_order
    from ref.units
    where plan_id = $plan
    union all
    select
        unit_id,
        unit_id as unit,
        'unknown' as kind,
        'unknown' as ranking_group,
        9999 as sort_order
    from figures
    where unit_id = '(未识别单位)' and record_count > 0
)

select
    u.unit_id,
    u.unit,
    u.kind,
    u.ranking_group,
    cast(coalesce(f.record_count, 0) as bigint) as record_count,
    f.report_hits,
    f.report_base,
    f.report_rate,
    f.compliance_hits,
    f.compliance_base,
    f.compliance_rate,
    f.first_pass_hits,
    f.first_pass_base,
    f.first_pass_rate,
    f.timeliness_hits,
    f.timeliness_base,
    f.timeliness_rate,
    cast(coalesce(f.late_count, 0) as bigint) as late_count,
    cast(coalesce(m.missed_count, 0) as bigint) as missed_count,
    f.ledger_hits,
    f.ledger_base,
    w.unit_id is not null as is_ledger_owed,
    case
        when w.unit_id is null then '不适用'
        when h.missing > 0 then '未报'
        when coalesce(f.record_count, 0) > 0 then '已报'
        when n.unit_id is not null then '零报送'
        when h.not_due > 0 then '未到期'
        when h.owed > 0 then '已报'
        else '无记录'
    end as hand_in_state,
    cast(coalesce(t.task_due, 0) as bigint) as task_due,
    cast(coalesce(t.task_done, 0) as bigint) as task_done,
    cast(coalesce(t.task_overdue, 0) as bigint) as task_overdue,
    coalesce(f.record_count, 0) < p.min_rank_records as is_small
from roster as u
join ref.plans as p
    on p.plan_id = $plan
left join figures as f
    on u.unit_id = f.unit_id
left join missed as m
    on u.unit_id = m.unit_id
left join hand_ins as h
    on u.unit_id = h.unit_id
left join nils as n
    on u.unit_id = n.unit_id
left join owing as w
    on u.unit_id = w.unit_id
left join tasks as t
    on u.unit_id = t.unit_id
order by
    case u.ranking_group
        when 'power' then 1 when 'other' then 2 when 'street' then 3 when 'listed' then 4 else 5
    end,
    u.sort_order
