-- One row per figure of an assessment from above that was the last one of some period of the plan up
-- to the chosen one, newest first: metric_id, title, assessor, assessed_period, score, full_score, rank,
-- told_rank, field_size, is_rank_impossible, published_date, doc_no, row_id, is_current (of the
-- chosen period).
select
    a.metric_id,
    a.title,
    a.assessor,
    a.assessed_period,
    a.score,
    a.full_score,
    a.rank,
    a.told_rank,
    a.field_size,
    a.is_rank_impossible,
    a.published_date,
    a.doc_no,
    a.row_id,
    bool_or(a.period = $period) as is_current
from marts.assessment_periods as a
join ref.periods as p
    on a.plan_id = p.plan_id and a.period = p.period
join ref.periods as c
    on a.plan_id = c.plan_id and c.period = $period and p.end_date <= c.end_date
where a.plan_id = $plan
group by all
order by max(a.period_end) desc, a.metric_id
