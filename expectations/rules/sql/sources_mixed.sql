-- M02. One row per estimated score whose batch holds an official one of the same city and month too;
-- detail: where.
select
    own.row_id,
    cast(null as varchar) as field,
    cast(null as varchar) as severity,
    '官方得分在第 ' || min(official.row_number) || ' 行' as detail
from staging.{ledger} as own
join staging.{ledger} as official
    on
        own.batch_id = official.batch_id
        and own.city_name__norm = official.city_name__norm
        and own.period__norm = official.period__norm
where own.value_source__norm = '测算' and official.value_source__norm = '官方'
group by 1
