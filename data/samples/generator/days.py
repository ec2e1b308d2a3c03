"""Working days from December 2021 to January 2023, from the yearly holiday notices.

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
