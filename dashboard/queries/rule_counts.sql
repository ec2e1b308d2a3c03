-- One row per rule: rule_id, checked (rows asked), failed (rows that violate it), failed_batches,
-- errored_batches (where the rule itself crashed), error (why, once), of the batches of a plan that
-- were received in a period and not replaced since.
select
    r.rule_id,
    cast(sum(r.checked) as bigint) as checked,
    cast(sum(r.failed) as bigint) as failed,
    count(*) filter (where r.status = 'failed') as failed_batches,
    count(*) filter (where r.status = 'errored') as errored_batches,
    max(r.error) as error
from quality.rule_results as r
join meta.batches as b
    on r.batch_id = b.batch_id
join ref.periods as p
    on b.plan_id = p.plan_id and b.received_date between p.start_date and p.end_date
where b.plan_id = $plan and p.period = $period and not b.is_replaced
group by 1
order by 1
