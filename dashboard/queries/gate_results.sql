-- One row per suite of the publish gate: suite, evaluated, failed.
select
    suite,
    count(*) as evaluated,
    cast(sum(case when success then 0 else 1 end) as bigint) as failed
from meta.gate_results
group by 1
order by 1
