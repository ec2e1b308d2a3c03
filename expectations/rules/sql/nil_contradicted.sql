-- T09. One row per nil declaration of a publicity duty whose unit has decisions in the month;
-- detail: how many.
with decisions as (
    select
        'admin_permit' as ledger,
        plan_id,
        unit_id,
        strftime(decision_date__date, '%Y-%m') as period
    from known.admin_permit
    where not is_replaced
    union all
    select
        'admin_penalty' as ledger,
        plan_id,
        unit_id,
        strftime(decision_date__date, '%Y-%m') as period
    from known.admin_penalty
    where not is_replaced
)

select
    nil.row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    cast(count(*) as varchar) as detail
from staging.{ledger} as nil
join ref.duty_ledgers as duty on nil.plan_id = duty.plan_id and nil.duty_id__norm = duty.duty_id
join decisions
    on nil.plan_id = decisions.plan_id
        and nil.unit_id = decisions.unit_id
        and nil.period__norm = decisions.period
        and duty.ledger = decisions.ledger
where nil.submission_type__norm in ('零报送', '无此类事项') and not nil.is_replaced
group by 1
