-- One row per landed row that carries a document number (normal form) in the plan's place: ledger,
-- row_id, batch_id, unit, document_no, counterparty_name (persons masked), received_date, file_name,
-- sheet_name, row_number, standing (what the row is to the record now).
with landed as (
    select
        'admin_permit' as ledger, row_id, batch_id, place_id, unit_id, document_no, document_no__norm,
        counterparty_name, received_date, file_name, sheet_name, row_number, is_replaced
    from staging.admin_permit
    union all
    select
        'admin_penalty' as ledger, row_id, batch_id, place_id, unit_id, document_no, document_no__norm,
        counterparty_name, received_date, file_name, sheet_name, row_number, is_replaced
    from staging.admin_penalty
    union all
    select
        'decision_register' as ledger, row_id, batch_id, place_id, unit_id, document_no,
        document_no__norm, counterparty_name, received_date, file_name, sheet_name, row_number,
        is_replaced
    from staging.decision_register
    union all
    select
        'platform_receipt' as ledger, row_id, batch_id, place_id, unit_id, document_no,
        document_no__norm, counterparty_name, received_date, file_name, sheet_name, row_number,
        is_replaced
    from staging.platform_receipt
)

select
    l.ledger,
    l.row_id,
    l.batch_id,
    coalesce(u.name, l.unit_id) as unit,
    l.document_no,
    l.counterparty_name,
    l.received_date,
    l.file_name,
    l.sheet_name,
    l.row_number,
    case
        when l.is_replaced then '所在文件已被替换'
        when r.row_id is not null then '现行版本'
        when v.row_id is not null then '旧版本（第 ' || v.version_number || ' 版）'
        when l.ledger in ('admin_permit', 'admin_penalty') then '重复报送'
        else '在册'
    end as standing
from landed as l
join ref.plans as p
    on p.plan_id = $plan and l.place_id = p.place_id
left join ref.units as u
    on p.plan_id = u.plan_id and l.unit_id = u.unit_id
left join marts.publicity_records as r
    on l.ledger = r.ledger and l.row_id = r.row_id
left join marts.publicity_versions as v
    on l.row_id = v.row_id
where l.document_no__norm = $document
order by l.ledger, l.received_date, l.row_id
