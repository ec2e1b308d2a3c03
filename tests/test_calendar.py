"""The working-day calendar: the State Council's arrangements, and what is not known yet."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from warehouse.calendar import (
    Calendar,
    CalendarError,
    Day,
    load_calendar,
    missing_holidays,
    read_added,
)

CALENDAR = load_calendar()


@pytest.mark.parametrize(
    ("decided", "limit"),
    [
        ("2026-09-28", "2026-10-13"),  # over National Day and the worked Saturday 10-10
        ("2026-02-13", "2026-03-02"),  # over Spring Festival, worked 02-14 and 02-28
        ("2026-05-09", "2026-05-19"),  # decided on a worked Saturday, which is not counted
        ("2025-12-24", "2026-01-05"),  # over the turn of the year, worked Sunday 01-04
        ("2026-10-03", "2026-10-15"),  # decided on a holiday: day one is still the next workday
    ],
)
def test_seventh_working_day(decided: str, limit: str) -> None:
    assert CALENDAR.add_workdays(date.fromisoformat(decided), 7) == date.fromisoformat(limit)


def test_limit_into_an_unpublished_year_is_unknown() -> None:
    # 2026-12-31 is the last published working day: five remain after 2026-12-24.
    assert CALENDAR.add_workdays(date(2026, 12, 24), 5) == date(2026, 12, 31)
    assert CALENDAR.add_workdays(date(2026, 12, 24), 6) is None
    assert CALENDAR.next_workday(date(2027, 3, 1)) is None
    assert CALENDAR.add_workdays(date(2031, 1, 1), 1) is None


def test_before_the_first_year_is_unknown() -> None:
    assert CALENDAR.add_workdays(date(2014, 12, 1), 7) is None
    assert CALENDAR.add_workdays(date(2014, 12, 31), 1) == date(2015, 1, 4)


def test_add_workdays_equals_counting_day_by_day() -> None:
    for start in (date(2019, 4, 20) + timedelta(n) for n in range(400)):
        day, left = start, 7
        while left:
            day += timedelta(1)
            left -= CALENDAR.is_workday(day)
        assert CALENDAR.add_workdays(start, 7) == day


def test_amended_spring_festival_2020_and_labour_day_2019() -> None:
    assert not CALENDAR.is_workday(date(2020, 1, 31))
    assert not CALENDAR.is_workday(date(2020, 2, 1))  # was to be worked, before the extension
    assert CALENDAR.is_workday(date(2020, 2, 3))
    assert not CALENDAR.is_workday(date(2019, 5, 3))
    rows = CALENDAR.rows()
    notice = rows.filter(rows["date"] == date(2020, 1, 31))["notice_no"].item()
    assert notice == "国办发明电〔2020〕1号"


def test_next_workday_keeps_a_workday_and_moves_a_holiday() -> None:
    assert CALENDAR.next_workday(date(2022, 6, 10)) == date(2022, 6, 10)
    assert CALENDAR.next_workday(date(2022, 6, 3)) == date(2022, 6, 6)  # Dragon Boat Festival


def test_rows_hold_every_day_and_a_running_count() -> None:
    rows = CALENDAR.rows()
    assert rows.height == (date(2027, 12, 31) - date(2015, 1, 1)).days + 1
    assert rows["workday_ordinal"].to_list() == rows["is_workday"].cum_sum().to_list()
    assert rows.filter(~rows["is_published"])["date"].dt.year().unique().to_list() == [2027]
    assert rows.filter(rows["is_published"])["notice_no"].null_count() == 0


@pytest.mark.parametrize("year", range(2015, 2027))
def test_working_days_of_a_year_are_plausible(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(n) for n in range(365)]
    assert 246 <= sum(map(CALENDAR.is_workday, days)) <= 253


def _added(folder: Path, *lines: str) -> Path:
    path = folder / "added.csv"
    path.write_text("\n".join(["date,is_workday,kind,notice_no", *lines]), encoding="utf-8")
    return path


def whole_year(year: int) -> list[str]:
    """Lines for the holidays of a year, as few as may be; the notice is made up."""
    days = ("01-01", "02-08", "02-09", "02-10", "04-05", "05-01", "06-09", "09-15")
    days = (*days, "10-01", "10-02", "10-03")
    return [f"{year}-{day},0,放假,示例〔{year - 1}〕1号" for day in days]


def test_added_year_is_published(tmp_path: Path) -> None:
    path = _added(tmp_path, *whole_year(2027), "2027-01-02,1,,示例〔2026〕1号")
    calendar: Calendar = load_calendar(path)
    assert calendar.is_published(date(2027, 5, 1))
    # 2026-12-31 is day one, 2027-01-01 a holiday, 01-02 a worked Saturday.
    assert calendar.add_workdays(date(2026, 12, 30), 2) == date(2027, 1, 2)
    assert missing_holidays(read_added(path)) == {}


def test_a_year_that_lacks_a_holiday_is_not_published(tmp_path: Path) -> None:
    lines = [line for line in whole_year(2027) if "-02-10" not in line and "-06-" not in line]
    path = _added(tmp_path, *lines)
    # Two of the Spring Festival's three days are not all of it.
    assert missing_holidays(read_added(path)) == {2027: ["春节", "端午节"]}
    calendar = load_calendar(path)
    assert not calendar.is_published(date(2027, 5, 1))
    assert calendar.add_workdays(date(2026, 12, 30), 2) is None


def test_every_shipped_year_has_all_its_holidays() -> None:
    rows = CALENDAR.rows().filter(pl.col("is_published"))
    off = rows.filter(~pl.col("is_workday") & (pl.col("kind") != "周末"))
    assert missing_holidays(Day(day, False, "放假", "x") for day in off["date"]) == {}


def test_added_far_year_leaves_the_years_between_unpublished(tmp_path: Path) -> None:
    calendar = load_calendar(_added(tmp_path, *whole_year(2029)))
    assert calendar.is_published(date(2029, 3, 1))
    assert calendar.add_workdays(date(2028, 12, 29), 3) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2027-02-30,0,放假,文号", "不是真实日期"),
        ("2027-02-01,休,放假,文号", "只能填 1"),
        ("2027-02-01,0,放假,", "notice_no 为空"),
        ("2027-01-01,0,放假,文号\n2027-01-01,0,放假,文号", "重复出现"),
        ("", "没有数据行"),
    ],
)
def test_bad_added_file_is_refused(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(CalendarError, match=reason):
        read_added(_added(tmp_path, line))


def test_added_file_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "added.csv"
    path.write_text("日期,上班\n2027-01-01,0\n", encoding="utf-8")
    with pytest.raises(CalendarError, match="缺少列 date、is_workday、kind、notice_no"):
        read_added(path)
