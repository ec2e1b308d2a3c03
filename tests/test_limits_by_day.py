"""Limits counted day by day, from the notices themselves, for every decision date 2017–2026."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import duckdb
import pytest

from expectations.rules import load_rules
from expectations.runner import run_rules
from tests.quality_support import Handed, stage
from warehouse.calendar import load_calendar
from warehouse.plans import load_plans
from warehouse.reference import load_reference

WAREHOUSE = Path(__file__).parents[1] / "warehouse"
FIRST, LAST = date(2017, 1, 1), date(2026, 12, 31)
DATES = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
CALENDAR = load_calendar()


@cache
def told() -> dict[date, bool]:
    """The days that the notices name, and whether they are worked."""
    with (WAREHOUSE / "calendars" / "days.csv").open(encoding="utf-8", newline="") as file:
        return {
            date.fromisoformat(row["date"]): row["is_workday"] == "1"
            for row in csv.DictReader(file)
        }


def counted(decided: date, days: int, *, is_natural: bool = False) -> date | None:
    """Day one is the day after the decision; None once the count leaves the published years."""
    day, left = decided, days
    while left:
        day += timedelta(1)
        if is_natural:
            left -= 1
            continue
        if day > LAST:
            return None
        left -= told().get(day, day.weekday() < 5)
    return day


@pytest.mark.parametrize("days", [1, 2, 5, 7, 10, 20])
def test_working_days_of_the_calendar(days: int) -> None:
    wrong = [d for d in DATES if CALENDAR.add_workdays(d, days) != counted(d, days)]
    assert wrong == []


# BC: 7 working days; HY: 15 natural days. In a check the plan's limit holds for all dates.
@pytest.mark.parametrize(("plan_id", "days", "is_natural"), [("BC", 7, False), ("HY", 15, True)])
def test_limits_of_the_model(plan_id: str, days: int, is_natural: bool) -> None:
    plan = load_plans()[plan_id]
    text = (WAREHOUSE / "models" / "staging" / "decision_limits.sql").read_text(encoding="utf-8")
    with duckdb.connect() as con:
        load_reference(con, {plan_id: plan}, CALENDAR, LAST, "check")
        con.execute("create schema raw")
        for ledger in ("admin_permit", "admin_penalty", "decision_register"):
            con.execute(f"create table raw.{ledger} (place_id varchar, decision_date__date date)")
        con.execute(
            "insert into raw.admin_permit select ?, cast(day as date) "
            "from range(?::timestamp, ?::timestamp + interval 1 day, interval 1 day) as days(day)",
            [plan.place_id, FIRST, LAST],
        )
        found = dict(con.sql(f"select decision_date, limit_date from ({text})").fetchall())
    assert len(found) == len(DATES)
    assert {d: found[d] for d in DATES} == {
        d: counted(d, days, is_natural=is_natural) for d in DATES
    }


# Decision, last day on which it may go up, by hand from the notices (7 working days).
LIMITS = [
    ("2022-01-27", "2022-02-10"),  # Spring Festival 01-31 to 02-06; 01-29 and 01-30 are worked
    ("2022-09-29", "2022-10-13"),  # National Day 10-01 to 10-07; 10-08 and 10-09 are worked
    ("2026-02-13", "2026-03-02"),  # Spring Festival; 02-14 and 02-28 are worked
    ("2026-09-28", "2026-10-13"),  # National Day; 10-10 is worked
    ("2026-05-09", "2026-05-19"),  # decided on a worked Saturday
    ("2025-12-24", "2026-01-05"),  # the turn of the year; Sunday 01-04 is worked
    ("2026-10-03", "2026-10-15"),  # decided on a holiday
    ("2026-12-22", "2026-12-31"),  # the last day that is published
]


def judged(rows: list[dict[str, str]], received: date) -> dict[int, set[str]]:
    con = stage(Handed("admin_permit", rows, received=received), as_of=received)
    rules = [rule for rule in load_rules() if rule.id in ("T01", "T03")]
    run_rules(con, ["admin_permit"], rules=rules)
    found: dict[int, set[str]] = {n: set() for n in range(2, len(rows) + 2)}
    for row, rule in con.sql("select row_number, rule_id from quality.violations").fetchall():
        found[row].add(rule)
    return found


def test_late_is_the_day_after_the_limit() -> None:
    rows = []
    for decided, limit in LIMITS:
        for shift in (-1, 0, 1):  # before the limit, on it, after it
            reported = date.fromisoformat(limit) + timedelta(shift)
            rows.append({"decision_date": decided, "reported_at": reported.isoformat()})
    found = judged(rows, date(2027, 1, 20))
    assert list(found.values()) == [set(), set(), {"T01"}] * len(LIMITS)


def test_in_an_unpublished_year_nothing_is_late() -> None:
    # Seven working days after 2026-12-23 end in January 2027, whose holidays nobody knows yet.
    rows = [
        {"decision_date": "2026-12-22", "reported_at": "2026-12-31"},
        {"decision_date": "2026-12-23", "reported_at": "2027-01-19"},
        {"decision_date": "2027-01-04", "reported_at": "2027-01-19"},
    ]
    assert list(judged(rows, date(2027, 1, 20)).values()) == [set(), {"T03"}, {"T03"}]
