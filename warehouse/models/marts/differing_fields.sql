-- Grain: one field of one row of a register, spot check or receipt that says otherwise than the record
-- of the same decision.
-- Purpose: both values (persons masked). The newest batch of each source speaks; of several
-- counterparties the row is held against the one it names. Blank says nothing.
with told as (
    select
        'decision_register' as ledger, row_id, place_id, decision_key, received_date, sequence,
        register_source__norm as source, decision_type__norm as decision_type, counterparty_name,
        counterparty_name__norm, uscc, uscc__norm, id_no, id_no__hash,
        decision_date__date as decision_date
    from staging.decision_register
    where not is_replaced and decision_key is not null
    union all
    select
        'platform_receipt' as ledger, row_id, place_id, decision_key, received_date, sequence,
        '平台回执' as source, decision_type__norm as decision_type, counterparty_name,
        counterparty_name__norm, uscc, uscc__norm, id_no, id_no__hash,
        cast(null as date) as decision_date
    from staging.platform_receipt
    where not is_replaced and decision_key is not null
),

ranked as (
    select
        *,
        rank()
            over (
                partition by place_id, decision_key, source order by received_date desc, sequence desc
            )
            as batch_rank
    from told
),

-- Few rows are told: their records are found first, and only these rows of the ledgers are read.
matched as (
    select
        t.row_id as told_row_id,
        r.row_id as record_row_id
    from ranked as t
    join marts.publicity_records as r
        on t.place_id = r.place_id and t.decision_key = r.decision_key
    where t.batch_rank = 1
),

recorded as (
    select
        'admin_permit' as ledger, '行政许可' as decision_type, m.told_row_id, s.row_id,
        s.counterparty_name, s.counterparty_name__norm, s.uscc, s.uscc__norm, s.id_no, s.id_no__hash,
        s.decision_date__date as decision_date
    from matched as m
    join staging.admin_permit as s
        on m.record_row_id = s.row_id
    union all
    select
        'admin_penalty' as ledger, '行政处罚' as decision_type, m.told_row_id, s.row_id,
        s.counterparty_name, s.counterparty_name__norm, s.uscc, s.uscc__norm, s.id_no, s.id_no__hash,
        s.decision_date__date as decision_date
    from matched as m
    join staging.admin_penalty as s
        on m.record_row_id = s.row_id
),

paired as (
    select
        t.place_id,
        t.decision_key,
        t.source,
        t.ledger as source_ledger,
        t.row_id as source_row_id,
        r.ledger as record_ledger,
        r.row_id as record_row_id,
        t.decision_type as told_type,
        r.decision_type as record_type,
        t.counterparty_name as told_name,
        t.counterparty_name__norm as told_name_key,
        r.counterparty_name as record_name,
        r.counterparty_name__norm as record_name_key,
        t.uscc as told_uscc,
        t.uscc__norm as told_uscc_key,
        r.uscc as record_uscc,
        r.uscc__norm as record_uscc_key,
        t.id_no as told_id,
        t.id_no__hash as told_id_key,
        r.id_no as record_id,
        r.id_no__hash as record_id_key,
        t.decision_date as told_date,
        r.decision_date as record_date,
        row_number()
            over (
                partition by t.row_id
                order by
                    case
                        when t.uscc__norm = r.uscc__norm or t.id_no__hash = r.id_no__hash then 0
                        when t.counterparty_name__norm = r.counterparty_name__norm then 1
                        else 2
                    end,
                    r.row_id
            )
            as pair_number
    from ranked as t
    join recorded as r
        on t.row_id = r.told_row_id
),

pairs as (
    select *
    from paired
    where pair_number = 1
),

fields as (
    select
        place_id, decision_key, source, source_ledger, source_row_id, record_ledger, record_row_id,
        'counterparty_name' as field, told_name as told_value, record_name as record_value,
        starts_with(told_name_key, 'h:') as is_masked
    from pairs
    -- a person's name is compared by its hash: with a name kept in clear it cannot be
    where told_name_key <> record_name_key and starts_with(told_name_key, 'h:') = starts_with(record_name_key, 'h:')
    union all
    select
        place_id, decision_key, source, source_ledger, source_row_id, record_ledger, record_row_id,
        'uscc' as field, told_uscc as told_value, record_uscc as record_value, false as is_masked
    from pairs
    where
        told_uscc_key <> record_uscc_key
        and told_uscc_key <> '00000000000000000X'
        and record_uscc_key <> '00000000000000000X'
    union all
    select
        place_id, decision_key, source, source_ledger, source_row_id, record_ledger, record_row_id,
        'id_no' as field, told_id as told_value, record_id as record_value, true as is_masked
    from pairs
    where told_id_key <> record_id_key
    union all
    select
        place_id, decision_key, source, source_ledger, source_row_id, record_ledger, record_row_id,
        'decision_date' as field, cast(told_date as varchar) as told_value,
        cast(record_date as varchar) as record_value, false as is_masked
    from pairs
    where told_date <> record_date
    union all
    select
        place_id, decision_key, source, source_ledger, source_row_id, record_ledger, record_row_id,
        'decision_type' as field, told_type as told_value, record_type as record_value, false as is_masked
    from pairs
    where told_type <> record_type
)

select *
from fields
