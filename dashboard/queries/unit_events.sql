-- One row: how many articles and honours of a unit count in a period: articles, honours.
select
    (
        select count(*) from marts.article_periods
        where plan_id = $plan and period = $period and unit_id = $unit and is_counted
    ) as articles,
    (
        select count(*) from marts.honour_periods
        where plan_id = $plan and period = $period and unit_id = $unit and is_counted
    ) as honours
