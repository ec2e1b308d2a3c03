"""未来 14 天节点."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.terms import in_present_words
from dashboard.wording import day, period_words

MAX_DATES = 6


def draw_coming(view: View, dates: pl.DataFrame) -> None:
    """What falls due within 14 days after the judging day (coming_dates.sql)."""
    st.markdown(f"**未来 14 天节点**（自 {day(view.judging_date)}起）")
    if dates.is_empty():
        draw_note("没有到期的报送或任务。")
        return
    lines = [f"- **{day(row['due_date'])}** {_words(row)}" for row in dates.iter_rows(named=True)]
    st.markdown("\n".join(lines[:MAX_DATES]))
    if len(lines) > MAX_DATES:
        draw_note(f"另有 {len(lines) - MAX_DATES} 项，见“任务与目标”。")


def _words(row: dict[str, object]) -> str:
    if row["kind"] == "cutoff":
        return f"{period_words(str(row['what']))}数据截止"
    kind = "报送" if row["kind"] == "duty" else "任务"
    return f"{kind}：{in_present_words(str(row['what']))}（{row['open']}/{row['owed']} 家未完成）"
