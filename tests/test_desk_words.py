"""The desk in words, worked out by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.desk_words import (
    answer_lines,
    change_words,
    load_words,
    on_time_word,
    outstanding,
    periods_words,
    unit_words,
)
from etl.check_trace import UNKNOWN_UNIT, Answer, Origin, Trace
from etl.landing import Problem, Skipped
from etl.outcome import LoadResult, Outcome
from tests.homes import make_batch

DUE = date(2022, 7, 11)


def owed(*rows: tuple[str, str, date | None, date]) -> pl.DataFrame:
    """(unit, state, answered on, due) of the duty D for June."""
    return pl.DataFrame(
        [("D", unit, "2022-06", state, answered, due) for unit, state, answered, due in rows],
        schema={
            "duty_id": pl.Utf8, "unit_id": pl.Utf8, "period_covered": pl.Utf8, "state": pl.Utf8,
            "answered_date": pl.Date, "due_date": pl.Date,
        },
        orient="row",
    )  # fmt: skip


def answer(unit: str, day: int, way: str = "rows") -> Answer:
    return Answer("D", "双公示台账", unit, unit, "2022-06", DUE, date(2022, 7, day), way)


def test_what_is_out_on_a_day() -> None:
    frame = owed(
        ("A", "未到期", None, DUE),  # known as not yet due, overdue by the day of receipt
        ("B", "未交", None, date(2022, 7, 13)),  # the last day is today
        ("C", "未到期", None, date(2022, 7, 27)),  # in 14 days
        ("E", "未到期", None, date(2022, 7, 28)),  # in 15: not yet asked for
        ("F", "按时", date(2022, 7, 8), DUE),  # is in
    )
    found = outstanding(frame, date(2022, 7, 13), ahead=14)
    assert found.select("unit_id", "state", "left").rows() == [
        ("A", "✕ 未交", "已过 2 天"),
        ("B", "· 未到期", "今天到期"),
        ("C", "· 未到期", "还有 14 天"),
    ]


def test_what_a_file_answers() -> None:
    before = owed(("B", "按时", date(2022, 7, 5), DUE))
    lines = answer_lines([answer("A", 11), answer("B", 13), answer("C", 12, "nil")], before)
    head = "双公示台账（2022-06，7 月 11 日到期）"
    assert lines == [
        f"{head}：A 按时报送",
        f"{head}：B 报送晚 2 天；此前 2022-07-05 已有（按时），以先到的为准",
        f"{head}：C 零报送晚 1 天",
    ]


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ([], ""),
        ([answer("A", 11)], "✓ 按时"),
        ([answer("A", 12), answer("C", 11)], "▲ 迟交 1/2"),
        ([answer("B", 13)], "○ 此前已交"),  # late now, but it was in before
        ([answer("A", 11), answer("B", 13)], "✓ 按时"),
    ],
)
def test_in_time_in_a_word(answers: list[Answer], word: str) -> None:
    assert on_time_word(answers, owed(("B", "按时", date(2022, 7, 5), DUE))) == word


def test_whose_and_which_period() -> None:
    def trace(unit: str | None, *rows: tuple[str, str, int], periods: int = 1) -> Trace:
        labels = tuple(f"2022-{month:02d}" for month in range(1, periods + 1))
        return Trace((Origin("", "admin_permit", unit, rows, labels),), ())

    names = {"U1": "示例单位01"}
    assert unit_words(trace("U1"), names) == "示例单位01"
    assert unit_words(trace("U1"), names, "示例单位02") == "示例单位02"
    assert unit_words(trace(None, (UNKNOWN_UNIT, UNKNOWN_UNIT, 3)), names) == "没认出单位"
    many = [(f"U{k}", f"单位{k}", 9 - k) for k in range(1, 5)]
    assert unit_words(trace(None, *many), names) == "单位1、单位2、单位3 等 4 家"
    assert periods_words(trace(None, periods=2)) == "2022-01、2022-02"
    assert periods_words(trace(None, periods=6)) == "2022-01 至 2022-06"


def result(outcome: Outcome, *, new: int = 0, problems: int = 0) -> LoadResult:
    return LoadResult(
        new=[make_batch(k + 1, file_name=f"{k}.csv", sheet_name="") for k in range(new)],
        duplicates=[],
        problems=[Problem("/private/folder/坏.xlsx", "读不了")] * problems,
        skipped=[Skipped("0.csv", "说明", "没有表头")],
        notices=[],
        outcome=outcome,
    )


def test_what_came_of_a_load() -> None:
    told = load_words(result(Outcome("w000007", "passed", [], {"B000001": 2}), new=1))
    assert (told.kind, told.page) == ("good", "publicity")
    assert told.lines == (
        "已收下 1 张表并发布（版本 w000007）。",
        "0.csv：行政处罚 3 行，其中 2 行有错（照收，标为不合规），批次 B000001。",
        "0.csv 的工作表“说明”跳过：没有表头。",
    )
    told = load_words(result(Outcome("w000007", "passed"), problems=1))
    assert told.kind == "bad"
    assert "没有收：坏.xlsx：读不了" in told.lines  # the folder is nobody's business
    told = load_words(result(Outcome("w000006", "failed", ["行数不平"]), new=1))
    assert told.kind == "bad"
    assert told.lines[0].startswith(
        "发布前核验没有通过（行数不平），新批次已暂挂，现行版本 w000006"
    )
    assert "强制接受" in told.lines[1]


def test_what_came_of_a_change() -> None:
    told = change_words("已接受。", Outcome("w000008", "forced", ["行数不平"]))
    assert told.lines == ("已接受。强制发布为版本 w000008；没有通过的核验：行数不平。",)
    assert change_words("已撤回。", Outcome("w000008", "passed")).kind == "good"
    assert change_words("已接受。", Outcome("w000008", "failed", ["x"])).kind == "bad"
