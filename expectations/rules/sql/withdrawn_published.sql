-- X11. One row per published row whose decision the register, by its newest word, has as 撤销; detail:
-- where.
with standing as (
    select
        place_id,
        decision_key,
        arg_max(status__norm, (received_date, sequence, row_number)) as status,
        arg_max(file_name || ' 第 ' || row_number || ' 行', (received_date, sequence, row_number)) as place_of_word
    from known.decision_register
    where decision_key is not null and not is_replaced
    group by 1, 2
)

select
    s.row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    r.place_of_word as detail
from staging.{ledger} as s
join standing as r
    on s.place_id = r.place_id and s.decision_key = r.decision_key
where r.status = '撤销' and s.published_at__date is not null and s.status__norm = '1'
