-- One row: what of the plan's place must have left publication by a day: record_count, shown_count (of
-- them, a time of publication is filled), since_date (the first of them), later_count (what came after that
-- day, as far as the data reach), has_records (the place has permits or penalties).
select
    count(m.record_key) filter (where m.since_date <= $day) as record_count,
    count(m.record_key) filter (where m.since_date <= $day and m.published_date <= $day) as shown_count,
    min(m.since_date) filter (where m.since_date <= $day) as since_date,
    count(m.record_key) filter (where m.since_date > $day) as later_count,
    -- of the plan, not of the outer row: so the first record found is enough
    exists(
        select 1
        from marts.publicity_records as r
        join ref.plans as q
            on r.place_id = q.place_id
        where q.plan_id = $plan
    ) as has_records
from ref.plans as p
left join marts.must_leave as m
    on p.place_id = m.place_id
where p.plan_id = $plan
group by p.place_id
