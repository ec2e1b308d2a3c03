-- Grain: one decision that the upper platform has answered.
-- Purpose: what its receipts say of a decision: first report, whether any of them stored it, and the
-- newest answer.
with ordered as (
    select
        r.*,
        row_number()
            over (
                partition by r.place_id, r.decision_key
                order by
                    coalesce(r.reported_at__date, r.received_date) desc,
                    r.received_date desc,
                    r.sequence desc,
                    r.row_number desc
            )
            as newest_number
    from staging.platform_receipt as r
    where not r.is_replaced and r.decision_key is not null
),

answers as (
    select
        place_id,
        decision_key,
        min(unit_id) as unit_id,
        min(document_no) as document_no,
        min(counterparty_name) as counterparty_name,
        min(authority_name) as authority_name,
        min(decision_type__norm) as decision_type,
        min(reported_at__date) as report_date,
        min(received_date) as first_received_date,
        max(case when result__norm = '入库' then 1 else 0 end) = 1 as is_stored,
        min(
            case when result__norm = '入库' then coalesce(stored_at__date, reported_at__date, received_date) end
        ) as stored_date
    from ordered
    group by 1, 2
)

select
    a.*,
    o.row_id as newest_row_id,
    o.result__norm as newest_result,
    o.return_reason as newest_return_reason,
    coalesce(o.reported_at__date, o.received_date) as newest_answer_date
from answers as a
join ordered as o
    on a.place_id = o.place_id and a.decision_key = o.decision_key
where o.newest_number = 1
