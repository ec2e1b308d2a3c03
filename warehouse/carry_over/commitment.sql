-- Grain: one commitment that was due by some day and not yet judged by the end of a plan's year.
-- Purpose: the commitments whose fulfilment the next year's plan has still to verify.
select
    'commitment' as kind,
    coalesce(c.doc_no, c.promiser_key) as item_id,
    c.promiser_name || '：' || coalesce(c.matter, c.commitment_type) as title,
    c.unit_id,
    case when c.due_date <= p.period_end then '到期未核验' else '未到期' end as state,
    c.event_date as since
from marts.commitments as c
join ref.plans as p
    on c.place_id = p.place_id
where
    p.plan_id = $plan
    and c.event_date <= p.period_end
    and c.due_date is not null
    and coalesce(c.verified_date > p.period_end, true)
order by c.event_date, c.promiser_key
