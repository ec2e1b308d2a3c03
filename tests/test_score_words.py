"""Scores, units and their charts in words: pure functions of the department page."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.charts.scores import draw_ranking, draw_score_parts, draw_spread
from dashboard.components.unit_titles import NOW, THEN, titles_of
from dashboard.score_words import (
    basis_words,
    group_rows,
    movement_words,
    official_words,
    parts_finding,
    points_words,
    rank_words,
    ranking_finding,
    score_words,
    spread_finding,
    weights_words,
    worth_words,
)
from dashboard.unit_words import (
    count_targets,
    count_tasks,
    hand_in_words,
    is_assisting,
    roles_words,
    share,
    unit_task_words,
)
from dashboard.wording import WATERMARK

SCORES = pl.DataFrame(
    {
        "unit_id": ["a", "b", "c", "d", "e"],
        "unit": ["甲", "乙", "丙", "丁", "戊"],
        "ranking_group": ["power", "power", "power", "power", "street"],
        "score": [98.0, 90.0, 80.0, 50.0, 70.0],
        "rank": [1, 2, 3, None, 1],
        "ranked_units": [3, 3, 3, 3, 1],
        "previous_score": [70.0, 95.0, None, 60.0, 70.0],
        "previous_rank": [2, 1, None, None, 1],
        "not_ranked_reason": ["", "", "", "样本少（2 条，少于 10 条）", ""],
    }
)
PARTS = pl.DataFrame(
    {
        "title": ["上报", "合规", "任务"],
        "weight": [25.0, 25.0, 15.0],
        "points": [25.0, 21.56, None],
        "state": ["applied", "applied", "not_applicable"],
    }
)
WEIGHTS = pl.DataFrame(
    {"title": ["上报", "任务"], "weight": [60.0, 40.0], "note": ["示例权重", "示例权重"]}
)


def of(rows: pl.DataFrame, unit: str) -> dict[str, Any]:
    return rows.row(by_predicate=pl.col("unit") == unit, named=True)


@pytest.mark.parametrize(
    ("score", "words"),
    [(None, "—"), (92.44, "92.4"), (100.0, "100"), (99.97, "99.9"), (0.0, "0")],
)
def test_a_score_is_never_rounded_up_to_the_whole(score: float | None, words: str) -> None:
    assert score_words(score) == words


@pytest.mark.parametrize(
    ("points", "words"), [(25.0, "25"), (24.99, "24.9"), (21.56, "21.6"), (0.0, "0")]
)
def test_points(points: float, words: str) -> None:
    assert points_words(points, 25.0) == words


def test_rank_and_movement() -> None:
    told = {unit: movement_words(of(SCORES, unit)) for unit in "甲乙丙丁戊"}
    assert told == {
        "甲": "↑ 升 1 位",
        "乙": "↓ 降 1 位",
        "丙": "上期未排位",
        "丁": "",
        "戊": "→ 持平",
    }
    assert rank_words(of(SCORES, "甲")) == "第 1 位（共 3 家）"
    assert rank_words(of(SCORES, "丁")) == "样本少（2 条，少于 10 条）"


def test_the_finding_of_a_ranking() -> None:
    power = SCORES.filter(pl.col("ranking_group") == "power")
    # The unit that is not ranked (50) is no part of it.
    assert ranking_finding(power) == (
        "最高 98.0，最低 80.0，相差 18.0 分；位次较上期升 1 家、降 1 家"
    )
    tied = power.with_columns(pl.lit(90.0).alias("score"), pl.lit(None).alias("previous_rank"))
    assert ranking_finding(tied) == "3 家同为 90.0 分"
    assert ranking_finding(power.filter(pl.col("unit") == "丁")) == "本期没有可排位的单位"
    assert spread_finding(SCORES) == "中位 有许可处罚权部门 90.0、镇街县区 70.0"


def test_the_finding_of_parts() -> None:
    assert parts_finding(PARTS) == "失分最多：合规 −3.4 分；不计：任务"
    whole = PARTS.with_columns(pl.col("weight").alias("points"))
    assert parts_finding(whole) == "计入的 2 部分都达到目标；不计：任务"
    assert parts_finding(PARTS[2:]) == "本期没有可计分的部分"
    assert basis_words(PARTS, WEIGHTS) == "计入权重 50/100（示例权重）"
    assert weights_words(WEIGHTS) == "上报 60、任务 40（示例权重）"


def test_groups_are_told_without_names() -> None:
    units = pl.DataFrame(
        {
            "ranking_group": ["power", "power", "power", "power", "street", "listed"],
            "standing": ["达标", "待改进", "待改进", "样本少", "达标", "不适用"],
        }
    )
    power, street, listed = group_rows(units, SCORES).to_dicts()
    assert (power["units"], power["ranked"], power["met"], power["lagging"]) == (4, 3, 1, 2)
    assert (power["best"], power["median"], power["worst"]) == ("98.0", "90.0", "80.0")
    assert (street["best"], street["worst"]) == ("70.0", "70.0")
    assert (listed["units"], listed["ranked"], listed["best"]) == (1, 0, "—")


def worth(**changes: Any) -> dict[str, Any]:
    row = {
        "missed_count": 2, "error_count": 3, "are_errors_correctable": True,
        "cutoff_date": date(2022, 7, 10), "year_cutoff_date": date(2023, 1, 10),
        "score_now": 80.0, "score_after": 90.0, "report_rate_now": 90.0,
        "report_rate_after": 100.0, "compliance_rate_now": 85.0, "compliance_rate_after": 100.0,
    }  # fmt: skip
    return row | changes


def test_what_mending_is_worth_in_words() -> None:
    assert worth_words(worth(), date(2022, 7, 1)) == [
        "补报 2 件应报未报（待核）：上报率 90.0% → 100%",
        "改正 3 条不合规记录：合规率 85.0% → 100%（2022-07-10 前有效）",
        "测算分 80.0 → 90.0（+10.0 分）",
    ]
    assert worth_words(None, date(2022, 7, 1)) == ["没有可补报的决定，也没有可改正的记录。"]


def test_a_correction_after_the_cut_off_promises_nothing() -> None:
    closed = worth(missed_count=0, are_errors_correctable=False, score_after=80.0)
    assert worth_words(closed, date(2022, 8, 1)) == [
        "改正 3 条不合规记录：本期截止日 2022-07-10 已过，不再改变本期合规率，"
        "计入全年（2023-01-10 前有效）"
    ]
    assert worth_words(closed, date(2023, 2, 1)) == [
        "改正 3 条不合规记录：本期截止日 2022-07-10 已过，不再改变本期合规率"
    ]


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (0.8, "本办高 0.8 个百分点，请核对"),
        (-0.6, "本办低 0.6 个百分点，请核对"),
        (0.5, ""),  # half a point is not yet pointed out
        (None, ""),
    ],
)
def test_official_rates_that_differ(difference: float | None, words: str) -> None:
    assert official_words({"difference": difference}) == words


DUE = date(2022, 6, 30)
# role, kind, deadline, is_due, is_done, is_overdue, is_upcoming, is_unmeasured, routine_state
TASKS = pl.DataFrame(
    [
        ("lead", "deliverable", DUE, True, True, False, False, False, None),
        ("own", "each", DUE, True, False, True, False, False, None),
        ("assist", "deliverable", DUE, True, False, True, False, False, None),
        ("lead", "routine", None, None, None, None, None, None, "正常"),
        ("lead", "recurring", None, None, None, None, None, None, None),
        ("lead", "deliverable", None, None, None, None, None, None, None),
        # To be done, but the plan names no day for it: it is never due, and never done in time.
        ("own", "each", None, False, False, False, False, False, None),
    ],
    schema={
        "role": pl.Utf8,
        "task_kind": pl.Utf8,
        "deadline": pl.Date,
        "is_due": pl.Boolean,
        "is_done": pl.Boolean,
        "is_overdue": pl.Boolean,
        "is_upcoming": pl.Boolean,
        "is_unmeasured": pl.Boolean,
        "routine_state": pl.Utf8,
    },
    orient="row",
)


def test_tasks_are_counted_by_role_and_only_the_own_are_due() -> None:
    counts = count_tasks(TASKS)
    assert (counts["due"], counts["done"], counts["overdue"]) == (2, 1, 1)
    assert roles_words(counts) == "牵头 4、自办 2、协助 1"
    assert TASKS.select(unit_task_words().alias("w"))["w"].to_list() == [
        "✓ 已完成", "✕ 逾期", "✕ 逾期", "正常", "见报送义务", "不计（无期限）",
        "未完成（无期限）",
    ]  # fmt: skip
    assert roles_words(count_tasks(TASKS[:0])) == "方案没有给这个单位任务"
    assert (share(3, 4), share(0, 0)) == ("3/4", "—")


def test_hand_ins_and_targets_in_counts() -> None:
    states = ["按时", "按时", "迟交", "零报送（迟）", "零报送", "未交"]
    assert hand_in_words(pl.DataFrame({"state": states})) == "按时 2、迟 2、零报送 1、未交 1"
    once, rate = "task_on_time_completion", "publicity_report_rate"
    targets = pl.DataFrame(
        [
            ("green", "met", True, "in_force", "lead", once),
            ("red", "missed", True, "in_force", "lead", rate),
            # A requirement of the office's own reading and a historical clause are no light.
            ("red", "missed", False, "in_force", "lead", rate),
            (None, "historical", False, "historical", "lead", rate),
            # What is done once is done by the lead: who assists has no light of it.
            ("grey", "no_data", True, "in_force", "assist", once),
            # A rate is everybody's own: nothing came, whatever the role.
            ("grey", "no_data", True, "in_force", "assist", rate),
        ],
        schema=["light", "status", "is_counted", "legal_status", "role", "metric_id"],
        orient="row",
    ).with_columns(pl.lit([], dtype=pl.List(pl.Utf8)).alias("missing"))
    assert count_targets(targets) == {"green": 1, "yellow": 0, "red": 1, "grey": 1}
    assert [is_assisting(row) for row in targets.iter_rows(named=True)] == [
        False, False, False, False, True, False,
    ]  # fmt: skip


def test_todays_name_carries_the_one_of_the_day() -> None:
    units = pl.DataFrame(
        {
            "unit_id": ["a", "b", "c"],
            "title_then": ["工商", "质监", "教育"],
            "title_now": ["市场监管", "市场监管", "教育"],
        }
    )
    assert titles_of(units, THEN) == {"a": "工商", "b": "质监", "c": "教育"}
    assert titles_of(units, NOW) == {
        "a": "市场监管（原 工商）", "b": "市场监管（原 质监）", "c": "教育",
    }  # fmt: skip


def test_the_ranking_shows_only_who_is_ranked_and_keeps_the_unit_for_a_click() -> None:
    power = SCORES.filter(pl.col("ranking_group") == "power")
    before, now, figures = draw_ranking(power, is_sample=False).data
    assert list(now.x) == [98.0, 90.0, 80.0]
    assert list(now.y) == ["1　甲", "2　乙", "3　丙"]
    assert list(now.customdata) == ["a", "b", "c"]
    assert (before.name, now.name) == ("上期", "本期")
    assert list(figures.text) == ["98.0", "90.0", "80.0"]


def test_the_spread_has_a_point_per_ranked_unit_and_no_name() -> None:
    units, medians = draw_spread(SCORES, height=200, is_sample=False).data
    assert sorted(units.x) == [70.0, 80.0, 90.0, 98.0]
    assert sorted(medians.x) == [70.0, 90.0]
    assert not any(name in str(units) for name in "甲乙丙丁戊")


def test_the_bars_of_a_score_fill_the_weights() -> None:
    figure = draw_score_parts(PARTS, height=200, is_sample=False)
    told = {bar.name: list(bar.x) for bar in figure.data}
    assert told["得到"] == [25.0, 21.56, 0.0]
    assert told["失去"] == pytest.approx([0.0, 3.44, 0.0])
    assert told["不计"] == [0.0, 0.0, 15.0]


@pytest.mark.parametrize("is_sample", [True, False])
def test_a_sample_says_so_in_every_picture(*, is_sample: bool) -> None:
    given: dict[str, Any] = {"is_sample": is_sample}
    for figure in (
        draw_ranking(SCORES, **given),
        draw_spread(SCORES, height=200, **given),
        draw_score_parts(PARTS, height=200, **given),
    ):
        words = [annotation.text for annotation in figure.layout.annotations]
        assert (WATERMARK in words) == is_sample
