-- Grain: one landed row of the ledger publicity_article in an admitted batch.
-- Purpose: which article is the first of its text in the place; original and reposted ones apart.
with valid_rows as (
    select
        a.*,
        e.row_id is null as is_valid
    from staging.publicity_article as a
    left join marts.error_rows as e
        on a.row_id = e.row_id
    where not a.is_replaced
),

ranked as (
    select
        *,
        row_number()
            over (
                partition by place_id, article_kind__norm, text_key, is_valid
                order by event_date, received_date, sequence, row_number
            )
            as copy_number
    from valid_rows
)

select
    r.place_id,
    p.plan_id,
    r.unit_id,
    r.row_id,
    r.batch_id,
    r.sheet_name,
    r.row_number,
    r.task_id__norm as task_id,
    r.target_id__norm as target_id,
    r.article_kind__norm as article_kind,
    r.field__norm as field,
    r.node__norm as node,
    r.media__norm as media,
    r.title,
    r.url,
    r.text_key,
    r.event_date,
    r.is_valid,
    r.is_valid and r.copy_number > 1 as is_repeat
from ranked as r
left join ref.plans as p
    on r.place_id = p.place_id and r.event_date >= p.year_start and r.event_date <= p.year_end
