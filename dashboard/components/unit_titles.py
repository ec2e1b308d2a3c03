"""Under which name a unit is shown: that of the day, or today's, where a reform changed it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.filters import View
from dashboard.queries.figures import read_units
from dashboard.source import ask

THEN, NOW = "当时名称", "现名称"
_KEY = "names"


def draw_title_choice(units: pl.DataFrame) -> None:
    """The choice, where any unit of the frame (units.sql) has another name today."""
    if units.filter(pl.col("title_then") != pl.col("title_now")).is_empty():
        return
    st.segmented_control(
        "单位名称",
        [THEN, NOW],
        default=THEN,
        required=True,
        key=_KEY,
        bind="query-params",
        label_visibility="collapsed",
    )


def titles_of(units: pl.DataFrame, choice: str) -> dict[str, str]:
    """unit_id -> the name shown. Today's name carries the one of the day behind it: several units
    of that day may be one today. Frame: units.sql."""
    return {
        row["unit_id"]: f"{row['title_now']}（原 {row['title_then']}）"
        if choice == NOW and row["title_now"] != row["title_then"]
        else row["title_then"]
        for row in units.iter_rows(named=True)
    }


def with_titles(view: View, frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with unit_id and unit, the unit under its chosen name. Links go by the roster's."""
    units = ask(view.source, read_units, view.plan_id, view.label)
    titles = titles_of(units, st.session_state.get(_KEY) or THEN)
    if frame.is_empty():
        return frame
    return frame.with_columns(
        pl.col("unit_id").replace_strict(titles, default=pl.col("unit")).alias("unit")
    )
