-- T05. One row per decision that a spot check or a website comparison found and that nobody
-- reported: neither a row of a publicity ledger nor a receipt has its decision key. What a register
-- says is lawfully not reported, with its basis, is answered.
with answered as (
    select place_id, decision_key from known.admin_permit
    union
    select place_id, decision_key from known.admin_penalty
    union
    select place_id, decision_key from known.platform_receipt
    union
    select place_id, decision_key from known.decision_register
    where
        status__norm = '依法不报送'
        and trim(coalesce(exemption_basis, '')) not in ('', '无', '/', '-', 'null', 'NULL', '—')
)

select
    found.row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    found.register_source__norm as detail
from staging.{ledger} as found
left join answered
    on found.place_id = answered.place_id and found.decision_key = answered.decision_key
where
    found.register_source__norm in ('上级抽查', '网站比对')
    and found.status__norm = '有效'
    and found.decision_key is not null
    and answered.decision_key is null
    and not found.is_replaced
