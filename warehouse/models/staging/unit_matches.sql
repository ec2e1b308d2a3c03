-- Grain: one landed row of any ledger.
-- Purpose: its id and its unit, by the words that its ledger has for it: by code, else by a name, both
-- as they hold on the day of the row (of receipt, where the row may speak of long ago). Rows whose ledger has no
-- such words, or leaves them blank where they may be, belong to the department that handed in.
with publicity_words as (
    select
        place_id,
        sequence,
        row_number,
        received_date,
        decision_date__date,
        source_unit_uscc__norm,
        source_unit_name__norm,
        authority_uscc__norm,
        authority_name__norm
    from raw.admin_permit
    union all
    select
        place_id,
        sequence,
        row_number,
        received_date,
        decision_date__date,
        source_unit_uscc__norm,
        source_unit_name__norm,
        authority_uscc__norm,
        authority_name__norm
    from raw.admin_penalty
),

worded as (
    select
        place_id,
        sequence,
        row_number,
        case
            when coalesce(source_unit_uscc__norm, source_unit_name__norm) is not null then source_unit_uscc__norm
            else authority_uscc__norm
        end as unit_code,
        case
            when coalesce(source_unit_uscc__norm, source_unit_name__norm) is not null then source_unit_name__norm
            else authority_name__norm
        end as unit_word,
        coalesce(decision_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from publicity_words
    union all
    select
        place_id,
        sequence,
        row_number,
        authority_uscc__norm as unit_code,
        authority_name__norm as unit_word,
        coalesce(decision_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.decision_register
    union all
    select
        place_id,
        sequence,
        row_number,
        authority_uscc__norm as unit_code,
        authority_name__norm as unit_word,
        coalesce(reported_at__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.platform_receipt
    union all
    select
        place_id,
        sequence,
        row_number,
        unit_uscc__norm as unit_code,
        unit_name__norm as unit_word,
        coalesce(submitted_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.submission
    union all
    select
        place_id,
        sequence,
        row_number,
        cast(null as varchar) as unit_code,
        unit_name__norm as unit_word,
        coalesce(report_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.task_status
    union all
    select
        place_id,
        sequence,
        row_number,
        cast(null as varchar) as unit_code,
        unit_name__norm as unit_word,
        coalesce(completed_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.deliverable
    union all
    select
        place_id,
        sequence,
        row_number,
        cast(null as varchar) as unit_code,
        unit_name__norm as unit_word,
        coalesce(declared_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.declaration
    union all
    select
        place_id,
        sequence,
        row_number,
        unit_uscc__norm as unit_code,
        unit_name__norm as unit_word,
        coalesce(issued_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.official_feedback
    union all
    select
        place_id,
        sequence,
        row_number,
        cast(null as varchar) as unit_code,
        unit_name__norm as unit_word,
        coalesce(published_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.external_assessment
    union all
    select
        place_id,
        sequence,
        row_number,
        cast(null as varchar) as unit_code,
        unit_name__norm as unit_word,
        coalesce(published_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.publicity_article
    union all
    select
        place_id,
        sequence,
        row_number,
        cast(null as varchar) as unit_code,
        unit_name__norm as unit_word,
        coalesce(held_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.meeting_training
    union all
    select
        place_id,
        sequence,
        row_number,
        cast(null as varchar) as unit_code,
        unit_name__norm as unit_word,
        received_date as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.contact
    union all
    select
        place_id,
        sequence,
        row_number,
        cast(null as varchar) as unit_code,
        unit_name__norm as unit_word,
        received_date as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.honour
    union all
    select
        place_id,
        sequence,
        row_number,
        cast(null as varchar) as unit_code,
        unit_name__norm as unit_word,
        coalesce(as_of_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.governance_case
    union all
    select
        place_id,
        sequence,
        row_number,
        cast(null as varchar) as unit_code,
        unit_name__norm as unit_word,
        coalesce(as_of_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.gov_default_case
    union all
    select
        place_id,
        sequence,
        row_number,
        unit_uscc__norm as unit_code,
        unit_name__norm as unit_word,
        coalesce(made_date__date, received_date) as unit_on,
        cast(null as varchar) as department_unit_id
    from raw.commitment
    union all
    select
        r.place_id,
        r.sequence,
        r.row_number,
        r.authority_uscc__norm as unit_code,
        r.authority_name__norm as unit_word,
        r.received_date as unit_on,
        case
            when coalesce(r.authority_uscc__norm, r.authority_name__norm) is null then b.department_unit_id
        end as department_unit_id
    from raw.subject as r
    left join meta.batches as b
        on r.batch_id = b.batch_id
    union all
    select
        r.place_id,
        r.sequence,
        r.row_number,
        cast(null as varchar) as unit_code,
        cast(null as varchar) as unit_word,
        r.received_date as unit_on,
        b.department_unit_id
    from raw.city_index as r
    left join meta.batches as b
        on r.batch_id = b.batch_id
    union all
    select
        r.place_id,
        r.sequence,
        r.row_number,
        cast(null as varchar) as unit_code,
        cast(null as varchar) as unit_word,
        r.received_date as unit_on,
        b.department_unit_id
    from raw.city_index_indicator as r
    left join meta.batches as b
        on r.batch_id = b.batch_id
),

-- A code outlives its unit: from the merger on it means what the unit was merged into.
unit_codes as (
    select
        c.place_id,
        c.uscc,
        h.heir_id as unit_id,
        h.valid_from,
        h.valid_to
    from ref.unit_codes as c
    join ref.unit_heirs as h
        on c.place_id = h.place_id and c.unit_id = h.unit_id
)

select
    cast(w.sequence as bigint) * 1000000000 + w.row_number as row_id,
    w.unit_on,
    coalesce(c.unit_id, n.unit_id, w.department_unit_id, '(未识别单位)') as unit_id
from worded as w
left join unit_codes as c
    on
        w.place_id = c.place_id
        and w.unit_code = c.uscc
        and w.unit_on >= c.valid_from
        and w.unit_on < c.valid_to
left join ref.unit_names as n
    on
        w.place_id = n.place_id
        and w.unit_word = n.name_norm
        and w.unit_on >= n.valid_from
        and w.unit_on < n.valid_to
