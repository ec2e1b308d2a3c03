-- Grain: one subject under treatment in one domain since one day: its newest row without an error.
-- Purpose: who is under treatment, and how far: reached, excluded with a reason, closed.
with ranked as (
    select
        g.*,
        coalesce(g.uscc__norm, g.subject_name__norm) as subject_key,
        row_number()
            over (
                partition by
                    g.place_id, coalesce(g.uscc__norm, g.subject_name__norm), g.domain__norm, g.listed_date__date
                order by
                    coalesce(g.event_date, g.received_date) desc,
                    g.received_date desc,
                    g.sequence desc,
                    g.row_number desc
            )
            as newest_number
    from staging.governance_case as g
    left join marts.error_rows as e
        on g.row_id = e.row_id
    where not g.is_replaced and e.row_id is null
),

current_rows as (
    select
        r.*,
        -- Closed: on record as supervised; who still operates has been talked to and has promised as well.
        case
            when r.contact_state__norm in ('无法联系', '不再经营') and r.supervised_date__date is not null then true
            when
                r.contact_state__norm = '在经营'
                and r.interviewed_date__date is not null
                and r.committed_date__date is not null
                and r.supervised_date__date is not null
                then true
            else false
        end as is_loop_closed
    from ranked as r
    where r.newest_number = 1
)

select
    place_id,
    unit_id,
    row_id,
    batch_id,
    sheet_name,
    row_number,
    subject_key,
    subject_name,
    domain__norm as domain,
    contact_state__norm as contact_state,
    exclusion_reason__norm as exclusion_reason,
    listed_date__date as listed_date,
    interviewed_date__date as interviewed_date,
    committed_date__date as committed_date,
    supervised_date__date as supervised_date,
    case when exclusion_reason__norm is not null then excluded_date__date end as excluded_date,
    case when is_loop_closed then exited_date__date end as exited_date
from current_rows
