-- Grain: one case, debt or event of a public body that was not settled by the end of a plan's year.
-- Purpose: the open debts of a plan, which the next year's plan takes over.
select
    'debt' as kind,
    d.case_no as item_id,
    d.agency_name || '：' || coalesce(d.title, d.case_kind) as title,
    d.unit_id,
    case
        when d.case_kind = '拖欠账款' then '未付清'
        when d.case_kind = '重大失信事件' then '未整改到位'
        when d.fulfilled_date <= p.period_end then '已履行未撤出名单'
        else '未履行完毕'
    end as state,
    d.opened_date as since
from marts.gov_default_cases as d
join ref.plans as p
    on d.place_id = p.place_id
where
    p.plan_id = $plan
    and d.opened_date <= p.period_end
    and coalesce(d.settled_date > p.period_end, true)
order by d.opened_date, d.case_no, d.case_kind
