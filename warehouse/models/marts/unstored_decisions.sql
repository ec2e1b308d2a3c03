-- Grain: one decision that was reported and, as far as the receipts tell, not stored (已报未入库).
-- Purpose: returned by the platform, or without an answer though the receipts of its unit cover the
-- day of the report: only between a unit's first and last receipt is silence an answer.
with covered as (
    select
        place_id,
        unit_id,
        min(reported_at__date) as first_date,
        max(reported_at__date) as last_date
    from staging.platform_receipt
    where not is_replaced and reported_at__date is not null
    group by 1, 2
)

select
    d.place_id,
    d.decision_key,
    case when d.has_receipt then 'returned' else 'unanswered' end as reason,
    r.newest_return_reason as return_reason,
    r.newest_answer_date as answer_date,
    r.newest_row_id as receipt_row_id
from marts.decisions as d
left join covered as c
    on d.place_id = c.place_id and d.unit_id = c.unit_id
left join marts.receipt_decisions as r
    on d.place_id = r.place_id and d.decision_key = r.decision_key
where
    d.is_reported
    and not d.is_stored
    and (
        d.has_receipt
        or (
            d.has_key
            and coalesce(d.report_date, d.first_received_date) >= c.first_date
            and coalesce(d.report_date, d.first_received_date) < c.last_date
        )
    )
