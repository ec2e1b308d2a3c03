"""The working-day calendar: which days the State Council made working days, and by which notice.

`calendars/days.csv` holds every day that differs from its weekday, `calendars/years.csv` the
notice of each year. A year without a notice is unpublished: no limit is computed into it, so
that nothing is ever called late on a guess.
"""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

CALENDARS_DIR = Path(__file__).parent / "calendars"
ADDED_COLUMNS = ("date", "is_workday", "kind", "notice_no")

_SATURDAY = 5

# Each statutory holiday, between which days of a year it can fall (those by the moon move), and
# how many days off it has at least. The mid-autumn one may lie within the National Day's.
_HOLIDAYS = (
    ("元旦", ((1, 1), (1, 3)), 1),
    ("春节", ((1, 20), (2, 28)), 3),
    ("清明节", ((4, 3), (4, 7)), 1),
    ("劳动节", ((5, 1), (5, 5)), 1),
    ("端午节", ((5, 25), (6, 27)), 1),
    ("中秋节", ((9, 6), (10, 9)), 1),
    ("国庆节", ((10, 1), (10, 7)), 3),
)


class CalendarError(ValueError):
    """A calendar file cannot be used. Names file and line, and how to mend it, in Chinese."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"日历文件 {file} 第 {line} 行：{reason}")
        self.file = file
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class Day:
    """A day that differs from its weekday: a holiday, or a weekend day that is worked."""

    day: date
    is_workday: bool
    kind: str
    notice_no: str


@dataclass(frozen=True)
class Year:
    """A calendar year and the notice that arranges it (empty while unpublished)."""

    year: int
    is_published: bool
    notice_no: str


class Calendar:
    """Working days of a run of whole years.

    Published years come first to last without a gap being assumed: each year answers for itself.
    """

    def __init__(self, years: Iterable[Year], days: Iterable[Day]) -> None:
        self._years = {y.year: y for y in years}
        self._special = {d.day: d for d in days}
        self._first = date(min(self._years), 1, 1)
        self._last = date(max(self._years), 12, 31)
        span = (self._last - self._first).days + 1
        self._days = [self._first + timedelta(n) for n in range(span)]
        self._workdays = [d for d in self._days if self.is_workday(d)]

    def is_published(self, day: date) -> bool:
        """Whether the arrangement of the day's year is known."""
        year = self._years.get(day.year)
        return year is not None and year.is_published

    def is_workday(self, day: date) -> bool:
        """Whether the day is worked. In an unpublished year this is the bare weekday."""
        special = self._special.get(day)
        return special.is_workday if special else day.weekday() < _SATURDAY

    def ordinal(self, day: date) -> int:
        """Return the number of working days from the calendar's first day to `day`, inclusive."""
        return bisect_right(self._workdays, day)

    def add_workdays(self, day: date, count: int) -> date | None:
        """Return the `count`-th working day after `day`; the day itself is never counted.

        None if any day on the way lies in an unpublished year (日历未定).
        """
        if count < 0:
            raise ValueError("工作日数不能为负")
        if count == 0:
            return day
        index = self.ordinal(day) + count - 1
        if index >= len(self._workdays):
            return None
        return self._if_published(day + timedelta(1), self._workdays[index])

    def next_workday(self, day: date) -> date | None:
        """Return the day itself if worked, else the next worked day (顺延); None if unpublished."""
        index = bisect_left(self._workdays, day)
        if index >= len(self._workdays):
            return None
        return self._if_published(day, self._workdays[index])

    def _if_published(self, start: date, end: date) -> date | None:
        years = range(start.year, end.year + 1)
        return end if all(self.is_published(date(y, 1, 1)) for y in years) else None

    def rows(self) -> pl.DataFrame:
        """Return one row per day: `ref.calendar`.

        Columns: date, is_workday, kind (工作日, 周末, or as the notice says), notice_no,
        is_published, workday_ordinal (working days up to and including the date).
        """
        return pl.DataFrame(
            {
                "date": self._days,
                "is_workday": [self.is_workday(d) for d in self._days],
                "kind": [self._kind(d) for d in self._days],
                "notice_no": [self._notice(d) for d in self._days],
                "is_published": [self.is_published(d) for d in self._days],
                "workday_ordinal": [self.ordinal(d) for d in self._days],
            },
            schema={
                "date": pl.Date,
                "is_workday": pl.Boolean,
                "kind": pl.String,
                "notice_no": pl.String,
                "is_published": pl.Boolean,
                "workday_ordinal": pl.Int32,
            },
        )

    def _kind(self, day: date) -> str:
        if special := self._special.get(day):
            return special.kind
        return "工作日" if self.is_workday(day) else "周末"

    def _notice(self, day: date) -> str | None:
        special = self._special.get(day)
        return (special.notice_no if special else self._years[day.year].notice_no) or None


def load_calendar(added: Path | None = None) -> Calendar:
    """Return the shipped calendar, with the user's own days on top if the file exists.

    A year of which the user gave only some holidays stays unpublished. Raises CalendarError.
    """
    years = {y.year: y for y in _shipped_years()}
    days = {d.day: d for d in _shipped_days(years)}
    if added and added.exists():
        own = read_added(added)
        days |= {d.day: d for d in own}
        unfinished = missing_holidays(own)
        for day in own:
            year = day.day.year
            known = years.get(year)
            if known is None or not known.is_published:
                years[year] = Year(year, year not in unfinished, day.notice_no)
        # A year between the shipped ones and a far one the user gave must stand, unpublished.
        for year in range(min(years), max(years)):
            years.setdefault(year, Year(year, False, ""))
    return Calendar(years.values(), days.values())


def read_added(path: Path) -> list[Day]:
    """Return the days of a user's CSV with the columns date, is_workday, kind, notice_no.

    Each row needs the number of its notice. Days not listed follow their weekday.
    Raises CalendarError.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CalendarError(path.name, 1, "不是 UTF-8 编码，请另存为“CSV UTF-8”") from error
    reader = csv.DictReader(text.splitlines())
    missing = [c for c in ADDED_COLUMNS if c not in (reader.fieldnames or [])]
    if missing:
        raise CalendarError(
            path.name, 1, f"缺少列 {'、'.join(missing)}，表头应为 {','.join(ADDED_COLUMNS)}"
        )
    days: dict[date, Day] = {}
    for row in reader:
        day = _added_day(path.name, reader.line_num, row)
        if day.day in days:
            raise CalendarError(path.name, reader.line_num, f"{day.day} 重复出现，请只保留一行")
        days[day.day] = day
    if not days:
        raise CalendarError(path.name, 1, "没有数据行")
    return list(days.values())


def missing_holidays(days: Iterable[Day]) -> dict[int, list[str]]:
    """Return, by year of these days, which statutory holidays no day off stands for.

    Judged by when they fall, since `kind` is free text: a year that lacks one was not entered
    whole, and limits counted in it would be guesses. Years that lack nothing are left out.
    Source: 全国年节及纪念日放假办法.
    """
    freed: dict[int, set[tuple[int, int]]] = {}
    for day in days:
        off = freed.setdefault(day.day.year, set())
        if not day.is_workday:
            off.add((day.day.month, day.day.day))
    missing = {
        year: [
            name
            for name, (first, last), count in _HOLIDAYS
            if sum(first <= day <= last for day in off) < count
        ]
        for year, off in sorted(freed.items())
    }
    return {year: names for year, names in missing.items() if names}


def _added_day(file: str, line: int, row: dict[str, str | None]) -> Day:
    cells = {key: (row.get(key) or "").strip() for key in ADDED_COLUMNS}
    try:
        day = date.fromisoformat(cells["date"])
    except ValueError as error:
        reason = f"日期“{cells['date']}”不是真实日期，请写作 2027-01-01"
        raise CalendarError(file, line, reason) from error
    flags = {"1": True, "true": True, "是": True, "0": False, "false": False, "否": False}
    flag = flags.get(cells["is_workday"].lower())
    if flag is None:
        raise CalendarError(file, line, "is_workday 只能填 1（上班）或 0（放假）")
    if not cells["notice_no"]:
        raise CalendarError(file, line, "notice_no 为空，请填放假安排通知的文号")
    kind = cells["kind"] or ("调休上班" if flag else "放假")
    return Day(day, flag, kind, cells["notice_no"])


def _shipped_years() -> list[Year]:
    return [
        Year(int(r["year"]), r["status"] == "published", r["notice_no"])
        for r in _read(CALENDARS_DIR / "years.csv")
    ]


def _shipped_days(years: dict[int, Year]) -> list[Day]:
    found = []
    for row in _read(CALENDARS_DIR / "days.csv"):
        day = date.fromisoformat(row["date"])
        notice = row["notice_no"] or years[day.year].notice_no
        found.append(Day(day, row["is_workday"] == "1", row["kind"], notice))
    return found


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
