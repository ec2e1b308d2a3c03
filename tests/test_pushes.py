"""What is pushed, in which order, and what is not: pure functions of the first page."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.pushes import MAX_OF_A_KIND, Push, can_be_mended, push_items

TODAY = date(2022, 7, 10)


def unreported(*units: str) -> pl.DataFrame:
    rows = [{"unit": unit, "limit_date": date(2022, 6, 24)} for unit in units]
    return pl.DataFrame(rows, schema={"unit": pl.Utf8, "limit_date": pl.Date})


def task(title: str, deadline: date, **changes: Any) -> dict[str, Any]:
    usual = {"task_id": title, "title": title, "deadline": deadline, "unit": "示例单位01",
             "is_overdue": False, "is_upcoming": False, "has_history": False}  # fmt: skip
    return usual | changes


def tasks(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {"task_id": pl.Utf8, "title": pl.Utf8, "deadline": pl.Date, "unit": pl.Utf8,
              "is_overdue": pl.Boolean, "is_upcoming": pl.Boolean,
              "has_history": pl.Boolean}  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def hand_ins(missing: int = 0) -> pl.DataFrame:
    rows = [
        {
            "duty": "台账",
            "due_date": date(2022, 7, 8),
            "unit": f"示例单位{n:02d}",
            "is_missing": True,
        }
        for n in range(missing)
    ]
    schema = {"duty": pl.Utf8, "due_date": pl.Date, "unit": pl.Utf8, "is_missing": pl.Boolean}
    return pl.DataFrame(rows, schema=schema)


def told_above(*units: str) -> pl.DataFrame:
    rows = [{"unit": unit, "missed_count": 3, "doc_no": "示信通〔2022〕6号"} for unit in units]
    schema = {"unit": pl.Utf8, "missed_count": pl.Int64, "doc_no": pl.Utf8}
    return pl.DataFrame(rows, schema=schema)


def errors(*units: str) -> pl.DataFrame:
    return pl.DataFrame({"unit": list(units)}, schema={"unit": pl.Utf8})


# A red clause that asks the year for a number of things and is still short of them.
CLAUSE = {
    "task_id": "X-1", "clause_title": "新增贯标企业", "light": "red", "gap_text": "差 2 家",
    "metric_id": "credit_standard_enterprise_count", "comparator": ">=", "threshold": "100.0",
    "unit": "enterprise", "value": "98.0", "value_now": 98.0, "recurrence": "once",
    "due_date": date(2022, 12, 31), "period_end": date(2022, 6, 30), "plan_end": date(2022, 12, 31),
    "lead_unit": "示例单位02", "has_overdue_task": False,
}  # fmt: skip
_TYPES = {"due_date": pl.Date, "period_end": pl.Date, "plan_end": pl.Date, "value_now": pl.Float64,
          "has_overdue_task": pl.Boolean}  # fmt: skip


def clauses(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {name: _TYPES.get(name, pl.Utf8) for name in CLAUSE}
    return pl.DataFrame([CLAUSE | row for row in rows], schema=schema)


def pushed(**frames: Any) -> list[Push]:
    given = {"unreported": unreported(), "tasks": tasks(), "hand_ins": hand_ins(),
             "errors": errors(), "clauses": clauses(), "told_above": told_above(),
             **frames}  # fmt: skip
    return push_items(TODAY, cutoff=date(2022, 7, 10), **given)


def told(items: list[Push]) -> list[tuple[str, str, str]]:
    return [(item.what, item.unit, item.quantity) for item in items]


def test_overdue_goes_before_soon_and_the_longest_overdue_first() -> None:
    found = pushed(
        tasks=tasks(
            task("远期", date(2022, 7, 30), is_upcoming=True),  # more than a week off: not pushed
            task("将到期", date(2022, 7, 17), is_upcoming=True),  # the seventh day
            task("逾期", date(2022, 6, 30), is_overdue=True),
        ),
        unreported=unreported("示例单位07", "示例单位07"),
    )
    assert told(found) == [
        ("应报未报（待核）", "示例单位07", "2 件"),
        ("任务逾期：逾期", "示例单位01", ""),
        ("任务将到期：将到期", "示例单位01", ""),
    ]


def test_many_of_a_kind_do_not_hide_the_others() -> None:
    many = unreported(*(f"示例单位{n:02d}" for n in range(8)))
    found = pushed(unreported=many, hand_ins=hand_ins(3))
    assert told(found)[MAX_OF_A_KIND] == ("未交：台账", "多家单位", "3 家")
    assert len(found) == 9  # none is lost


def test_what_the_upper_platform_names_is_pushed_once() -> None:
    # The unit with decisions of its own is pushed by these, with their records.
    found = pushed(
        unreported=unreported("示例单位01"), told_above=told_above("示例单位01", "示例单位02")
    )
    assert told(found) == [
        ("应报未报（待核）", "示例单位01", "1 件"),
        ("应报未报（待核）：示信通〔2022〕6号通报", "示例单位02", "3 件"),
    ]


def test_a_task_of_many_units_is_one_thing_to_push() -> None:
    late = [
        task("报送工作计划", date(2022, 6, 30), is_overdue=True, unit=f"示例单位{n:02d}")
        for n in range(3)
    ]
    [item] = pushed(tasks=tasks(*late))
    assert (item.unit, item.quantity) == ("多家单位", "3 家")
    assert item.choices == {"part": "目标", "clause": "报送工作计划 报送工作计划"}


def test_nothing_is_pushed_for_a_historical_target() -> None:
    quota = task("月末报联合惩戒案例", date(2022, 6, 30), is_overdue=True, has_history=True)
    assert pushed(tasks=tasks(quota)) == []


def test_a_red_clause_opens_with_its_lead() -> None:
    [item] = pushed(clauses=clauses({}))
    assert (item.what, item.unit, item.quantity) == (
        "条款未达标：新增贯标企业", "示例单位02", "差 2 家",
    )  # fmt: skip
    assert (item.page, item.choices) == ("tasks", {"part": "目标", "clause": "X-1 新增贯标企业"})
    # Yellow, green and grey ones wait; one that waits for overdue tasks is pushed by them.
    others = [{"light": light} for light in ("yellow", "green", "grey")]
    assert pushed(clauses=clauses(*others, {"has_overdue_task": True})) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        # Rates stand on records that are pushed one by one; what is late stays late.
        ({"metric_id": "publicity_timeliness_rate", "due_date": None}, False),
        ({"metric_id": "publicity_ledger_submission_day", "due_date": None}, False),
        # Days that were exceeded cannot be made fewer.
        ({"comparator": "within_days", "due_date": None}, False),
        # To be done by a day: done late is done; not done yet can be done.
        ({"comparator": "by_date", "value": "2022-07-03", "due_date": date(2022, 6, 30)}, False),
        ({"comparator": "by_date", "value": None, "due_date": date(2022, 6, 30)}, True),
        # Judged on a day that has passed: still short today, or reached in the meantime.
        ({"due_date": date(2022, 6, 30), "value_now": 99.0}, True),
        ({"due_date": date(2022, 6, 30), "value_now": 100.0}, False),
        ({"due_date": date(2022, 6, 30), "value_now": None}, False),
        # The plan's year is over.
        ({"due_date": date(2022, 6, 30), "plan_end": date(2022, 7, 9)}, False),
        # A month's articles: the month is over on the judging day; in July they can be written.
        (
            {"metric_id": "publicity_article_count", "recurrence": "monthly", "due_date": None},
            False,
        ),
        (
            {"metric_id": "publicity_article_count", "recurrence": "monthly", "due_date": None,
             "period_end": date(2022, 7, 31)},
            True,
        ),
    ],
)  # fmt: skip
def test_only_what_can_be_mended_is_pushed(change: dict[str, Any], expected: bool) -> None:
    assert can_be_mended(CLAUSE | change, TODAY) is expected
