"""Scores: how those of a group are spread, who stands where, and what one score is made of."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.style import BLUE, GREY, ORANGE, TEAL, finish
from dashboard.score_words import ESTIMATE, points_words, score_words
from dashboard.wording import GROUPS, WATERMARK

_BAR = 26  # pixels of one unit's line
_BELOW_AXIS = 62
_AXIS_END = 106  # points; room for the figures behind the last mark


def draw_spread(scores: pl.DataFrame, *, height: int, is_sample: bool) -> go.Figure:
    """The scores of the ranked units of each group as points without names, and the group's median
    (columns ranking_group, rank, score)."""
    ranked = scores.filter(pl.col("rank").is_not_null())
    groups = [g for g in GROUPS if g in set(ranked["ranking_group"].to_list())]
    figure = go.Figure()
    for name, symbol, colour in (("单位", "circle-open", BLUE), ("中位", "line-ns-open", ORANGE)):
        points = ranked.select("ranking_group", "score")
        if name == "中位":
            points = points.group_by("ranking_group").agg(pl.col("score").median())
        figure.add_scatter(
            x=points["score"].to_list(),
            y=[GROUPS[group] for group in points["ranking_group"].to_list()],
            name=name,
            mode="markers",
            marker={
                "symbol": symbol,
                "size": 11 if name == "单位" else 22,
                "color": colour,
                "line": {"width": 2, "color": colour},
            },
            hovertemplate=f"%{{y}} {name} %{{x:.1f}} 分<extra></extra>",
        )
    _score_axis(figure, ranked["score"].to_list())
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=[GROUPS[group] for group in reversed(groups)],
        fixedrange=True,
        showgrid=True,
    )
    return _below_axis(finish(figure, height, is_sample=is_sample))


def draw_ranking(scores: pl.DataFrame, *, is_sample: bool) -> go.Figure:
    """The ranked units of one group, best first, with the score of the period before beside it
    (unit_scores.sql). Points and not bars, since the axis does not begin at 0. A clicked point
    gives the unit_id as its first custom value."""
    ranked = scores.filter(pl.col("rank").is_not_null())
    names = [f"{row['rank']}　{row['unit']}" for row in ranked.iter_rows(named=True)]
    figure = go.Figure()
    for column, name, symbol, colour in (
        ("previous_score", "上期", "circle-open", GREY),
        ("score", "本期", "circle", BLUE),
    ):
        values = ranked[column].to_list()
        if not any(value is not None for value in values):
            continue
        figure.add_scatter(
            x=values,
            y=names,
            name=name,
            mode="markers",
            marker={"symbol": symbol, "size": 11, "color": colour, "line": {"width": 2}},
            customdata=ranked["unit_id"].to_list(),
            hovertemplate=f"%{{y}} {name} %{{x:.1f}} 分<extra></extra>",
        )
    # The figures stand in a column of their own: beside the points they would meet those of before.
    figure.add_scatter(
        x=[_AXIS_END] * ranked.height,
        y=names,
        mode="text",
        text=[score_words(value) for value in ranked["score"].to_list()],
        textposition="middle left",
        showlegend=False,
        hoverinfo="skip",
    )
    _score_axis(figure, [*ranked["score"], *ranked["previous_score"].drop_nulls()])
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=names,
        autorange="reversed",
        fixedrange=True,
        showgrid=True,
    )
    height = 100 + _BAR * max(ranked.height, 2)
    return _below_axis(finish(figure, height, is_sample=is_sample))


def draw_score_parts(parts: pl.DataFrame, *, height: int, is_sample: bool) -> go.Figure:
    """The points of each part beside its weight; a part that is left out is a hatched bar with the
    word 不计 (score_parts.sql of one unit)."""
    rows = parts.to_dicts()
    titles = [row["title"] for row in rows]
    is_out = [row["points"] is None for row in rows]
    figure = go.Figure()
    figure.add_bar(
        y=titles,
        x=[row["points"] or 0.0 for row in rows],
        name="得到",
        orientation="h",
        marker={"color": TEAL},
        text=[
            "" if out else f"{points_words(row['points'], row['weight'])} / {row['weight']:g}"
            for row, out in zip(rows, is_out, strict=True)
        ],
        textposition="inside",
        insidetextanchor="start",
        insidetextfont={"size": 12},
        constraintext="none",
        hovertemplate="%{y} %{text} 分<extra></extra>",
    )
    for name, colour, hatch, wanted in (("失去", ORANGE, "", False), ("不计", GREY, "/", True)):
        values = [
            row["weight"] - (row["points"] or 0.0) if out == wanted else 0.0
            for row, out in zip(rows, is_out, strict=True)
        ]
        if not any(value > 0 for value in values):
            continue
        figure.add_bar(
            y=titles,
            x=values,
            name=name,
            orientation="h",
            marker={
                "color": colour,
                "pattern": {
                    "shape": hatch,
                    "solidity": 0.15,
                    "bgcolor": colour,
                    "fgcolor": "#ffffff",
                    "fgopacity": 0.45,
                },
            },
            text=["不计" if wanted and value else "" for value in values],
            textposition="inside",
            insidetextanchor="start",
            insidetextfont={"size": 12},
            constraintext="none",
            hovertemplate=f"%{{y}} {name} %{{x:.1f}} 分<extra></extra>",
        )
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    return finish(figure, height, is_sample=is_sample, has_axis=False)


def _score_axis(figure: go.Figure, shown: list[float]) -> None:
    """An axis of points that begins below the lowest score and says where."""
    start = max(0.0, min(80.0, min(shown, default=90.0) - 8))
    figure.update_xaxes(
        range=[start, _AXIS_END],
        tickvals=[tick for tick in range(0, 101, 10) if tick >= start],
        fixedrange=True,
        title={"text": f"{ESTIMATE}分（横轴自 {start:.0f} 起）", "font": {"size": 12}},
    )


def _below_axis(figure: go.Figure) -> go.Figure:
    """Room for the axis title, with the sample mark below it."""
    figure.update_layout(margin={"b": _BELOW_AXIS}, showlegend=True)
    figure.update_annotations(selector={"text": WATERMARK}, yshift=-42)
    return figure
