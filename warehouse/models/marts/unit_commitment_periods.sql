-- Grain: one unit of the roster and one period, in places that handed in commitments.
-- Purpose: whether a unit's own commitment to the public was published and in force at the period's end.
with places as (
    select distinct place_id from marts.commitments
),

published as (
    select distinct
        p.plan_id,
        p.period,
        c.unit_id
    from marts.commitments as c
    join ref.periods as p
        on
            c.place_id = p.place_id
            and c.published_date <= p.known_date
            and (c.due_date is null or c.due_date >= p.known_date)
    where c.commitment_type = '政务承诺'
)

select
    p.plan_id,
    p.place_id,
    p.period,
    p.period_kind,
    u.unit_id,
    f.unit_id is not null as is_published
from ref.periods as p
join places as q
    on p.place_id = q.place_id
join ref.units as u
    on p.plan_id = u.plan_id and u.valid_from <= p.end_date and u.valid_to > p.end_date
cross join ref.run as run
left join published as f
    on p.plan_id = f.plan_id and p.period = f.period and u.unit_id = f.unit_id
where p.start_date <= run.as_of
