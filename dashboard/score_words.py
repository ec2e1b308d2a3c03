"""Scores in words: points, ranks, movement, what was left out, what mending is worth. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from dashboard.wording import GROUPS, NOTHING, percent

ESTIMATE = "测算"
OFFICIAL_GAP = 0.5  # points between the official rate and our own that are pointed out
RANKED_GROUPS = ("power", "other", "street")

Row = dict[str, Any]


def score_words(score: float | None) -> str:
    """`92.4`; `—` for none. A score short of 100 is never rounded up to it."""
    return percent(score).removesuffix("%")


def points_words(points: float, weight: float) -> str:
    """`24.5`, `25`: points of a part, one decimal at most; less than the weight is never rounded
    up to it."""
    text = f"{points:.1f}"
    if points < weight <= float(text):
        text = f"{weight - 0.1:.1f}"
    return text.removesuffix(".0")


def rank_words(row: Row) -> str:
    """`第 3 位（共 7 家）`, or why there is no rank. Columns of unit_scores.sql."""
    if row["rank"] is None:
        return str(row["not_ranked_reason"])
    return f"第 {row['rank']} 位（共 {row['ranked_units']} 家）"


def movement_words(row: Row) -> str:
    """`↑ 升 2 位`, `↓ 降 1 位`, `→ 持平`, `上期未排位`; empty without a rank."""
    if row["rank"] is None:
        return ""
    if row["previous_rank"] is None:
        return "上期未排位"
    moved = row["previous_rank"] - row["rank"]
    if not moved:
        return "→ 持平"
    return f"↑ 升 {moved} 位" if moved > 0 else f"↓ 降 {-moved} 位"


def weights_words(weights: pl.DataFrame) -> str:
    """`上报 25、合规 25 …（示例权重）`: what the plan weighs. Frame: weights.sql."""
    words = "、".join(
        f"{title} {weight:g}" for title, weight in weights.select("title", "weight").rows()
    )
    notes = _notes(weights)
    return f"{words}（{notes}）" if notes else words


def _notes(weights: pl.DataFrame) -> str:
    return "、".join(sorted({note for note in weights["note"].to_list() if note}))


def ranking_finding(scores: pl.DataFrame) -> str:
    """`最高 97.8，最低 84.2，相差 13.6 分；较上期升 3 家、降 2 家` among the ranked of one group
    (unit_scores.sql)."""
    ranked = scores.filter(pl.col("rank").is_not_null())
    if ranked.is_empty():
        return "本期没有可排位的单位"
    best, worst = ranked["score"].max(), ranked["score"].min()
    assert isinstance(best, float)
    assert isinstance(worst, float)
    if best - worst < 0.05:
        text = f"{ranked.height} 家同为 {score_words(best)} 分"
    else:
        text = f"最高 {score_words(best)}，最低 {score_words(worst)}，相差 {best - worst:.1f} 分"
    known = ranked.filter(pl.col("previous_rank").is_not_null())
    up = known.filter(pl.col("rank") < pl.col("previous_rank")).height
    down = known.filter(pl.col("rank") > pl.col("previous_rank")).height
    if known.is_empty():
        return text
    return f"{text}；位次较上期升 {up} 家、降 {down} 家"


def basis_words(parts: pl.DataFrame, weights: pl.DataFrame) -> str:
    """`计入权重 85/100（示例权重）`: how much of the plan's weights a score stands on. Frames:
    score_parts.sql of one unit, weights.sql."""
    counted = parts.filter(pl.col("state") == "applied")["weight"].sum()
    notes = _notes(weights)
    return f"计入权重 {counted:g}/{weights['weight'].sum():g}" + (f"（{notes}）" if notes else "")


def spread_finding(scores: pl.DataFrame) -> str:
    """`中位 有许可处罚权部门 95.1、街道 97.0` of the ranked units (unit_scores.sql)."""
    ranked = scores.filter(pl.col("rank").is_not_null())
    medians = dict(ranked.group_by("ranking_group").agg(pl.col("score").median()).rows())
    words = [f"{GROUPS[g]} {score_words(medians[g])}" for g in RANKED_GROUPS if g in medians]
    return f"中位 {'、'.join(words)}" if words else "本期没有可排位的单位"


def parts_finding(parts: pl.DataFrame) -> str:
    """`失分最多：合规 −3.4 分；不计：任务（没有…）` of one unit (score_parts.sql)."""
    applied = parts.filter(pl.col("state") == "applied")
    left_out = "、".join(parts.filter(pl.col("state") != "applied")["title"].to_list())
    tail = f"；不计：{left_out}" if left_out else ""
    if applied.is_empty():
        return "本期没有可计分的部分"
    lost = applied.with_columns((pl.col("weight") - pl.col("points")).alias("lost"))
    worst = lost.sort("lost", descending=True).row(0, named=True)
    if worst["lost"] < 0.05:
        return f"计入的 {applied.height} 部分都达到目标{tail}"
    return f"失分最多：{worst['title']} −{worst['lost']:.1f} 分{tail}"


def group_rows(units: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """One row per group without any unit's name: group, units, ranked, best, median, worst, met,
    lagging, small. Frames: units.sql with `standing`, unit_scores.sql."""
    rows = []
    for group, title in GROUPS.items():
        members = units.filter(pl.col("ranking_group") == group)
        if members.is_empty():
            continue
        ranked = scores.filter((pl.col("ranking_group") == group) & pl.col("rank").is_not_null())
        values = ranked["score"]
        standing = members["standing"].to_list()
        rows.append(
            {
                "group": title,
                "units": members.height,
                "ranked": ranked.height,
                **{
                    name: score_words(value) if isinstance(value, float) else NOTHING
                    for name, value in (
                        ("best", values.max()),
                        ("median", values.median()),
                        ("worst", values.min()),
                    )
                },
                **{
                    name: standing.count(word)
                    for name, word in (("met", "达标"), ("lagging", "待改进"), ("small", "样本少"))
                },
            }
        )
    return pl.DataFrame(rows)


def worth_words(row: Row | None, as_of: date) -> list[str]:
    """What can be mended and what it brings, as known on a day, one line each. Row:
    mending_worth.sql."""
    if row is None:
        return ["没有可补报的决定，也没有可改正的记录。"]
    lines = []
    if row["missed_count"]:
        lines.append(
            f"补报 {row['missed_count']} 件应报未报（待核）：上报率 "
            f"{percent(row['report_rate_now'])} → {percent(row['report_rate_after'])}"
        )
    if row["error_count"]:
        text = f"改正 {row['error_count']} 条不合规记录"
        if row["are_errors_correctable"]:
            lines.append(
                f"{text}：合规率 {percent(row['compliance_rate_now'])} → "
                f"{percent(row['compliance_rate_after'])}（{row['cutoff_date']:%Y-%m-%d} 前有效）"
            )
        else:
            is_year_open = row["year_cutoff_date"] is not None and as_of <= row["year_cutoff_date"]
            lines.append(
                f"{text}：本期截止日 {row['cutoff_date']:%Y-%m-%d} 已过，不再改变本期合规率"
                + (
                    f"，计入全年（{row['year_cutoff_date']:%Y-%m-%d} 前有效）"
                    if is_year_open
                    else ""
                )
            )
    now, after = row["score_now"], row["score_after"]
    if now is not None and after is not None and after - now >= 0.05:
        lines.append(
            f"{ESTIMATE}分 {score_words(now)} → {score_words(after)}（+{after - now:.1f} 分）"
        )
    return lines


def official_words(row: Row) -> str:
    """`本办高 0.8 个百分点，请核对`; empty where both say nearly the same (official_rates.sql)."""
    difference = row["difference"]
    if difference is None or abs(difference) <= OFFICIAL_GAP:
        return ""
    return f"本办{'高' if difference > 0 else '低'} {abs(difference):.1f} 个百分点，请核对"
