-- TK6. One row per task report that takes back a completion without a remark, and one per
-- extension without the document that approved it.
with reversed as (
    select distinct later.row_id
    from staging.{ledger} as later
    join known.{ledger} as earlier
        on later.plan_id = earlier.plan_id
            and later.task_id__norm = earlier.task_id__norm
            and later.unit_id = earlier.unit_id
    join known.sees on later.batch_id = sees.batch_id and earlier.batch_id = sees.seen_batch_id
    where
        earlier.status__norm = '已完成' and later.status__norm <> '已完成'
        and later.report_date__date >= earlier.report_date__date
        and is_blank(later.remark)
)

select
    row_id,
    'status' as field,
    cast(null as varchar) as severity,
    '先前已报“已完成”，现又改回未完成。请在备注中说明原因。' as detail
from reversed
union all
select
    row_id,
    'extension_doc_no' as field,
    cast(null as varchar) as severity,
    '状态为延期而没有延期批准文号。请补填批准文号；未经批准的不能按延期填报。' as detail
from staging.{ledger}
where status__norm = '延期' and is_blank(extension_doc_no)
