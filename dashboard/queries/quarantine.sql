-- One row per refused row of a plan (a page of them, newest first): row_id, ledger, unit, document_no,
-- counterparty_name (persons masked), received_date, file_name, sheet_name, row_number (0: the whole
-- file), batch_id, standing (open, mended, replaced), rules (ids), fields (that the rules mark), reasons
-- (messages; values masked), total (rows that answer the filters, on every page the same).
with asked as (
    select
        e.row_id,
        e.batch_id,
        e.ledger,
        e.unit_id,
        e.standing
    from marts.rule_errors as e
    where
        e.plan_id = $plan
        and e.received_month between cast($first || '-01' as date) and cast($last || '-01' as date)
        and ($unit is null or e.unit_id = $unit)
        and ($ledger is null or e.ledger = $ledger)
        and ($batch is null or e.batch_id = $batch)
        and ($standing is null or e.standing = $standing)
    group by all
    having $rule is null or bool_or(e.rule_id = $rule)
),

-- A person's name is no word to search by, masked or not. Lower case costs more than all the rest, so
-- the words are looked for as they were typed and in capitals.
worded as (
    select w.row_id
    from marts.publicity_rows as w
    where
        $text is not null
        and w.error_count > 0
        and (
            contains(w.document_no, $text)
            or contains(w.decision_key, $document)
            or (
                w.counterparty_name__norm not like 'h:%'
                and (contains(w.counterparty_name, $text) or contains(w.counterparty_name, $capitals))
            )
        )
    union
    select coalesce(v.row_id, cast(b.sequence as bigint) * 1000000000) as row_id
    from quality.violations as v
    join meta.batches as b
        on v.batch_id = b.batch_id
    where
        $text is not null
        and v.severity = 'error'
        and (contains(v.message, $text) or contains(v.message, $capitals))
),

found as (
    select
        a.row_id,
        a.batch_id,
        a.ledger,
        a.unit_id,
        a.standing,
        b.sequence,
        b.received_date,
        b.file_name,
        b.sheet_name,
        count(*) over () as total
    from asked as a
    join meta.batches as b
        on a.batch_id = b.batch_id
    where
        $text is null
        or contains(lower(b.file_name), lower($text))
        or contains(lower(a.batch_id), lower($text))
        or a.row_id in (select w.row_id from worded as w)
    order by b.received_date desc, b.sequence desc, a.row_id
    limit $rows offset $skipped
),

reasons as (
    select
        f.row_id,
        string_agg(distinct v.rule_id, ' ' order by v.rule_id) as rules,
        list(distinct v.field order by v.field) filter (where v.field is not null) as fields,
        string_agg(distinct v.message, ' ' order by v.message) as reasons
    from found as f
    join quality.violations as v
        on f.batch_id = v.batch_id and f.row_id = coalesce(v.row_id, cast(f.sequence as bigint) * 1000000000)
    where v.severity = 'error'
    group by 1
)

select
    f.row_id,
    f.ledger,
    coalesce(u.name, f.unit_id) as unit,
    w.document_no,
    w.counterparty_name,
    f.received_date,
    f.file_name,
    f.sheet_name,
    f.row_id % 1000000000 as row_number,
    f.batch_id,
    f.standing,
    r.rules,
    r.fields,
    r.reasons,
    f.total
from found as f
join reasons as r
    on f.row_id = r.row_id
left join marts.publicity_rows as w
    on f.row_id = w.row_id
left join ref.units as u
    on u.plan_id = $plan and f.unit_id = u.unit_id
order by f.received_date desc, f.sequence desc, f.row_id
