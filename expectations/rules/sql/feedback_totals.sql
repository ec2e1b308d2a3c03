-- M03. One row per total and count that is not the sum of permits and penalties of the same bulletin,
-- unit and period in its batch; judged where each of the two has one row.
with parts as (
    select
        batch_id,
        doc_no__norm,
        unit_name__norm,
        period__norm,
        sum(reported_count__number) as reported_count,
        sum(stored_count__number) as stored_count
    from staging.{ledger}
    where decision_type__norm in ('行政许可', '行政处罚')
    group by all
    having count(*) = 2 and count(distinct decision_type__norm) = 2
),

compared as (
    select
        total.row_id,
        total.reported_count__number as reported_total,
        total.stored_count__number as stored_total,
        parts.reported_count,
        parts.stored_count
    from staging.{ledger} as total
    join parts
        on
            total.batch_id = parts.batch_id
            and total.doc_no__norm = parts.doc_no__norm
            and total.unit_name__norm = parts.unit_name__norm
            and total.period__norm = parts.period__norm
    where total.decision_type__norm = '合计'
)

select
    row_id,
    'reported_count' as field,
    cast(null as varchar) as severity,
    printf('合计 %d，两项之和 %d', cast(reported_total as bigint), cast(reported_count as bigint)) as detail
from compared
where reported_total <> reported_count
union all
select
    row_id,
    'stored_count' as field,
    cast(null as varchar) as severity,
    printf('合计 %d，两项之和 %d', cast(stored_total as bigint), cast(stored_count as bigint)) as detail
from compared
where stored_total <> stored_count
