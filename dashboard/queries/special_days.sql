-- One row per day of a year that differs from its weekday: date, is_workday, kind.
select
    date,
    is_workday,
    kind
from ref.calendar
where year(date) = $year and is_workday <> (isodow(date) < 6)
order by date
