"""Tasks: how far each section of the plan is, and the dated ones over the year."""

from __future__ import annotations

from datetime import date, timedelta

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.style import BLUE, GREEN, GREY, ORANGE, PALE, RED, VIOLET, finish
from dashboard.plan_words import (
    BEHIND,
    DATED_STATES,
    DONE_LATE,
    IN_TIME,
    LATER,
    OPEN,
    OVERDUE,
    PROGRESS_STATES,
    SOON,
    UNKNOWN,
    UNMEASURED,
    WELL,
)
from dashboard.wording import day

# Colour, and a hatch so that the states are told apart in black and white too.
_PROGRESS = {WELL: (GREEN, ""), BEHIND: (RED, "x"), OPEN: (BLUE, "/"), UNKNOWN: (PALE, ".")}
_DATED = {
    IN_TIME: (GREEN, ""),
    DONE_LATE: (ORANGE, "\\"),
    OVERDUE: (RED, "x"),
    SOON: (BLUE, "/"),
    LATER: (PALE, ""),
    UNMEASURED: (VIOLET, "."),
}
_LINE = 30  # pixels of a section's line
_NAME_LENGTH = 18
_TOLD_SHARE = 3  # percent of a bar below which a count would not fit
_DAY = 24 * 3600 * 1000  # milliseconds, the unit of a bar's width on an axis of days


def draw_progress(progress: pl.DataFrame, *, is_sample: bool) -> go.Figure:
    """One bar per section, divided by state in shares of 100 (frame of `progress_by_section`), with
    the counts, so that a task of every unit does not outweigh the rest. A clicked bar gives the
    section as its first custom value."""
    sections = progress.group_by("section", maintain_order=True).agg(
        *(pl.col(state).sum() for state in PROGRESS_STATES), pl.col("total").sum()
    )
    names, totals = sections["section"].to_list(), sections["total"].to_list()
    figure = go.Figure()
    for state in PROGRESS_STATES:
        counts = sections[state].to_list()
        if not any(counts):
            continue
        shares = [100 * n / total for n, total in zip(counts, totals, strict=True)]
        figure.add_bar(
            y=[_short(name) for name in names],
            x=shares,
            name=state,
            orientation="h",
            marker=_marker(*_PROGRESS[state]),
            text=[str(n) if s >= _TOLD_SHARE else "" for n, s in zip(counts, shares, strict=True)],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            customdata=list(zip(names, counts, totals, strict=True)),
            hovertemplate=f"%{{customdata[0]}}：{state} %{{customdata[1]}}/%{{customdata[2]}}"
            "<extra></extra>",
        )
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    figure.update_xaxes(visible=False, fixedrange=True, range=[0, 100])
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    height = 90 + _LINE * max(len(names), 2)
    return finish(figure, height, is_sample=is_sample, has_axis=False)


def draw_timeline(
    dated: pl.DataFrame, judging_date: date, *, height: int, is_sample: bool
) -> go.Figure:
    """The dated tasks at their deadlines, a bar per day divided by state (frame of `dated_tasks`),
    and the judging day as a line. A clicked bar gives the day as its first custom value."""
    figure = go.Figure()
    for state in DATED_STATES:
        counts = dated.filter(pl.col("state") == state).group_by("deadline").len().sort("deadline")
        if counts.is_empty():
            continue
        days = counts["deadline"].to_list()
        figure.add_bar(
            x=days,
            y=counts["len"].to_list(),
            width=6 * _DAY,
            name=state,
            marker=_marker(*_DATED[state]),
            text=[str(n) for n in counts["len"].to_list()],
            textposition="inside",
            textangle=0,
            customdata=[(d.isoformat(), day(d)) for d in days],
            hovertemplate=f"%{{customdata[1]}}前：{state} %{{y}} 件<extra></extra>",
        )
    if not dated.is_empty():
        totals = dated.group_by("deadline").len().sort("deadline")
        days = totals["deadline"].to_list()
        figure.add_scatter(
            x=days,
            y=totals["len"].to_list(),
            mode="text",
            text=[f"{d.month}/{d.day}" for d in days],
            textposition="top center",
            textfont={"color": GREY, "size": 12},
            showlegend=False,
            hoverinfo="skip",
        )
        year = days[0].year
        end = max(date(year, 12, 31), judging_date)
        figure.update_xaxes(
            range=[date(year, 1, 1) - timedelta(days=4), end + timedelta(days=8)],
            tickvals=[date(year, month, 15) for month in range(1, 13)],
            ticktext=[f"{month}月" for month in range(1, 13)],
        )
        figure.update_yaxes(range=[0, 1.2 * max(totals["len"].to_list())])
        figure.add_vline(x=judging_date, line={"color": GREY, "width": 1, "dash": "dash"})
        figure.add_annotation(
            x=judging_date, y=1, yref="paper", yanchor="bottom", xanchor="right",
            text=f"判定日 {day(judging_date)}", showarrow=False, font={"color": GREY, "size": 12},
        )  # fmt: skip
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    figure.update_yaxes(title={"text": "件", "font": {"size": 12}}, fixedrange=True)
    figure.update_xaxes(type="date", fixedrange=True, showgrid=False)
    figure.update_layout(bargap=0)
    return finish(figure, height, is_sample=is_sample)


def _marker(colour: str, hatch: str) -> dict[str, object]:
    return {
        "color": colour,
        "pattern": {
            "shape": hatch,
            "solidity": 0.15,
            "bgcolor": colour,
            "fgcolor": "#ffffff",
            "fgopacity": 0.45,
        },
    }


def _short(name: str) -> str:
    return name if len(name) <= _NAME_LENGTH else name[: _NAME_LENGTH - 1] + "…"
