"""Units: how they stand by group, and one rate of each."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.style import BLUE, GREEN, GREY, ORANGE, RED, TEAL, VIOLET, finish
from dashboard.findings import STANDINGS
from dashboard.wording import GROUPS, percent

_COLOURS = {
    "达标": GREEN,
    "待改进": RED,
    "样本少": BLUE,
    "零报送": TEAL,
    "未报": ORANGE,
    "无记录": VIOLET,
    "不适用": GREY,
}


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
                marker={"color": _COLOURS[standing]},
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


def draw_unit_rates(
    units: pl.DataFrame, rate: str, title: str, *, target: float | None, is_sample: bool
) -> go.Figure:
    """One rate of each unit that has one (columns unit, <rate>_rate, _hits, _base), in the order of
    the frame, with the target's line; units with few records are grey. Clicking a bar gives the
    unit as `y`."""
    rows = units.filter(pl.col(f"{rate}_rate").is_not_null())
    values = rows[f"{rate}_rate"].to_list()
    figure = go.Figure()
    figure.add_bar(
        y=rows["unit"].to_list(),
        x=values,
        orientation="h",
        marker={"color": [_colour(row, f"{rate}_rate", target) for row in rows.to_dicts()]},
        text=[percent(v) for v in values],
        textposition="outside",
        cliponaxis=False,
        customdata=rows.select(f"{rate}_hits", f"{rate}_base").rows(),
        hovertemplate=f"%{{y}} {title} %{{x:.1f}}%"
        "（%{customdata[0]}/%{customdata[1]}）<extra></extra>",
    )
    if target is not None:
        figure.add_vline(x=target, line={"color": GREY, "width": 1, "dash": "dash"})
    low = min(values, default=90.0)
    figure.update_xaxes(range=[max(0.0, min(80.0, low - 5)), 104], ticksuffix="%", fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    return finish(figure, 60 + 26 * max(rows.height, 2), is_sample=is_sample)


def _colour(unit: dict[str, Any], rate: str, target: float | None) -> str:
    if unit["is_small"]:
        return GREY
    return GREEN if target is None or unit[rate] >= target else ORANGE
