-- G35. One row per row whose counterparty stands in the register of subjects, as received before, under
-- another code, and, where the plan says that the register is complete, whose code is not in it;
-- detail: which of the two.
with subjects as (
    select place_id, uscc__norm, subject_name__norm as name_norm, received_date, sequence
    from known.subject
    where uscc__norm is not null and not is_replaced
    union
    select place_id, uscc__norm, former_name__norm as name_norm, received_date, sequence
    from known.subject
    where uscc__norm is not null and not is_replaced and former_name__norm is not null
),

asked as (
    select
        row_id,
        place_id,
        plan_id,
        received_date,
        sequence,
        uscc__norm,
        counterparty_name__norm as name_norm
    from staging.{ledger}
    where
        uscc__norm <> '00000000000000000X'
        and counterparty_category__norm in ('法人及非法人组织', '个体工商户')
),

coded as (
    select distinct a.row_id
    from asked as a
    join subjects as t
        on
            a.place_id = t.place_id
            and a.uscc__norm = t.uscc__norm
            and (t.received_date, t.sequence) < (a.received_date, a.sequence)
),

named as (
    select
        a.row_id,
        min(t.uscc__norm) as uscc
    from asked as a
    join subjects as t
        on
            a.place_id = t.place_id
            and a.name_norm = t.name_norm
            and (t.received_date, t.sequence) < (a.received_date, a.sequence)
    group by 1
),

registers as (
    select
        b.place_id,
        min((b.received_date, b.sequence)) as came
    from known.batches as b
    where b.ledger = 'subject' and not b.is_replaced
    group by 1
)

select
    a.row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    case
        when n.row_id is not null then '市场主体名录中同名的主体，代码是 ' || n.uscc
        else '市场主体名录中没有这个代码'
    end as detail
from asked as a
left join coded as c
    on a.row_id = c.row_id
left join named as n
    on a.row_id = n.row_id
left join registers as r
    on a.place_id = r.place_id and r.came < (a.received_date, a.sequence)
left join ref.plans as p
    on a.plan_id = p.plan_id
where
    c.row_id is null
    and (n.row_id is not null or (r.place_id is not null and p.subjects = 'complete'))
