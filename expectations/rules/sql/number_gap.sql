-- T08. One row per document number whose predecessor in the same series (authority and the text
-- before the number, year included) is missing; detail: the missing numbers. Gaps over 50 are
-- another series, not missing documents.
with numbered as (
    select
        row_id,
        place_id,
        authority_uscc__norm as authority,
        regexp_extract(document_no__norm, '^(.*[0-9]{4}[^0-9]+)[0-9]{1,6}[^0-9]*$', 1) as series,
        try_cast(
            regexp_extract(document_no__norm, '^.*[0-9]{4}[^0-9]+([0-9]{1,6})[^0-9]*$', 1) as integer
        ) as number
    from staging.{ledger}
    where not is_replaced
),

followed as (
    select
        row_id,
        number,
        lag(number) over (
            partition by place_id, authority, series order by number, row_id
        ) as previous_number
    from numbered
    where authority is not null and series <> '' and number is not null
)

select
    row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    case
        when number - previous_number = 2 then (previous_number + 1) || ' 号'
        else (previous_number + 1) || '–' || (number - 1) || ' 号'
    end as detail
from followed
where number - previous_number between 2 and 50
