-- One row per target of a plan in a period (scope plan, or one unit): the columns of
-- marts.target_values, the clause's section and title, and of the version in force at the period's
-- end: legal_note, definition, target_note, recurrence, scope_kinds, valid_from; version_count (more
-- than one: the target was amended); role of the unit in the clause (lead, assist; null for the plan).
with chosen as (
    select end_date
    from ref.periods
    where plan_id = $plan and period = $period
),

versions as (
    select
        target_id,
        count(*) as version_count
    from ref.targets
    where plan_id = $plan
    group by 1
)

select
    t.*,
    k.section,
    k.title as clause_title,
    d.legal_note,
    d.definition,
    d.note as target_note,
    d.recurrence,
    d.scope_kinds,
    d.valid_from,
    v.version_count,
    r.role
from marts.target_values as t
cross join chosen as c
join ref.tasks as k
    on t.plan_id = k.plan_id and t.task_id = k.task_id
join ref.targets as d
    on
        t.plan_id = d.plan_id
        and t.target_id = d.target_id
        and d.valid_from <= c.end_date
        and c.end_date < d.valid_to
join versions as v
    on t.target_id = v.target_id
left join ref.task_units as r
    on t.plan_id = r.plan_id and t.task_id = r.task_id and t.scope_id = r.unit_id
where
    t.plan_id = $plan
    and t.period = $period
    and t.scope_type = case when $unit is null then 'plan' else 'department' end
    and t.scope_id = coalesce($unit, $plan)
order by t.sort_order
