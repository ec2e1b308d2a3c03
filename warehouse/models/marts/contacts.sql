-- Grain: one holder of a role in a unit from one day on: the newest row.
-- Purpose: who answers for what, since when and until when.
with ranked as (
    select
        c.*,
        row_number()
            over (
                partition by c.place_id, c.unit_id, c.role__norm, c.valid_from__date
                order by c.received_date desc, c.sequence desc, c.row_number desc
            )
            as newest_number
    from staging.contact as c
    where not c.is_replaced
)

select
    r.place_id,
    r.unit_id,
    r.row_id,
    r.role__norm as role,
    r.person_name,
    r.post,
    r.valid_from__date as valid_from,
    r.valid_to__date as valid_to
from ranked as r
left join marts.error_rows as e
    on r.row_id = e.row_id
where r.newest_number = 1 and e.row_id is null
