-- Grain: one subject under treatment and one period by whose end it was listed.
-- Purpose: the facts of the treatment in a plan; who had left it before the plan began is not in it.
select
    p.plan_id,
    p.place_id,
    p.period,
    p.period_kind,
    g.unit_id,
    g.row_id,
    g.subject_key,
    g.domain,
    g.contact_state,
    g.exclusion_reason,
    g.exited_date,
    coalesce(g.excluded_date <= p.known_date, false) as is_excluded,
    coalesce(g.exited_date <= p.known_date, false) as is_exited,
    coalesce(g.contact_state = '在经营', false) as is_operating,
    coalesce(g.interviewed_date <= p.known_date, false) as is_interviewed,
    coalesce(g.committed_date <= p.known_date, false) as is_committed
from marts.governance_cases as g
join ref.periods as p
    on g.place_id = p.place_id and g.listed_date <= p.end_date
join ref.plans as y
    on p.plan_id = y.plan_id
where coalesce(g.excluded_date >= y.period_start, true) and coalesce(g.exited_date >= y.period_start, true)
