-- One row per unit (of one unit, if given) and part of the score or recurring duty: unit_id, unit,
-- ranking_group, subject (part or duty), subject_id, title, state (适用, 不适用, 豁免, 未要求), reason.
with chosen as (
    select
        plan_id,
        period,
        end_date
    from ref.periods
    where plan_id = $plan and period = $period
),

part_states as (
    select
        s.unit_id,
        'part' as subject,
        s.part_id as subject_id,
        s.title,
        case
            when s.state <> 'not_applicable' then '适用'
            when s.reason like '豁免%' then '豁免'
            else '不适用'
        end as state,
        case when s.state = 'not_applicable' then s.reason else '' end as reason,
        s.sort_order
    from marts.unit_score_parts as s
    join chosen as c
        on s.plan_id = c.plan_id and s.period = c.period
),

told as (
    select
        a.unit_id,
        a.subject_id as duty_id,
        a.state,
        a.reason
    from ref.applicability as a
    join chosen as c
        on
            a.plan_id = c.plan_id
            and coalesce(a.valid_from, c.end_date) <= c.end_date
            and (a.valid_to is null or a.valid_to > c.end_date)
    where a.subject = 'duty' and a.state in ('not', 'exempt')
),

owing as (
    select distinct
        duty_id,
        unit_id
    from ref.obligations
    where plan_id = $plan
),

duty_states as (
    select
        u.unit_id,
        'duty' as subject,
        d.duty_id as subject_id,
        d.title,
        case
            when t.state = 'exempt' then '豁免'
            when t.state = 'not' then '不适用'
            when o.unit_id is not null then '适用'
            else '未要求'
        end as state,
        case
            when t.state is not null then t.reason
            when o.unit_id is null then '方案没有要求这个单位'
            else ''
        end as reason,
        100 + d.sort_order as sort_order
    from ref.duties as d
    join ref.units as u
        on d.plan_id = u.plan_id
    left join told as t
        on d.duty_id = t.duty_id and u.unit_id = t.unit_id
    left join owing as o
        on d.duty_id = o.duty_id and u.unit_id = o.unit_id
    where d.plan_id = $plan
)

select
    s.unit_id,
    u.name as unit,
    u.ranking_group,
    s.subject,
    s.subject_id,
    s.title,
    s.state,
    s.reason
from (
    select * from part_states
    union all
    select * from duty_states
) as s
join ref.units as u
    on u.plan_id = $plan and s.unit_id = u.unit_id
where $unit is null or s.unit_id = $unit
order by u.sort_order, s.sort_order, s.subject_id
