"""Working days of 2018, 2020, 2021 and 2022 with the months around, from the holiday notices.

Kept apart from the product's calendar, so that the truth does not lean on what it tests.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

DAY = timedelta(days=1)


def _span(first: str, last: str) -> Iterable[date]:
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        yield day
        day += DAY


_OFF = {
    day
    for first, last in (
        ("2017-12-30", "2018-01-01"),
        ("2018-02-15", "2018-02-21"),
        ("2018-04-05", "2018-04-07"),
        ("2018-04-29", "2018-05-01"),
        ("2018-06-16", "2018-06-18"),
        ("2018-09-22", "2018-09-24"),
        ("2018-10-01", "2018-10-07"),
        ("2018-12-30", "2019-01-01"),
        ("2020-01-01", "2020-01-01"),
        ("2020-01-24", "2020-02-02"),  # prolonged in the epidemic
        ("2020-04-04", "2020-04-06"),
        ("2020-05-01", "2020-05-05"),
        ("2020-06-25", "2020-06-27"),
        ("2020-10-01", "2020-10-08"),
        ("2021-01-01", "2021-01-03"),
        ("2021-02-11", "2021-02-17"),
        ("2021-04-03", "2021-04-05"),
        ("2021-05-01", "2021-05-05"),
        ("2021-06-12", "2021-06-14"),
        ("2021-09-19", "2021-09-21"),
        ("2021-10-01", "2021-10-07"),
        ("2022-01-01", "2022-01-03"),
        ("2022-01-31", "2022-02-06"),
        ("2022-04-03", "2022-04-05"),
        ("2022-04-30", "2022-05-04"),
        ("2022-06-03", "2022-06-05"),
        ("2022-09-10", "2022-09-12"),
        ("2022-10-01", "2022-10-07"),
        ("2022-12-31", "2023-01-02"),
        ("2023-01-21", "2023-01-27"),
    )
    for day in _span(first, last)
}
_MADE_UP = {
    date.fromisoformat(text)
    for text in (
        "2018-02-11",
        "2018-02-24",
        "2018-04-08",
        "2018-04-28",
        "2018-09-29",
        "2018-09-30",
        "2018-12-29",
        "2020-01-19",
        "2020-04-26",
        "2020-05-09",
        "2020-06-28",
        "2020-09-27",
        "2020-10-10",
        "2021-02-07",
        "2021-02-20",
        "2021-04-25",
        "2021-05-08",
        "2021-09-18",
        "2021-09-26",
        "2021-10-09",
        "2022-01-29",
        "2022-01-30",
        "2022-04-02",
        "2022-04-24",
        "2022-05-07",
        "2022-10-08",
        "2022-10-09",
        "2023-01-28",
        "2023-01-29",
    )
}


def is_workday(day: date) -> bool:
    return day in _MADE_UP or (day.weekday() < 5 and day not in _OFF)


def after(day: date, working_days: int) -> date:
    """The day on which the n-th working day after `day` falls; day one is the next one."""
    while working_days:
        day += DAY
        working_days -= is_workday(day)
    return day


def on_or_after(day: date) -> date:
    """The day itself, or the next working day."""
    return day if is_workday(day) else after(day, 1)


def workdays_of(year: int, month: int) -> list[date]:
    start = date(year, month, 1)
    return [d for d in (start + DAY * k for k in range(31)) if d.month == month and is_workday(d)]


def month_after(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)
