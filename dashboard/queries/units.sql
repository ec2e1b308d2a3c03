-- One row per unit of the roster that serves in the period, and one for rows of unknown units if there
-- are any: unit_id, unit, title_then and title_now (its official name at the period's end and on the
-- as-of day), kind, ranking_group, record_count, the parts and values of the four rates (report,
-- compliance, first_pass, timeliness: *_hits, *_base, *_rate; official ones where the plan counts
-- those: has_official), late_count, missed_count (decisions registered or found that were not
-- reported, each once), ledger_hits, ledger_base (hand-ins on time of those due in the period),
-- hand_in_state (of the months covered), is_ledger_owed, task_due, task_done, task_overdue, is_small.
with chosen as (
    select
        p.place_id,
        p.start_date,
        p.end_date,
        q.figures = 'official' as counts_official,
        q.min_rank_records,
        r.as_of
    from ref.periods as p
    join ref.plans as q
        on p.plan_id = q.plan_id
    cross join ref.run as r
    where p.plan_id = $plan and p.period = $period
),

measured as (
    select
        v.scope_id,
        v.value,
        v.numerator,
        v.denominator,
        replace(v.metric_id, 'official_', '') as metric_id,
        v.metric_id like 'official\_%' escape '\' as is_official
    from marts.metric_values as v
    cross join chosen as c
    where
        v.plan_id = $plan
        and v.period = $period
        and v.scope_type = 'department'
        and (c.counts_official or v.metric_id not like 'official\_%' escape '\')
        and (v.value is not null or v.metric_id not like 'official\_%' escape '\')
),

counted as (
    select
        m.*,
        row_number() over (partition by m.scope_id, m.metric_id order by m.is_official desc) as number
    from measured as m
),

figures as (
    select
        scope_id as unit_id,
        max(case when metric_id = 'publicity_record_count' then value end) as own_record_count,
        max(case when metric_id = 'publicity_compliance_rate' and is_official then denominator end)
            as official_record_count,
        max(case when is_official then 1 else 0 end) = 1 as has_official,
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
        max(case when metric_id = 'late_report_rate' then numerator end) as late_count
    from counted
    where number = 1
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

-- Duties by which permits and penalties are handed in; not every plan has one.
publicity_duties as (
    select distinct duty_id
    from ref.duty_ledgers
    where plan_id = $plan and ledger in ('admin_permit', 'admin_penalty')
),

ledgers as (
    select
        f.unit_id,
        cast(sum(case when f.is_judged and f.is_on_time then 1 else 0 end) as bigint) as ledger_hits,
        cast(sum(case when f.is_judged then 1 else 0 end) as bigint) as ledger_base
    from marts.obligation_periods as f
    join publicity_duties as d
        on f.duty_id = d.duty_id
    where f.plan_id = $plan and f.period = $period
    group by 1
),

hand_ins as (
    select
        o.unit_id,
        count(*) as owed,
        sum(case when o.state = '未交' then 1 else 0 end) as missing,
        sum(case when o.state = '未到期' then 1 else 0 end) as not_due,
        sum(case when o.state in ('零报送', '零报送（迟）') then 1 else 0 end) as nil
    from marts.obligations as o
    join publicity_duties as d
        on o.duty_id = d.duty_id
    join chosen as c
        on o.covered_end >= c.start_date and o.covered_end <= c.end_date
    where o.plan_id = $plan
    group by 1
),

owing as (
    select distinct o.unit_id
    from marts.obligations as o
    join publicity_duties as d
        on o.duty_id = d.duty_id
    where o.plan_id = $plan
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

counts as (
    select
        unit_id,
        greatest(coalesce(own_record_count, 0), coalesce(official_record_count, 0)) as record_count
    from figures
),

titles as (
    select
        u.unit_id,
        max(case when t.valid_from <= c.end_date and c.end_date < t.valid_to then t.title end)
            as title_then,
        max(case when t.valid_from <= c.as_of and c.as_of < t.valid_to then t.title end) as title_now
    from ref.units as u
    cross join chosen as c
    join ref.unit_titles as t
        on u.place_id = t.place_id and u.unit_id = t.unit_id
    where u.plan_id = $plan
    group by 1
),

roster as (
    select
        u.unit_id,
        u.name as unit,
        coalesce(t.title_then, u.name) as title_then,
        coalesce(t.title_now, u.name) as title_now,
        u.kind,
        u.ranking_group,
        u.sort_order
    from ref.units as u
    cross join chosen as c
    left join titles as t
        on u.unit_id = t.unit_id
    left join counts as n
        on u.unit_id = n.unit_id
    where
        u.plan_id = $plan
        and ((u.valid_from <= c.end_date and u.valid_to > c.start_date) or n.record_count > 0)
    union all
    select
        unit_id,
        unit_id as unit,
        unit_id as title_then,
        unit_id as title_now,
        'unknown' as kind,
        'unknown' as ranking_group,
        9999 as sort_order
    from counts
    where unit_id = '(未识别单位)' and record_count > 0
)

select
    u.unit_id,
    u.unit,
    u.title_then,
    u.title_now,
    u.kind,
    u.ranking_group,
    cast(coalesce(n.record_count, 0) as bigint) as record_count,
    coalesce(f.has_official, false) as has_official,
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
    l.ledger_hits,
    l.ledger_base,
    w.unit_id is not null as is_ledger_owed,
    case
        when w.unit_id is null and exists (select 1 from publicity_duties) then '不适用'
        when h.missing > 0 then '未报'
        when coalesce(n.record_count, 0) > 0 then '已报'
        when h.nil > 0 then '零报送'
        when h.not_due > 0 then '未到期'
        when h.owed > 0 then '已报'
        else '无记录'
    end as hand_in_state,
    cast(coalesce(t.task_due, 0) as bigint) as task_due,
    cast(coalesce(t.task_done, 0) as bigint) as task_done,
    cast(coalesce(t.task_overdue, 0) as bigint) as task_overdue,
    coalesce(n.record_count, 0) < c.min_rank_records as is_small
from roster as u
cross join chosen as c
left join figures as f
    on u.unit_id = f.unit_id
left join counts as n
    on u.unit_id = n.unit_id
left join missed as m
    on u.unit_id = m.unit_id
left join ledgers as l
    on u.unit_id = l.unit_id
left join hand_ins as h
    on u.unit_id = h.unit_id
left join owing as w
    on u.unit_id = w.unit_id
left join tasks as t
    on u.unit_id = t.unit_id
order by
    case u.ranking_group
        when 'power' then 1 when 'other' then 2 when 'street' then 3 when 'listed' then 4 else 5
    end,
    u.sort_order
