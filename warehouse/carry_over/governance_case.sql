-- Grain: one subject under treatment at the end of a plan's year: neither excluded nor closed.
-- Purpose: the open subjects of a plan, which the next year's plan takes over.
select
    'governance_subject' as kind,
    g.subject_key as item_id,
    g.subject_name || '（' || g.domain || '）' as title,
    g.unit_id,
    coalesce(g.contact_state, '未联系') as state,
    g.listed_date as since
from marts.governance_cases as g
join ref.plans as p
    on g.place_id = p.place_id
where
    p.plan_id = $plan
    and g.listed_date <= p.period_end
    and coalesce(g.excluded_date > p.period_end, true)
    and coalesce(g.exited_date > p.period_end, true)
order by g.listed_date, g.subject_key, g.domain
