"""The city index: the rank over the months, and points lost by indicator."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.style import BLUE, GREY, ORANGE, PALE, TEAL, finish


def draw_rank_trend(
    history: pl.DataFrame,
    *,
    target: int | None,
    stretch: int | None,
    height: int,
    is_sample: bool,
) -> go.Figure:
    """The official rank by month (columns index_period, rank, score, index_version, row_id), the
    better ones on top, with both lines; a dotted vertical line where another version of the
    indicators begins. Clicking a point gives the row's id as `customdata[0]`."""
    rows = history.filter(pl.col("rank").is_not_null()).sort("index_period")
    months = rows["index_period"].to_list()
    figure = go.Figure()
    figure.add_scatter(
        x=months,
        y=rows["rank"].to_list(),
        name="官方名次",
        mode="lines+markers+text",
        text=[str(rank) for rank in rows["rank"].to_list()],
        textposition="top center",
        cliponaxis=False,
        line={"color": BLUE, "width": 2},
        marker={"size": 8},
        customdata=rows.select("row_id", pl.col("score").round(2), "index_version").rows(),
        hovertemplate="%{x} 第 %{y} 名，得分 %{customdata[1]}"
        "（%{customdata[2]} 版）<extra></extra>",
    )
    # Past the last months, so that no line's words stand on a mark of the rank.
    for line, colour, word in ((target, GREY, "目标"), (stretch, TEAL, "争取")):
        if line is not None:
            figure.add_hline(
                y=line,
                line={"color": colour, "width": 1, "dash": "dash"},
                annotation={
                    "text": f"{word} {line}", "x": 1, "xanchor": "left", "yanchor": "middle",
                    "showarrow": False, "font": {"color": colour},
                },
            )  # fmt: skip
    versions = rows["index_version"].to_list()
    for place in range(1, len(months)):
        if versions[place] != versions[place - 1]:
            figure.add_vline(
                x=place - 0.5,
                line={"color": ORANGE, "width": 1, "dash": "dot"},
                annotation={
                    "text": f"改用 {versions[place]} 版", "yanchor": "bottom", "showarrow": False,
                    "font": {"color": ORANGE},
                },
            )  # fmt: skip
    shown = [*rows["rank"].to_list(), *[line for line in (target, stretch) if line is not None]]
    if shown:
        margin = max(2, round((max(shown) - min(shown)) * 0.12))
        # Reversed: a worse rank stands lower.
        figure.update_yaxes(range=[max(shown) + margin, max(min(shown) - margin, 0)])
    figure.update_yaxes(fixedrange=True, title={"text": "名次（越高越好）", "font": {"size": 12}})
    figure.update_xaxes(
        type="category",
        categoryarray=months,
        tickvals=months,
        ticktext=month_marks(months),
        tickangle=0,
        tickfont={"size": 11},
        fixedrange=True,
    )
    figure.update_layout(showlegend=False)
    finished = finish(figure, height, is_sample=is_sample)
    has_lines = target is not None or stretch is not None
    finished.update_layout(margin={"r": 64 if has_lines else 12, "t": 36})
    return finished


def month_marks(months: list[str]) -> list[str]:
    """Short marks of an axis of months, which a phone has room for: `1月`, `2`, `3` …; where there
    is more than one year, each is named below its first month."""
    years = [month[:4] for month in months]
    is_one = len(set(years)) < 2
    marks = []
    for place, month in enumerate(months):
        is_first = place == 0 or years[place - 1] != years[place]
        year = f"<br>{years[place]}" if is_first and not is_one else ""
        marks.append(f"{int(month[5:7])}{'月' if is_first else ''}{year}")
    return marks


def draw_points_lost(rows: pl.DataFrame, *, is_sample: bool) -> go.Figure:
    """One bar per indicator (columns indicator, indicator_id, lost, full_score, score,
    is_historical), most points lost on top."""
    ordered = rows.sort("lost", "indicator_id", descending=[True, False])
    figure = go.Figure()
    for is_historical, colour, name in ((False, BLUE, "失分"), (True, PALE, "历史口径")):
        part = ordered.filter(pl.col("is_historical") == is_historical)
        if not part.is_empty():
            figure.add_bar(
                y=part["indicator"].to_list(),
                x=part["lost"].to_list(),
                name=name,
                orientation="h",
                marker={"color": colour},
                text=[f"{lost:.2f}" for lost in part["lost"].to_list()],
                textposition="outside",
                cliponaxis=False,
                customdata=part.select("indicator_id", "score", "full_score").rows(),
                hovertemplate="%{y}：失 %{x:.2f} 分（得 %{customdata[1]}／"
                "满分 %{customdata[2]}）<extra></extra>",
            )
    figure.update_xaxes(visible=False, fixedrange=True, rangemode="tozero")
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=ordered["indicator"].to_list(),
        autorange="reversed",
        fixedrange=True,
    )
    figure.update_layout(showlegend=ordered["is_historical"].any(), barmode="overlay")
    return finish(figure, 60 + 26 * max(rows.height, 2), is_sample=is_sample, has_axis=False)
