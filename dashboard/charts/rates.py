"""Rates over the months."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.style import GREY, ORANGE, SERIES, finish

RATE_TITLES = {"report": "上报率", "compliance": "合规率", "timeliness": "及时率"}
_DASHES = {"report": "solid", "compliance": "dash", "timeliness": "dot"}
_MARKS = {"report": "circle", "compliance": "square", "timeliness": "diamond"}


def draw_rates(
    rates: pl.DataFrame,
    *,
    target: float | None,
    height: int,
    is_sample: bool,
    changes: Sequence[str] = (),
) -> go.Figure:
    """Three lines by month (columns month, rate, value, hits, base) and the target's line; a
    dotted vertical line before each month of `changes`, from which the plan asks something else.

    The lines also differ in dash and mark. Clicking a point gives its month as `x`.
    """
    figure = go.Figure()
    for (rate, title), colour in zip(RATE_TITLES.items(), SERIES, strict=False):
        rows = rates.filter(pl.col("rate") == rate).sort("month")
        figure.add_scatter(
            x=[_month(m) for m in rows["month"].to_list()],
            y=rows["value"].to_list(),
            customdata=rows.select("month", "hits", "base").rows(),
            name=title,
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": _DASHES[rate]},
            marker={"symbol": _MARKS[rate], "size": 7},
            hovertemplate=f"%{{customdata[0]}} {title} %{{y:.1f}}%"
            "（%{customdata[1]}/%{customdata[2]}）<extra></extra>",
        )
    if target is not None:
        figure.add_hline(
            y=target,
            line={"color": GREY, "width": 1, "dash": "dash"},
            annotation_text=f"目标 {target:g}%",
            annotation_position="top right",
        )
    months = rates["month"].unique().sort().to_list()
    for month in changes:
        if month in months[1:]:
            figure.add_vline(
                x=months.index(month) - 0.5,
                line={"color": ORANGE, "width": 1, "dash": "dot"},
                annotation={
                    "text": "目标修订", "yanchor": "bottom", "showarrow": False,
                    "font": {"color": ORANGE},
                },
            )  # fmt: skip
    low = rates["value"].min() if not rates.is_empty() else None
    floor = min(90.0, float(low) - 2) if isinstance(low, float | int) else 90.0
    figure.update_yaxes(range=[max(floor, 0), 101.5], ticksuffix="%", fixedrange=True)
    figure.update_xaxes(fixedrange=True, type="category")
    return finish(figure, height, is_sample=is_sample)


def _month(label: str) -> str:
    return f"{int(label[-2:])}月"
