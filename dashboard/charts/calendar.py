"""A month as a grid of days, with what fell due on each."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Mapping
from datetime import date
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.style import BLUE, GREEN, GREY, ORANGE, PALE, RED, finish
from dashboard.duty_words import SIGNS, Tally

_WEEKDAYS = "一二三四五六日"
STATE_COLOURS = {
    "未交": RED, "迟交": ORANGE, "零报送（迟）": ORANGE, "未到期": BLUE, "按时": GREEN,
    "零报送": PALE,
}  # fmt: skip
_ROW, _ROW_NARROW = 104, 98


def draw_month(
    month: date,
    days: Mapping[date, Tally],
    *,
    today: date,
    special: Mapping[date, bool],
    ink: str,
    is_narrow: bool,
    is_sample: bool,
) -> go.Figure:
    """One month, weeks downwards. `special`: days that differ from their weekday, and whether they
    are worked. `ink`: the colour of words on the page's ground. A due day is framed in the colour
    of its most important state, with its sign and the counts in words; clicking it gives its ISO
    day as custom data."""
    weeks = Calendar().monthdatescalendar(month.year, month.month)
    figure = go.Figure()
    size = 10 if is_narrow else 13
    cells, notes = [], []
    for row, week in enumerate(weeks):
        for column, when in enumerate(week):
            if when.month != month.month:
                continue
            tally = days.get(when)
            cells.append(_cell(column, row, tally, is_today=when == today))
            is_free = not special[when] if when in special else column > 4
            note = "休" if when in special and is_free else "班" if when in special else ""
            text = _words(when, tally, note, is_today=when == today, is_narrow=is_narrow)
            notes.append(
                {
                    "x": column - 0.46,
                    "y": row - 0.46,
                    "xanchor": "left",
                    "yanchor": "top",
                    "align": "left",
                    "text": text,
                    "showarrow": False,
                    "font": {"size": size, "color": GREY if is_free and tally is None else ink},
                }
            )
    # All at once: each that is added by itself has all before it looked through again.
    figure.update_layout(shapes=cells, annotations=notes)
    due = [(when, tally) for when, tally in days.items() if when.month == month.month]
    places = {when: (c, r) for r, week in enumerate(weeks) for c, when in enumerate(week)}
    figure.add_scatter(
        x=[places[when][0] for when, _ in due],
        y=[places[when][1] for when, _ in due],
        mode="markers",
        # Unseen: they are what can be clicked.
        marker={"size": 40 if is_narrow else 70, "symbol": "square", "opacity": 0},
        unselected={"marker": {"opacity": 0}},
        selected={"marker": {"opacity": 0}},
        customdata=[when.isoformat() for when, _ in due],
        text=[tally.words for _, tally in due],
        hovertemplate="%{customdata}：%{text}<extra></extra>",
        showlegend=False,
    )
    figure.update_xaxes(
        range=[-0.5, 6.5],
        tickvals=list(range(7)),
        ticktext=list(_WEEKDAYS),
        side="top",
        fixedrange=True,
        showgrid=False,
        zeroline=False,
    )
    figure.update_yaxes(
        range=[len(weeks) - 0.5, -0.5], visible=False, fixedrange=True, showgrid=False
    )
    height = 60 + (_ROW_NARROW if is_narrow else _ROW) * len(weeks)
    return finish(figure, height, is_sample=is_sample, has_axis=False)


def _cell(column: int, row: int, tally: Tally | None, *, is_today: bool) -> dict[str, Any]:
    """The frame of a day."""
    colour = STATE_COLOURS[tally.worst] if tally and tally.worst else GREY
    return {
        "type": "rect",
        "x0": column - 0.48,
        "x1": column + 0.48,
        "y0": row - 0.47,
        "y1": row + 0.47,
        "layer": "below",
        "line": {"color": colour, "width": 3 if is_today else 2 if tally else 0.5},
        # Nearly clear, so that the words stay readable on a light and a dark ground.
        "fillcolor": _clear(colour, 0.14 if tally else 0.0),
    }


def _clear(colour: str, alpha: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha})"


def _words(when: date, tally: Tally | None, note: str, *, is_today: bool, is_narrow: bool) -> str:
    gap = " " if is_narrow else "　"
    head = gap.join(filter(None, [f"<b>{when.day}</b>", "<b>今</b>" if is_today else "", note]))
    if tally is None:
        return head
    sign = f"<b>{SIGNS[tally.worst]}</b>" if tally.worst else ""
    # On a phone the first line has no room for the sign.
    lines = [head, sign] if is_narrow else [head + gap + sign]
    lines += [f"应收 {tally.owed}", f"已收 {tally.received}"]
    lines += [f"零报送 {tally.nil}"] if tally.nil else []
    lines += [f"<b>未收 {tally.out}</b>"] if tally.out else []
    return "<br>".join(lines)
