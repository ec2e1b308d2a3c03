"""全年报送情况: units by duties, or by the periods of one; a chosen cell gives its hand-ins."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import streamlit as st

from dashboard.components.tables import draw_download
from dashboard.components.texts import draw_note
from dashboard.duty_words import ALL_DUTIES, LEGEND, UNIT, matrix, worst_of_cell
from dashboard.filters import View

# Ground and letters of a state, readable on light and dark pages alike; the cell says it in sign
# and word too.
_STYLES = {
    "未交": "background-color: #f8d0cd; color: #7d1710",
    "迟交": "background-color: #fbe3bf; color: #6b3a00",
    "零报送（迟）": "background-color: #e9e0cf; color: #5d4216",
    "按时": "background-color: #d6f0e0; color: #124f2c",
    "零报送": "background-color: #e2e7ee; color: #2f3b4c",
}


_ROWS_WHOLE, _HEIGHT = 18, 620


def draw_matrix(view: View, owed: pl.DataFrame) -> pl.DataFrame | None:
    """Draw the table and give the hand-ins of the chosen cell; None while none is chosen."""
    duties = owed["duty"].unique(maintain_order=True).to_list()
    choice = st.segmented_control(
        "哪项义务",
        [ALL_DUTIES, *duties],
        default=ALL_DUTIES,
        required=True,
        key="duty",
        bind="query-params",
        label_visibility="collapsed",
    )
    duty = choice if choice in duties else None
    cells = matrix(owed, duty)
    titled = cells.rename({UNIT: "单位"})
    frame = titled.to_pandas().set_index("单位")
    event: Any = st.dataframe(
        frame.style.map(_style),
        key=f"matrix_{duties.index(duty) if duty else 'all'}",
        # So that the hand-ins of a chosen cell, which stand below, are seen at once.
        height="content" if cells.height <= _ROWS_WHOLE else _HEIGHT,
        on_select="rerun",
        selection_mode="single-cell",
        alt="各单位全年报送情况",
    )
    draw_note(LEGEND, "点一格，看这一格的报送。")
    draw_download(view, titled, key="matrix", title="报送情况")
    return _chosen(owed, cells, duty, event["selection"]["cells"])


def _chosen(
    owed: pl.DataFrame, cells: pl.DataFrame, duty: str | None, picked: list[tuple[int, str]]
) -> pl.DataFrame | None:
    if not picked or picked[0][0] >= cells.height:
        return None
    row, column = picked[0]
    rows = owed.filter(pl.col("unit") == cells[UNIT][row])
    if duty is not None:
        rows = rows.filter(pl.col("duty") == duty)
    by = "period_covered" if duty is not None else "duty"
    return rows.filter(pl.col(by) == column) if column in cells.columns else rows


def _style(text: Any) -> str:
    state = None if pd.isna(text) else worst_of_cell(str(text))
    return _STYLES.get(state or "", "")
