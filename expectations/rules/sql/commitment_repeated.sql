-- C06. One row per commitment that its file already holds: the same promiser, matter and day; detail:
-- where. A later file tells how the commitment fared, which is no repeat.
with numbered as (
    select
        row_id,
        row_number,
        min(row_number) over (
            partition by batch_id, coalesce(uscc__norm, promiser_name__norm), matter__norm, made_date__date
        ) as first_row_number
    from staging.{ledger}
    where promiser_name__norm is not null and matter__norm is not null and made_date__date is not null
)

select
    row_id,
    'promiser_name' as field,
    cast(null as varchar) as severity,
    cast(first_row_number as varchar) as detail
from numbered
where row_number > first_row_number
