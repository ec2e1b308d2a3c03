"""What the city index says, in words: gaps, movements, findings. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from dashboard.wording import NOTHING
from warehouse.index_gap import Movable, Outcome, Standing

CONFIDENTIAL = "内部工作资料，未经授权不得外传发布"
OWN_ESTIMATE = "测算"
UNASSIGNED = "未分解"
LEVELS = {1: "一级指标", 2: "二级指标", 3: "三级指标", 4: "四级指标"}
_EPSILON = 1e-9

Row = dict[str, Any]


def points(value: float | None) -> str:
    """`0.30`; `—` for none."""
    return NOTHING if value is None else f"{value:.2f}"


def rank_words(rank: int | None) -> str:
    """`第 96 名`; `—` for none."""
    return NOTHING if rank is None else f"第 {rank} 名"


def gap_words(
    state: str | None,
    low: float | None,
    high: float | None,
    *,
    is_reached: bool | None,
) -> str:
    """What is missing to a line, or how far beyond it the city is, as far as it is known."""
    if state == "contradictory":
        return "已知得分与名次矛盾，差几分未知"
    if is_reached or (is_reached is None and high is not None and high <= _EPSILON):
        return _lead_words(state, low, high)
    match state:
        case "exact":
            return f"差 {points(high)} 分"
        case "range" if low is not None and low <= 0:
            return f"最多还差 {points(high)} 分"
        case "range":
            return f"差 {points(low)}–{points(high)} 分"
        case "at_least":
            return f"至少差 {points(max(low or 0.0, 0.0))} 分"
        case "at_most":
            return f"差不超过 {points(high)} 分"
    return "没有可比的已知得分，差几分未知"


def _lead_words(state: str | None, low: float | None, high: float | None) -> str:
    match state:
        case "exact" if abs(low or 0.0) <= _EPSILON:
            return "已达到，正好在线上"
        case "exact":
            return f"已达到，高出 {points(-(low or 0.0))} 分"
        case "range":
            return f"已达到，高出 {points(-(high or 0.0))}–{points(-(low or 0.0))} 分"
        case "at_most":
            return f"已达到，至少高出 {points(-(high or 0.0))} 分"
        case "at_least":
            return f"已达到，高出不超过 {points(-(low or 0.0))} 分"
    return "已达到，高出几分未知"


def movement_words(card: Row) -> str:
    """`较 5 月 ↑4`; a change of the version is said, since its ranks are not measured alike."""
    before, rank = card["previous_rank"], card["rank"]
    if before is None or rank is None:
        return f"较上期 {NOTHING}"
    steps = before - rank
    move = "持平" if steps == 0 else f"↑{steps}" if steps > 0 else f"↓{-steps}"
    words = f"较上期（{card['previous_index_period']}）{move}"
    if card["previous_index_version"] != card["index_version"]:
        words += f"，其间改用 {card['index_version']} 版指标"
    return words


def line_state(card: Row, judging_date: date) -> str:
    """How the target rank stands: during the year only figure and line, after it met or missed by
    the last published rank."""
    if card["target_rank"] is None or card["rank"] is None:
        return ""
    due = card["target_due"]
    if due is not None and judging_date <= due:
        return f"当前 {card['rank']}／线 {card['target_rank']}，年末按最后一期已发布名次判定"
    return "年末判定：" + ("达到" if card["is_target_reached"] else "未达到")


def trend_finding(history: pl.DataFrame, card: Row) -> str:
    """The rank's way over the months on which there is an official one."""
    ranked = history.filter(pl.col("is_official"), pl.col("rank").is_not_null())
    if ranked.is_empty():
        return "还没有官方名次"
    first, last = ranked.row(0, named=True), ranked.row(-1, named=True)
    words = f"{last['index_period']} {rank_words(last['rank'])}"
    if ranked.height > 1:
        steps = first["rank"] - last["rank"]
        move = "持平" if steps == 0 else f"前进 {steps} 位" if steps > 0 else f"后退 {-steps} 位"
        words += f"，较 {first['index_period']} {move}"
    if card["target_rank"] is not None:
        is_in = last["rank"] <= card["target_rank"]
        words += f"，{'进入' if is_in else '未进'}前 {card['target_rank']}"
    if card["stretch_rank"] is not None:
        is_in = last["rank"] <= card["stretch_rank"]
        words += f"，{'进入' if is_in else '未进'}前 {card['stretch_rank']}（争取）"
    return words


def lost_finding(rows: pl.DataFrame, level: int) -> str:
    """Which indicator of a level loses most, and how much the level loses."""
    worst = rows.filter(~pl.col("is_historical"), pl.col("lost") > _EPSILON).sort(
        "lost", descending=True
    )
    total = f"{LEVELS[level]}共失 {points(float(rows['lost'].sum()))} 分"
    if worst.is_empty():
        return total
    row = worst.row(0, named=True)
    full = "" if row["full_score"] is None else f"（满分 {row['full_score']:g}）"
    return f"{total}，最多的是{row['indicator']}：失 {points(row['lost'])} 分{full}"


def total_lost(card: Row, rows: pl.DataFrame) -> float | None:
    """The points lost as a whole: from the published score of the month, else from the indicators
    of the first level."""
    is_same_month = not rows.is_empty() and rows["index_period"][0] == card["index_period"]
    if is_same_month and card["score"] is not None and card["full_score"] is not None:
        return float(card["full_score"] - card["score"])
    placed = rows.filter(pl.col("is_placed"))
    return None if placed.is_empty() else float(placed["rest_lost"].sum())


def assigned_lost(rows: pl.DataFrame) -> float:
    """The points lost by indicators that are assigned to units, each once."""
    assigned = rows.filter(pl.col("assigned_id").is_not_null(), ~pl.col("is_historical"))
    return float(
        assigned.select(pl.when("is_placed").then("rest_lost").otherwise("lost").sum()).item()
        or 0.0
    )


def units_finding(card: Row, rows: pl.DataFrame) -> str:
    """How much of the loss has a unit that answers for it."""
    total, assigned = total_lost(card, rows), assigned_lost(rows)
    words = f"已分解到单位的失分 {points(assigned)} 分"
    if total is not None:
        rest = max(total - assigned, 0.0)
        words += f"，{UNASSIGNED} {points(rest)} 分"
        if not rows.filter("is_historical").is_empty():
            words += "（含历史口径）"
    return words


def owned_words(card: Row) -> str:
    """The indicators that units of this place answer for: how many, and how many lost points."""
    if not card["owned_count"]:
        return f"本级承担指标{UNASSIGNED}"
    words = f"本级承担指标 {card['owned_count']} 项、失分 {card['owned_lost_count']} 项"
    unknown = card["owned_count"] - card["owned_known"]
    return words + (f"（{unknown} 项未见得分）" if unknown else "")


def movable_of(rows: pl.DataFrame) -> list[Movable]:
    """What points may be regained on: each placed indicator with a loss that known indicators below
    do not explain."""
    return [
        Movable(row["indicator_id"], row["rest_lost"], row["is_historical"])
        for row in rows.iter_rows(named=True)
        if row["is_placed"] and row["rest_lost"] > _EPSILON
    ]


def standings_of(field: pl.DataFrame) -> list[Standing]:
    """The known field: those of the rows that have a score."""
    return [
        Standing(row["rank"], row["score"])
        for row in field.iter_rows(named=True)
        if row["score"] is not None
    ]


def outcome_rank_words(outcome: Outcome) -> str:
    """The range of ranks that regained points would give, or why there is none."""
    basis = f"据 {outcome.known_cities} 城已知分数推算"
    best, worst = outcome.best_rank, outcome.worst_rank
    if best is None and worst is None:
        return f"已知 {outcome.known_cities} 城分数，推不出名次，只给分差"
    if best is None:
        return f"不低于第 {worst} 名（{basis}）"
    if worst is None:
        return f"不高于第 {best} 名（{basis}）"
    if best == worst:
        return f"第 {best} 名（{basis}，组内各城得分齐全）"
    return f"第 {best}–{worst} 名之间（{basis}）"


def outcome_gap_words(outcome: Outcome, names: Sequence[str]) -> list[str]:
    """What is left to each line after regaining."""
    return [
        f"距{name}第 {gap.line_rank} 名："
        + gap_words(gap.state, gap.low, gap.high, is_reached=gap.is_reached)
        for name, gap in zip(names, outcome.gaps, strict=True)
    ]
