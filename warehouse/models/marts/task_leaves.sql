-- Grain: one task and one task at or below it that a unit must finish.
-- Purpose: what a group of tasks is made of, four generations down.
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
)

select
    d.plan_id,
    d.task_id,
    d.leaf_id,
    t.task_kind as leaf_kind
from descendants as d
join ref.tasks as t
    on d.plan_id = t.plan_id and d.leaf_id = t.task_id
where t.task_kind in ('deliverable', 'each')
