-- G34. One row per row whose code stands in the register of subjects, as received before, but under
-- other names only, former ones among them; detail: the name in use.
with names as (
    select place_id, uscc__norm, subject_name__norm as name_norm, received_date, sequence
    from known.subject
    where uscc__valid and not is_replaced
    union all
    select place_id, uscc__norm, former_name__norm as name_norm, received_date, sequence
    from known.subject
    where uscc__valid and not is_replaced and former_name__norm is not null
),

in_use as (
    select
        place_id,
        uscc__norm,
        arg_max(subject_name, (name_valid_to__date is null, received_date, sequence, row_number)) as subject_name
    from known.subject
    where uscc__valid and not is_replaced
    group by 1, 2
),

compared as (
    select
        s.row_id,
        s.place_id,
        s.uscc__norm,
        bool_or(n.name_norm = s.counterparty_name__norm) as is_named
    from staging.{ledger} as s
    join names as n
        on
            s.place_id = n.place_id
            and s.uscc__norm = n.uscc__norm
            and (n.received_date, n.sequence) < (s.received_date, s.sequence)
    where
        s.uscc__valid
        and s.counterparty_category__norm in ('法人及非法人组织', '个体工商户')
        and s.counterparty_name__norm is not null
    group by 1, 2, 3
)

select
    c.row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    u.subject_name as detail
from compared as c
join in_use as u
    on c.place_id = u.place_id and c.uscc__norm = u.uscc__norm
where not c.is_named
