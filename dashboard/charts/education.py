"""Articles: units against the floor by month, and the months' totals."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.style import BLUE, GREEN, GREY, ORANGE, PALE, RED, TEAL, finish
from dashboard.education_words import ENOUGH, NONE_YET, OWN, REPEAT, REPOST, SHORT, UNKNOWN

_STATES = {ENOUGH: GREEN, SHORT: ORANGE, NONE_YET: RED, UNKNOWN: PALE}
_KINDS = {OWN: (BLUE, ""), REPOST: (TEAL, "/"), REPEAT: (PALE, "x")}
_LINE = 24  # pixels of a unit's line


def draw_floors(states: pl.DataFrame, *, is_sample: bool) -> go.Figure:
    """Units by months (frame of `floor_states`), each cell with its word; units in the order of the
    roster, since nobody is ranked. A clicked cell gives unit and month as custom values."""
    units = states["unit"].unique(maintain_order=True).to_list()
    figure = go.Figure()
    for state, colour in _STATES.items():
        cells = states.filter(pl.col("state") == state)
        if cells.is_empty():
            continue
        figure.add_scatter(
            x=[_month(m) for m in cells["month"].to_list()],
            y=cells["unit"].to_list(),
            name=state,
            mode="markers+text",
            marker={"symbol": "square", "size": 20, "color": colour},
            text=cells["words"].to_list(),
            textfont={"color": "#ffffff", "size": 11},
            customdata=cells.select("unit", "month").rows(),
            hovertemplate=f"%{{y}} %{{x}}：{state}<extra></extra>",
        )
    months = states["month"].unique().sort().to_list()
    figure.update_xaxes(
        type="category", categoryorder="array", categoryarray=[_month(m) for m in months],
        side="top", fixedrange=True, showgrid=False,
    )  # fmt: skip
    figure.update_yaxes(
        categoryorder="array", categoryarray=units, autorange="reversed", fixedrange=True,
        showgrid=False,
    )  # fmt: skip
    figure = finish(figure, 120 + _LINE * len(units), is_sample=is_sample, has_axis=False)
    figure.update_layout(margin={"t": 40, "b": 40}, legend={"y": -0.01, "yanchor": "top"})
    return figure


def draw_months(
    by_month: pl.DataFrame, *, floor: float | None, height: int, is_sample: bool
) -> go.Figure:
    """Articles by month, own and reposted apart, repeats hatched (frame of `articles_by_month`),
    and the line that all units' floors add up to. A clicked bar gives the month."""
    figure = go.Figure()
    months = by_month["month"].unique().sort().to_list()
    for kind, (colour, hatch) in _KINDS.items():
        rows = by_month.filter(pl.col("kind") == kind)
        if rows.is_empty():
            continue
        figure.add_bar(
            x=[_month(m) for m in rows["month"].to_list()],
            y=rows["count"].to_list(),
            name=kind,
            marker={
                "color": colour,
                "pattern": {"shape": hatch, "solidity": 0.15, "bgcolor": colour,
                            "fgcolor": "#ffffff", "fgopacity": 0.45},
            },
            customdata=[(m,) for m in rows["month"].to_list()],
            hovertemplate=f"%{{x}} {kind} %{{y}} 篇<extra></extra>",
        )  # fmt: skip
    if floor:
        figure.add_hline(y=floor, line={"color": GREY, "width": 2, "dash": "dash"})
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    figure.update_xaxes(
        type="category", categoryorder="array", categoryarray=[_month(m) for m in months],
        fixedrange=True,
    )  # fmt: skip
    figure.update_yaxes(title={"text": "篇", "font": {"size": 12}}, fixedrange=True)
    return finish(figure, height, is_sample=is_sample)


def _month(label: str) -> str:
    return f"{int(label[-2:])}月"
