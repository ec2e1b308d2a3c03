-- One row: version, built_at (UTC), as_of, rule_set, product_version; of the plan: batches, files, rows,
-- newest_received (the day on which its last file came; the version's day where none has).
select
    v.version,
    v.built_at,
    v.as_of,
    v.rule_set,
    v.product_version,
    count(b.batch_id) as batches,
    count(distinct b.sha256) as files,
    cast(coalesce(sum(b.rows), 0) as bigint) as rows,
    max(coalesce(b.received_date, v.as_of)) as newest_received
from meta.version_info as v
left join meta.batches as b
    on b.plan_id = $plan
group by all
