-- Grain: one duty, unit and month covered.
-- Purpose: what is owed, the day it is due, and the first day on which it was handed in or declared nil.
with handed as (
    select
        plan_id,
        duty_id,
        unit_id,
        covered_month,
        min(case when way in ('rows', 'submission') then handed_in_date end) as handed_in_date,
        min(case when way = 'nil' then handed_in_date end) as nil_date,
        max(case when way = 'contradicted' then 1 else 0 end) = 1 as is_nil_contradicted
    from marts.hand_ins
    group by 1, 2, 3, 4
)

select
    o.plan_id,
    o.place_id,
    o.duty_id,
    o.unit_id,
    o.period_covered,
    o.covered_month,
    o.due_date,
    o.due_month,
    h.handed_in_date,
    h.nil_date,
    coalesce(h.handed_in_date, h.nil_date) as answered_date,
    coalesce(h.is_nil_contradicted, false) as is_nil_contradicted,
    case
        when h.handed_in_date <= o.due_date then '按时'
        when h.handed_in_date is not null then '迟交'
        when h.nil_date <= o.due_date then '零报送'
        when h.nil_date is not null then '零报送（迟）'
        when run.as_of > o.due_date then '未交'
        else '未到期'
    end as state
from ref.obligations as o
cross join ref.run as run
left join handed as h
    on
        o.plan_id = h.plan_id
        and o.duty_id = h.duty_id
        and o.unit_id = h.unit_id
        and o.covered_month = h.covered_month
