-- T08. One row per document number whose predecessor in the same series (authority and the text
-- before the number, year included) is missing; detail: the missing numbers. Gaps over 50 are
-- another series, not missing documents. What a register says is lawfully not reported, with its
-- basis, is explained and not missing.
with told as (
    select
        row_id,
        place_id,
        authority_uscc__norm as authority,
        document_no__norm as document_no,
        false as is_explained
    from staging.{ledger}
    where not is_replaced
    union all
    select
        row_id,
        place_id,
        authority_uscc__norm as authority,
        document_no__norm as document_no,
        true as is_explained
    from known.decision_register
    where
        status__norm = '依法不报送'
        and trim(coalesce(exemption_basis, '')) not in ('', '无', '/', '-', 'null', 'NULL', '—')
),

parted as (
    select
        *,
        regexp_extract(document_no, '^(.*[0-9]{4}[^0-9]+)[0-9]{1,6}[^0-9]*$', 1) as series
    from told
),

-- What comes after the series begins with the number.
numbered as (
    select
        *,
        try_cast(regexp_extract(substr(document_no, length(series) + 1), '^[0-9]+') as integer) as number
    from parted
    where authority is not null and series <> ''
),

followed as (
    select
        row_id,
        place_id,
        authority,
        series,
        number,
        lag(number) over (
            partition by place_id, authority, series order by number, row_id
        ) as previous_number
    from numbered
    where not is_explained
),

explained as (
    select
        place_id,
        authority,
        series,
        list(number) as numbers
    from numbered
    where is_explained
    group by 1, 2, 3
),

-- Nearly always nothing is explained; then all numbers between are missing, and no list is needed.
gaps as (
    select
        f.row_id,
        f.previous_number + 1 as first_missing,
        f.number - 1 as last_missing,
        case
            when e.numbers is not null
                then
                    list_filter(
                        range(f.previous_number + 1, f.number),
                        lambda x: not list_contains(e.numbers, x)
                    )
        end as missing
    from followed as f
    left join explained as e
        on f.place_id = e.place_id and f.authority = e.authority and f.series = e.series
    where f.number - f.previous_number between 2 and 50
)

select
    row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    case
        when missing is null and first_missing = last_missing then first_missing || ' 号'
        when missing is null then first_missing || '–' || last_missing || ' 号'
        when len(missing) = 1 or missing[-1] - missing[1] >= len(missing)
            then list_aggregate(missing, 'string_agg', '、') || ' 号'
        else missing[1] || '–' || missing[-1] || ' 号'
    end as detail
from gaps
where missing is null or len(missing) > 0
