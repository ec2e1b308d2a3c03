"""What the page 城市信用监测 says, and what its charts show: pure functions."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from dashboard.charts.index import draw_points_lost, draw_rank_trend
from dashboard.index_words import (
    gap_words,
    line_state,
    lost_finding,
    movable_of,
    movement_words,
    outcome_gap_words,
    outcome_rank_words,
    owned_words,
    rank_words,
    standings_of,
    total_lost,
    trend_finding,
    units_finding,
)
from dashboard.wording import WATERMARK
from warehouse.index_gap import Outcome, Standing, gap_to_rank

CARD: dict[str, Any] = {
    "rank": 96, "previous_rank": 101, "previous_index_period": "2020-09", "index_version": "2020",
    "previous_index_version": "2020", "index_period": "2020-11", "score": 80.6, "full_score": 100.0,
    "target_rank": 100, "target_due": date(2020, 12, 31), "is_target_reached": True,
    "stretch_rank": 80, "owned_count": 0, "owned_known": 0, "owned_lost_count": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("state", "low", "high", "is_reached", "words"),
    [
        ("exact", 0.3, 0.3, False, "差 0.30 分"),
        ("range", 0.1, 0.5, False, "差 0.10–0.50 分"),
        ("at_least", 0.1, None, False, "至少差 0.10 分"),
        ("at_most", None, 0.5, False, "差不超过 0.50 分"),
        ("unknown", None, None, False, "没有可比的已知得分，差几分未知"),
        ("contradictory", None, None, False, "已知得分与名次矛盾，差几分未知"),
        ("exact", 0.0, 0.0, True, "已达到，正好在线上"),
        ("exact", -0.6, -0.6, True, "已达到，高出 0.60 分"),
        ("range", -0.7, -0.4, True, "已达到，高出 0.40–0.70 分"),
        ("at_most", None, -0.3, True, "已达到，至少高出 0.30 分"),
        ("at_least", -0.7, None, True, "已达到，高出不超过 0.70 分"),
        ("unknown", None, None, True, "已达到，高出几分未知"),
        # After a what-if there is no published rank: the score alone says whether it is enough.
        ("range", -0.1, 0.15, None, "最多还差 0.15 分"),
        ("exact", -0.2, -0.2, None, "已达到，高出 0.20 分"),
        (None, None, None, None, "没有可比的已知得分，差几分未知"),
    ],
)
def test_gap_words(
    state: str | None, low: float | None, high: float | None, is_reached: bool | None, words: str
) -> None:
    assert gap_words(state, low, high, is_reached=is_reached) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "较上期（2020-09）↑5"),
        ({"previous_rank": 90}, "较上期（2020-09）↓6"),
        ({"previous_rank": 96}, "较上期（2020-09）持平"),
        ({"previous_rank": None}, "较上期 —"),
        ({"previous_index_version": "2019"}, "较上期（2020-09）↑5，其间改用 2020 版指标"),
    ],
)
def test_movement_words(changes: dict[str, Any], words: str) -> None:
    assert movement_words(CARD | changes) == words


@pytest.mark.parametrize(
    ("day", "changes", "words"),
    [
        # During the year only figure and line; 31 December itself still belongs to it.
        (date(2020, 12, 31), {}, "当前 96／线 100，年末按最后一期已发布名次判定"),
        (date(2021, 1, 10), {}, "年末判定：达到"),
        (date(2021, 1, 10), {"is_target_reached": False}, "年末判定：未达到"),
        (date(2021, 1, 10), {"target_rank": None}, ""),
        (date(2021, 1, 10), {"rank": None}, ""),
    ],
)
def test_line_state(day: date, changes: dict[str, Any], words: str) -> None:
    assert line_state(CARD | changes, day) == words


def history(*rows: tuple[str, int | None, str, bool]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "index_period": month, "rank": rank, "score": 80.0, "index_version": version,
                "is_official": is_official, "row_id": number,
            }
            for number, (month, rank, version, is_official) in enumerate(rows)
        ],
        schema={
            "index_period": pl.Utf8, "rank": pl.Int32, "score": pl.Float64,
            "index_version": pl.Utf8, "is_official": pl.Boolean, "row_id": pl.Int64,
        },
    )  # fmt: skip


def test_trend_finding() -> None:
    rows = history(
        ("2019-12", 118, "2019", True),
        ("2020-11", 96, "2020", True),
        ("2020-12", 70, "2020", False),  # an own estimate is no rank
    )
    assert trend_finding(rows, CARD) == (
        "2020-11 第 96 名，较 2019-12 前进 22 位，进入前 100，未进前 80（争取）"
    )
    assert trend_finding(history(), CARD) == "还没有官方名次"
    no_lines = CARD | {"target_rank": None, "stretch_rank": None}
    assert trend_finding(history(("2021-06", 12, "2020", True)), no_lines) == "2021-06 第 12 名"


def indicators(*rows: tuple[str, int, float, float, bool, bool, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "indicator_id": name, "indicator": f"示例{name}", "level": level,
                "index_period": "2020-11", "full_score": 5.0, "score": 5 - lost, "lost": lost,
                "rest_lost": rest, "is_placed": is_placed, "is_historical": is_historical,
                "assigned_id": assigned,
            }
            for name, level, lost, rest, is_placed, is_historical, assigned in rows
        ],
    )  # fmt: skip


ROWS = indicators(
    ("A1", 1, 2.0, 1.5, True, False, None),
    ("B01", 2, 0.5, 0.1, True, False, "B01"),
    ("B11", 2, 0.9, 0.9, True, True, "B11"),  # historical: neither the worst nor anybody's
    ("C01", 3, 0.4, 0.4, True, False, "C01"),
    ("C04", 3, 0.3, 0.3, False, False, "C04"),
)


def test_lost_finding_leaves_the_historical_out() -> None:
    assert lost_finding(ROWS.filter(pl.col("level") == 2), 2) == (
        "二级指标共失 1.40 分，最多的是示例B01：失 0.50 分（满分 5）"
    )


def test_what_is_assigned_and_what_is_not() -> None:
    # Of the 19.4 points lost: 0.1 + 0.4 + 0.3 have a unit.
    assert total_lost(CARD, ROWS) == pytest.approx(19.4)
    assert units_finding(CARD, ROWS) == (
        "已分解到单位的失分 0.80 分，未分解 18.60 分（含历史口径）"
    )
    # Indicators of another month than the score: the placed indicators themselves.
    assert total_lost(CARD | {"index_period": "2020-12"}, ROWS) == pytest.approx(2.9)


def test_what_can_be_regained() -> None:
    found = [(one.indicator_id, one.lost, one.is_historical) for one in movable_of(ROWS)]
    # C04 stands nowhere in the tree: its points are already among another indicator's.
    assert found == [
        ("A1", 1.5, False), ("B01", 0.1, False), ("B11", 0.9, True), ("C01", 0.4, False),
    ]  # fmt: skip


def test_owned_words() -> None:
    assert owned_words(CARD) == "本级承担指标未分解"
    owned = CARD | {"owned_count": 5, "owned_known": 5, "owned_lost_count": 2}
    assert owned_words(owned) == "本级承担指标 5 项、失分 2 项"
    assert owned_words(owned | {"owned_known": 3}) == (
        "本级承担指标 5 项、失分 2 项（2 项未见得分）"
    )


@pytest.mark.parametrize(
    ("best", "worst", "is_complete", "words"),
    [
        (83, 95, False, "第 83–95 名之间（据 6 城已知分数推算）"),
        (None, 95, False, "不低于第 95 名（据 6 城已知分数推算）"),
        (83, None, False, "不高于第 83 名（据 6 城已知分数推算）"),
        (None, None, False, "已知 6 城分数，推不出名次，只给分差"),
        (3, 3, True, "第 3 名（据 6 城已知分数推算，组内各城得分齐全）"),
    ],
)
def test_a_rank_is_told_as_a_range(
    best: int | None, worst: int | None, is_complete: bool, words: str
) -> None:
    outcome = Outcome(0.2, 80.8, best, worst, 6, is_complete, ())
    assert outcome_rank_words(outcome) == words


def test_gaps_after_regaining_name_their_lines() -> None:
    gap = gap_to_rank(80, None, 80.8, [Standing(79, 81.9), Standing(82, 81.6)])
    assert outcome_gap_words(Outcome(0.2, 80.8, None, None, 2, False, (gap,)), ["争取"]) == [
        "距争取第 80 名：差 0.80–1.10 分"
    ]


def test_cities_without_a_score_are_not_in_the_field() -> None:
    field = pl.DataFrame({"rank": [98, 99], "score": [80.5, None]})
    assert standings_of(field) == [Standing(98, 80.5)]
    assert rank_words(None) == "—"


def test_a_worse_rank_stands_lower_and_both_lines_are_drawn() -> None:
    rows = history(("2019-12", 118, "2019", True), ("2020-06", 96, "2020", True))
    figure = draw_rank_trend(rows, target=100, stretch=80, height=300, is_sample=True)
    top, bottom = figure.layout.yaxis.range[1], figure.layout.yaxis.range[0]
    assert top < 80 < 118 < bottom
    assert {shape.y0 for shape in figure.layout.shapes if shape.y0 == shape.y1} == {100, 80}
    texts = [annotation.text for annotation in figure.layout.annotations]
    assert {"目标 100", "争取 80", "改用 2020 版", WATERMARK} <= set(texts)
    # Between the two months, where the version changes.
    assert [s.x0 for s in figure.layout.shapes if s.x0 == s.x1] == [0.5]


def test_a_parent_draws_no_lines() -> None:
    rows = history(("2021-05", 13, "2020", True), ("2021-06", 12, "2020", True))
    figure = draw_rank_trend(rows, target=None, stretch=None, height=300, is_sample=False)
    assert figure.layout.shapes == ()


def test_losses_are_sorted_and_the_historical_ones_told_apart() -> None:
    figure = draw_points_lost(ROWS.filter(pl.col("level") == 2), is_sample=True)
    assert [bar.name for bar in figure.data] == ["失分", "历史口径"]
    assert list(figure.layout.yaxis.categoryarray) == ["示例B11", "示例B01"]
    assert list(figure.data[0].x) == [0.5]
