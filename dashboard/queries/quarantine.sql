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
        and strftime(e.received_month, '%Y-%m') between $first and $last
        and ($unit is null or e.unit_id = $unit)
        and ($ledger is null or e.ledger = $ledger)
        and ($batch is null or e.batch_id = $batch)
        and ($standing is null or e.standing = $standing)
    group by all
    having $rule is null or bool_or(e.rule_id = $rule)
),

-- A person's name is no word to search by, masked or not.
worded as (
    select
        a.*,
        w.document_no,
        w.counterparty_name,
        b.sequence,
        b.received_date,
        b.file_name,
        b.sheet_name,
        $text is null
        or contains(lower(b.file_name), lower($text))
        or contains(lower(a.batch_id), lower($text))
        or contains(lower(w.document_no), lower($text))
        or contains(w.decision_key, $document)
        or (
            w.counterparty_name__norm not like 'h:%'
            and contains(lower(w.counterparty_name), lower($text))
        ) as is_found
    from asked as a
    join meta.batches as b
        on a.batch_id = b.batch_id
    left join marts.publicity_rows as w
        on a.row_id = w.row_id
),

found as (
    select
        a.* exclude (is_found),
        count(*) over () as total
    from worded as a
    where
        coalesce(a.is_found, false)
        or a.row_id in (
            select v.row_id
            from quality.violations as v
            where v.severity = 'error' and contains(lower(v.message), lower($text))
        )
    order by a.received_date desc, a.sequence desc, a.row_id
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
    f.document_no,
    f.counterparty_name,
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
left join ref.units as u
    on u.plan_id = $plan and f.unit_id = u.unit_id
order by f.received_date desc, f.sequence desc, f.row_id
