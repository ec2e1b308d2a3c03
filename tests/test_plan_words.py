"""Progress, timeline, targets and articles in words: pure functions of the pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.charts.education import draw_floors, draw_months
from dashboard.charts.tasks import draw_progress, draw_timeline
from dashboard.components.clause import ids_below
from dashboard.education_words import (
    articles_by_month,
    articles_finding,
    asked_roles,
    coverage_of,
    coverage_words,
    floor_states,
    floors_finding,
    honours_by_kind,
    meetings_by_kind,
    roles_by_unit,
    roles_finding,
)
from dashboard.plan_words import (
    asked_words,
    dated_tasks,
    measured_words,
    parts_words,
    progress_by_section,
    progress_finding,
    tally,
    timeline_finding,
    worst_by_clause,
)
from dashboard.wording import WATERMARK

TODAY = date(2022, 7, 10)


def target(**changes: Any) -> dict[str, Any]:
    usual = {"comparator": "<=", "threshold": "100.0", "stretch": "80", "unit": "rank", "due": None,
             "numerator": None, "denominator": None, "recurrence": "annual"}  # fmt: skip
    return usual | changes


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "≤ 100 名，争 80 名"),
        ({"stretch": None}, "≤ 100 名"),
        (
            {
                "comparator": "by_day_of_month",
                "due": "15",
                "stretch": None,
                "recurrence": "even_month_15",
            },
            "每双数月 15 日前，按期 100%",
        ),
        # A stretch that is the line itself says nothing more.
        ({"threshold": "98.0", "stretch": "98", "unit": "%", "comparator": ">="}, "≥ 98%"),
    ],
)
def test_what_a_target_asks_and_strives_for(change: dict[str, Any], words: str) -> None:
    assert asked_words(target(**change)) == words


def test_parts_of_a_share_and_of_units() -> None:
    assert parts_words(target()) == ""
    assert parts_words(target(numerator=3, denominator=4, unit="%")) == "3/4"
    assert parts_words(target(numerator=1, denominator=17)) == "1/17 家达标"


@pytest.mark.parametrize(
    ("measured_by", "words"),
    [
        ("ledger:meeting_training+contact", "台账：会议培训、责任人与联络员"),
        ("deliverable", "台账：制度文件与成果"),
        ("declaration", "台账：指标申报"),
        ("duty:BC-DU-PUB", "定期报送：双公示台账"),
    ],
)
def test_how_a_target_is_measured(measured_by: str, words: str) -> None:
    assert measured_words(measured_by, {"BC-DU-PUB": "双公示台账"}) == words


def tree(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {"section": "一", "task_kind": "routine", "routine_state": None, "owed": 0, "done": 0,
             "overdue": 0, "unmeasured": 0, "duty_hits": None, "duty_base": None}  # fmt: skip
    kinds = {"routine_state": pl.Utf8, "duty_hits": pl.Int64, "duty_base": pl.Int64}
    return pl.DataFrame([usual | row for row in rows], schema_overrides=kinds)


PLAN = tree(
    {"task_kind": "context"},  # counted nowhere
    {"routine_state": "正常"},
    {"routine_state": "滞后"},
    {"routine_state": None},  # nobody leads it
    {"task_kind": "each", "owed": 5, "done": 3, "overdue": 1},  # one is not due yet
    {"section": "二", "task_kind": "recurring", "duty_hits": 16, "duty_base": 17},
    {"section": "二", "task_kind": "deliverable", "owed": 1, "unmeasured": 1},
)


def test_progress_is_counted_by_section_and_kind() -> None:
    progress = progress_by_section(PLAN)
    assert progress.rows() == [
        ("一", "routine", 3, 1, 1, 0, 1),
        ("一", "each", 5, 3, 1, 1, 0),
        ("二", "recurring", 17, 16, 1, 0, 0),
        ("二", "deliverable", 1, 0, 0, 0, 1),
    ]
    assert progress_finding(progress) == "逾期或滞后 3 项，最多的是“一”2 项"
    assert progress_finding(progress.filter(pl.col("section") == "二")).endswith("都在“二”")
    # Without the tasks of each unit both sections are behind by one.
    tied = progress.filter(pl.col("task_kind") != "each")
    assert progress_finding(tied) == "逾期或滞后 2 项，最多的是“一”、“二”，各 1 项"
    assert progress_finding(progress.clear()) == "方案没有可统计进度的任务"
    assert tally(progress, "each") == "完成或正常 3、逾期或滞后 1、未到期或未动 1"


def dated(*rows: tuple[str, str, date, date | None, bool, bool]) -> pl.DataFrame:
    names = ("task_id", "unit", "deadline", "completed_date", "is_overdue", "is_upcoming")
    return pl.DataFrame(
        [
            dict(zip(names, row, strict=True))
            | {"section": "一", "title": row[0], "is_done": row[3] is not None,
               "is_unmeasured": False}
            for row in rows
        ],
        schema_overrides={"completed_date": pl.Date},
    )  # fmt: skip


JUNE, JULY, DECEMBER = date(2022, 6, 30), date(2022, 7, 31), date(2022, 12, 31)
TASKS = dated(
    ("A", "甲", JUNE, JUNE, False, False),  # on the last day: in time
    ("B", "甲", JUNE, date(2022, 7, 1), False, False),  # a day late
    ("C", "甲", JUNE, JUNE, False, False),
    ("C", "乙", JUNE, None, True, False),  # one of two units is overdue: the task is
    ("D", "甲", JULY, None, False, True),
    ("E", "甲", DECEMBER, None, False, False),
)


def test_a_dated_task_is_as_far_as_its_slowest_unit() -> None:
    found = dated_tasks(TASKS)
    assert dict(found.select("task_id", "state").rows()) == {
        "A": "按期完成", "B": "迟完成", "C": "逾期未完成", "D": "30 日内到期", "E": "未到期",
    }  # fmt: skip
    assert found.filter(pl.col("task_id") == "C").select("units", "done").rows() == [(2, 1)]
    assert timeline_finding(found, TODAY) == (
        "有期限的任务 5 件：按期完成 1、迟完成 1、逾期未完成 1、30 日内到期 1、未到期 1；"
        "下一个期限 7 月 31 日（1 件）"
    )
    assert timeline_finding(found.clear(), TODAY) == "方案没有写明期限的任务"


def test_a_clause_has_one_light_the_worst() -> None:
    targets = pl.DataFrame(
        {
            "task_id": ["X", "X", "Y", "Z"],
            "light": ["green", "red", "green", "yellow"],
            "sort_order": [1, 2, 3, 4],
        }
    )
    assert worst_by_clause(targets).rows() == [
        ("X", "red", 2),
        ("Z", "yellow", 4),
        ("Y", "green", 3),
    ]


def test_a_clause_holds_what_is_below_it() -> None:
    tasks = pl.DataFrame(
        {"task_id": ["A", "A-1", "A-1-a", "B"], "parent_id": [None, "A", "A-1", None]}
    )
    assert ids_below(tasks, "A") == {"A", "A-1", "A-1-a"}
    assert ids_below(tasks, "A-1-a") == {"A-1-a"}


FLOORS = pl.DataFrame(
    {
        "unit_id": ["U1", "U1", "U2", "U3"],
        "unit": ["甲", "甲", "乙", "丙"],
        "month": ["2022-05", "2022-06", "2022-06", "2022-06"],
        "wanted": [2.0, 2.0, 2.0, 2.0],
        "written": [1.0, 9.0, 0.0, None],
    }
)


def test_articles_beyond_the_floor_are_not_told() -> None:
    states = floor_states(FLOORS)
    assert states["words"].to_list() == ["差1", "✓", "差2", "—"]
    assert "9" not in "".join(states["words"].to_list())
    assert floors_finding(states, ["2022-06"], "2022-06") == (
        "2022 年 6 月：2 家中 1 家达标，有月份不足的 1 家"
    )
    # Over the quarter 甲 was short in May.
    assert floors_finding(states, ["2022-05", "2022-06"], "2022-Q2").endswith("不足的 2 家")
    assert floors_finding(states, ["2022-01"], "2022-01").endswith("还没有可判定的单位")


ARTICLES = pl.DataFrame(
    {
        "month": ["2022-06", "2022-06", "2022-06", "2022-07"],
        "article_kind": ["原创", "转载", "原创", "原创"],
        "is_counted": [True, True, False, True],
        "is_repeat": [False, False, True, False],
        "field": ["政务诚信", "商务诚信", "社会诚信", None],
    }
)


def test_repeats_are_told_and_not_counted() -> None:
    assert articles_finding(ARTICLES) == "6—7 月共 3 篇：原创 2、转载 1；同文重复 1 篇不计"
    assert articles_by_month(ARTICLES).rows() == [
        ("2022-06", "原创", 1),
        ("2022-06", "同文重复（不计）", 1),
        ("2022-06", "转载", 1),
        ("2022-07", "原创", 1),
    ]


def test_fields_that_the_plan_lists_are_covered_or_not() -> None:
    rows = coverage_of(ARTICLES, "field", ("政务诚信", "司法公信"))
    assert coverage_words(rows) == (
        ":green-badge[✓ 政务诚信 1 篇] :orange-badge[○ 司法公信 还没有] :gray-badge[商务诚信 1 篇]"
    )


def test_meetings_and_honours_by_kind() -> None:
    meetings = pl.DataFrame(
        {
            "kind": ["培训", "培训", "会议"],
            "month": ["2022-05", "2022-06", "2022-06"],
            "attendee_count": [30.0, None, None],
        }
    )
    assert meetings_by_kind(meetings, ["2022-06"]) == [
        {"kind": "会议", "year": 1, "period": 1, "attendees": 0},
        {"kind": "培训", "year": 2, "period": 1, "attendees": 30},
    ]
    honours = pl.DataFrame(
        {
            "kind": ["示范社区"] * 3,
            "level": ["本级"] * 3,
            "is_new": [True, False, True],
            "is_standing": [True, True, False],
        }
    )
    assert honours_by_kind(honours).rows() == [("示范社区", "本级", 2, 1, 1)]


def test_roles_that_the_plan_asks_for_are_filled_or_not() -> None:
    contacts = pl.DataFrame(
        {
            "unit": ["甲", "乙"],
            "role": ["联络员", "联络员"],
            "person_name": ["王*", "李*"],
            "valid_from": [date(2022, 1, 4), date(2022, 1, 4)],
            "is_in_office": [True, False],
        }
    )
    asked = asked_roles(["liaison_officer_coverage", "repair_officer_coverage"])
    roles = roles_by_unit(contacts, ["甲", "乙"], asked)
    assert roles.rows() == [
        ("甲", "王*（2022-01 起）", "✕ 未明确"),
        ("乙", "✕ 未明确", "✕ 未明确"),
    ]
    assert roles_finding(roles, asked) == "联络员 1/2 家已明确、修复专员 0/2 家已明确"
    nobody_asked = roles_by_unit(contacts, ["甲", "乙"], ())
    assert nobody_asked.rows() == [("甲", "王*（2022-01 起）"), ("乙", "—")]
    assert roles_finding(nobody_asked, ()) == "2 家中 1 家登记了人员；方案没有要求"


def test_the_charts_carry_the_mark_and_all_that_is_there() -> None:
    figures = [
        draw_progress(progress_by_section(PLAN), is_sample=True),
        draw_timeline(dated_tasks(TASKS), TODAY, height=300, is_sample=True),
        draw_floors(floor_states(FLOORS), is_sample=True),
        draw_months(articles_by_month(ARTICLES), floor=4.0, height=250, is_sample=True),
    ]
    for figure in figures:
        assert WATERMARK in [note.text for note in figure.layout.annotations]
    bars = [trace for trace in figures[1].data if trace.type == "bar"]
    assert sum(sum(trace.y) for trace in bars) == 5
    cells = [word for trace in figures[2].data for word in trace.text]
    assert sorted(cells) == sorted(floor_states(FLOORS)["words"].to_list())
    # Units stand in the order of the roster, whatever they wrote.
    assert list(figures[2].layout.yaxis.categoryarray) == ["甲", "乙", "丙"]
