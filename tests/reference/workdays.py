"""The walk over the calendar, one day at a time."""

from __future__ import annotations

from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


class Calendar:
    """Which days are worked. ``exceptions`` says so for holidays and make-up days; ``years`` are
    those that have been published."""

    def __init__(self, exceptions: dict[date, bool], years: set[int]) -> None:
        self.exceptions = exceptions
        self.years = years

    def is_workday(self, when: date) -> bool:
        return self.exceptions.get(when, when.weekday() < 5)

    def limit(self, decided: date, days: int, kind: str) -> date | None:
        """The last day in time. Day one is the day after the decision; None if the walk leaves
        the published years."""
        when, left = decided, days
        while left:
            when += ONE_DAY
            if when.year not in self.years:
                return None
            if kind == "natural" or self.is_workday(when):
                left -= 1
        return when

    def next_workday(self, when: date) -> date | None:
        """The day itself if worked, else the next one that is."""
        while not self.is_workday(when):
            when += ONE_DAY
            if when.year not in self.years:
                return None
        return when
