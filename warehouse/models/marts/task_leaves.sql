-- Grain: one task and one task at or below it that a unit must finish.
-- Purpose: what a group of tasks is made of, four generations down: deliverables and what each unit
-- must do; routine tasks only where it has nothing else.
with children as (
    select
        t.plan_id,
        t.task_id,
        t.task_id as leaf_id
    from ref.tasks as t
    union all
    select
        a.plan_id,
        a.task_id,
        b.task_id as leaf_id
    from ref.tasks as a
    join ref.tasks as b
        on a.plan_id = b.plan_id and a.task_id = b.parent_id
),

grandchildren as (
    select distinct
        a.plan_id,
        a.task_id,
        b.leaf_id
    from children as a
    join children as b
        on a.plan_id = b.plan_id and a.leaf_id = b.task_id
),

descendants as (
    select distinct
        a.plan_id,
        a.task_id,
        b.leaf_id
    from grandchildren as a
    join grandchildren as b
        on a.plan_id = b.plan_id and a.leaf_id = b.task_id
),

kinds as (
    select
        d.plan_id,
        d.task_id,
        d.leaf_id,
        t.task_kind as leaf_kind,
        max(case when t.task_kind in ('deliverable', 'each') then 1 else 0 end)
            over (partition by d.plan_id, d.task_id)
            as has_counted
    from descendants as d
    join ref.tasks as t
        on d.plan_id = t.plan_id and d.leaf_id = t.task_id
)

select
    plan_id,
    task_id,
    leaf_id,
    leaf_kind
from kinds
where leaf_kind in ('deliverable', 'each') or (leaf_kind = 'routine' and has_counted = 0)
