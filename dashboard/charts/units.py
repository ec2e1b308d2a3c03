"""Units: how they stand by group, and one rate of each."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.style import BLUE, GREEN, GREY, ORANGE, PALE, RED, TEAL, finish
from dashboard.findings import STANDINGS
from dashboard.wording import GROUPS, WATERMARK, percent

_COLOURS = {
    "达标": GREEN,
    "待改进": RED,
    "样本少": BLUE,
    "零报送": TEAL,
    "未报": ORANGE,
    "无记录": PALE,
    "不适用": GREY,
}
# Hatched, so that who had nothing to report is told from who reported well even in black and white.
_HATCHES = {"零报送": "/", "不适用": "x"}


def draw_standings(units: pl.DataFrame, *, height: int, is_sample: bool) -> go.Figure:
    """One bar per group, divided by standing (columns ranking_group, standing), with the counts."""
    groups = [g for g in GROUPS if g in set(units["ranking_group"].to_list())]
    figure = go.Figure()
    for standing in STANDINGS:
        counts = [
            units.filter(
                (pl.col("ranking_group") == group) & (pl.col("standing") == standing)
            ).height
            for group in groups
        ]
        if any(counts):
            figure.add_bar(
                y=[GROUPS[group] for group in groups],
                x=counts,
                name=standing,
                orientation="h",
                marker={
                    "color": _COLOURS[standing],
                    "pattern": {
                        "shape": _HATCHES.get(standing, ""),
                        "solidity": 0.15,
                        "bgcolor": _COLOURS[standing],
                        "fgcolor": "#ffffff",
                        "fgopacity": 0.45,
                    },
                },
                text=[str(count) if count else "" for count in counts],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                hovertemplate=f"%{{y}}：{standing} %{{x}} 家<extra></extra>",
            )
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    return finish(figure, height, is_sample=is_sample, has_axis=False)


# Colour and mark of a unit's rate; the legend says them in words, with the line.
_MARKS = {
    "达到 {line:g}%": (GREEN, "circle"),
    "低于 {line:g}%": (ORANGE, "diamond"),
    "样本少，只供参考": (GREY, "circle-open"),
}
_REACHED, _BELOW, _SMALL = _MARKS


def draw_unit_rates(
    units: pl.DataFrame, rate: str, title: str, *, line: float, is_sample: bool
) -> go.Figure:
    """One rate of each unit that has one (columns unit, <rate>_rate, _hits, _base) as a point, in
    the order of the frame, with the line; colour and mark by what it means. Points and not
    bars, since the axis does not begin at 0. Clicking a point gives the unit as `y`."""
    rows = units.filter(pl.col(f"{rate}_rate").is_not_null())
    marked: dict[str, list[dict[str, Any]]] = {word: [] for word in _MARKS}
    for row in rows.iter_rows(named=True):
        marked[_meaning(row, f"{rate}_rate", line)].append(row)
    figure = go.Figure()
    for word, (colour, symbol) in _MARKS.items():
        points = marked[word]
        if not points:
            continue
        values = [row[f"{rate}_rate"] for row in points]
        figure.add_scatter(
            y=[row["unit"] for row in points],
            x=values,
            name=word.format(line=line),
            mode="markers+text",
            marker={
                "color": colour,
                "symbol": symbol,
                "size": 11,
                "line": {"width": 2, "color": colour},
            },
            text=[f"{percent(value)}  " for value in values],
            textposition="middle left",
            cliponaxis=False,
            customdata=[(row[f"{rate}_hits"], row[f"{rate}_base"]) for row in points],
            hovertemplate=f"%{{y}} {title} %{{x:.1f}}%"
            "（%{customdata[0]}/%{customdata[1]}）<extra></extra>",
        )
    figure.add_vline(x=line, line={"color": GREY, "width": 1, "dash": "dash"})
    low = min(rows[f"{rate}_rate"].to_list(), default=90.0)
    start = max(0.0, min(80.0, low - 12))
    figure.update_xaxes(
        range=[start, 102],
        ticksuffix="%",
        fixedrange=True,
        title={"text": f"{title}（横轴自 {start:.0f}% 起）", "font": {"size": 12}},
    )
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=rows["unit"].to_list(),
        autorange="reversed",
        fixedrange=True,
        showgrid=True,
    )
    figure.update_layout(showlegend=True)
    finished = finish(figure, 100 + 26 * max(rows.height, 2), is_sample=is_sample)
    finished.update_layout(margin={"b": 62})
    finished.update_annotations(selector={"text": WATERMARK}, yshift=-42)
    return finished


def _meaning(unit: dict[str, Any], rate: str, line: float) -> str:
    if unit["is_small"]:
        return _SMALL
    return _REACHED if unit[rate] >= line - 1e-9 else _BELOW
