-- Grain: one landed row of the ledger platform_receipt.
-- Purpose: the upper platform's answer to one decision, with the unit and key of the decision.
with worded as (
    select
        *,
        authority_uscc__norm as unit_code,
        authority_name__norm as unit_word,
        coalesce(reported_at__date, received_date) as unit_on
    from raw.platform_receipt
)

select
    r.*,
    cast(r.sequence as bigint) * 1000000000 + r.row_number as row_id,
    coalesce(c.unit_id, n.unit_id, '(未识别单位)') as unit_id,
    r.authority_uscc__norm || '|' || r.document_no__norm as decision_key
from worded as r
left join ref.unit_codes as c
    on r.place_id = c.place_id and r.unit_code = c.uscc
left join ref.unit_names as n
    on
        r.place_id = n.place_id
        and r.unit_word = n.name_norm
        and r.unit_on >= n.valid_from
        and r.unit_on < n.valid_to
