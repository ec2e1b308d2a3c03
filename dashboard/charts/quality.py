"""Quality over the months: one rate with its line, and the causes that make most of the errors."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.style import BLUE, GREY, ORANGE, PALE, TEAL, finish
from dashboard.quality_words import month_word

OWN, OFFICIAL = "本办测算", "省平台反馈"


def draw_rate(
    rates: pl.DataFrame,
    lines: pl.DataFrame,
    *,
    months: list[str],
    chosen: str,
    few: int,
    is_sample: bool,
) -> go.Figure:
    """One rate over the months (columns month, is_official, value, hits, base): the office's own
    figures, the official ones where there are any, and the plan's line (columns month, line).

    Months with fewer than `few` records are hollow; `chosen` is the month looked at. Clicking a
    point gives its month as the first custom value.
    """
    figure = go.Figure()
    marks = {False: (OWN, BLUE, "solid", "circle"), True: (OFFICIAL, TEAL, "dash", "diamond")}
    for is_official, (name, colour, dash, symbol) in marks.items():
        rows = rates.filter(pl.col("is_official") == is_official).sort("month")
        if rows.is_empty():
            continue
        small = [base is not None and base < few for base in rows["base"].to_list()]
        sizes = [11 if month == chosen else 7 for month in rows["month"].to_list()]
        figure.add_scatter(
            x=[month_word(m) for m in rows["month"].to_list()],
            y=rows["value"].to_list(),
            customdata=[
                (row["month"], row["hits"], row["base"], "，样本少" if is_small else "")
                for row, is_small in zip(rows.to_dicts(), small, strict=True)
            ],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": dash},
            marker={
                "symbol": [f"{symbol}-open" if is_small else symbol for is_small in small],
                "size": sizes,
                "color": colour,
            },
            hovertemplate=f"%{{customdata[0]}} {name} %{{y:.1f}}%"
            "（%{customdata[1]}/%{customdata[2]}%{customdata[3]}）<extra></extra>",
        )
    if not lines.is_empty():
        figure.add_scatter(
            x=[month_word(m) for m in lines["month"].to_list()],
            y=lines["line"].to_list(),
            name="目标",
            mode="lines",
            line={"color": ORANGE, "width": 1.5, "dash": "dot", "shape": "hvh"},
            hovertemplate="%{x}目标 %{y:g}%<extra></extra>",
        )
    values = [*rates["value"].to_list(), *lines["line"].to_list()]
    floor = min([92.0, *(float(value) - 2 for value in values)])
    figure.update_yaxes(range=[max(floor, 0), 101.5], ticksuffix="%", fixedrange=True)
    figure.update_xaxes(
        fixedrange=True,
        type="category",
        categoryorder="array",
        categoryarray=[month_word(month) for month in months],
        range=[-0.5, len(months) - 0.5],
        tickangle=0,
    )
    figure.update_layout(showlegend=True)
    return finish(figure, 225, is_sample=is_sample)


def draw_causes(causes: pl.DataFrame, *, is_sample: bool) -> go.Figure:
    """One bar per rule (columns rule_id, title, error_count, cumulative, is_few), the most frequent
    on top; the few that make most of the errors are dark, and each says what they add up to.

    Clicking a bar gives the rule's id as the first custom value.
    """
    figure = go.Figure()
    for is_few, colour, name in ((True, BLUE, "合计占到八成的"), (False, PALE, "其余")):
        rows = causes.filter(pl.col("is_few") == is_few).to_dicts()
        if not rows:
            continue
        figure.add_bar(
            y=[f"{row['title']}（{row['rule_id']}）" for row in rows],
            x=[row["error_count"] for row in rows],
            orientation="h",
            name=name,
            marker={"color": colour},
            text=[f"{row['error_count']} · {row['cumulative']:.0f}%" for row in rows],
            textposition="outside",
            textfont={"color": GREY},
            cliponaxis=False,
            customdata=[(row["rule_id"],) for row in rows],
            hovertemplate="%{y}：%{x} 处<extra></extra>",
        )
    most = max(causes["error_count"].to_list(), default=1)
    figure.update_xaxes(visible=False, fixedrange=True, range=[0, most * 1.5])
    figure.update_yaxes(
        autorange="reversed",
        fixedrange=True,
        categoryorder="array",
        categoryarray=[f"{row['title']}（{row['rule_id']}）" for row in causes.to_dicts()],
    )
    figure.update_layout(showlegend=True)
    height = 80 + 26 * max(causes.height, 2)
    return finish(figure, height, is_sample=is_sample, has_axis=False)
