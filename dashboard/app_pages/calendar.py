"""报送日历: what is due when, who has handed in, who declared nil and who is out."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components.duty_calendar import (
    choose_month,
    draw_download_part,
    draw_list,
    draw_month_part,
    draw_today,
)
from dashboard.components.duty_matrix import draw_matrix
from dashboard.components.frame import draw_no_duties
from dashboard.filters import current_view, missing_choice
from dashboard.queries.duties import read_plan_duties, read_plan_obligations
from dashboard.source import ask
from dashboard.wording import period_words

view = current_view()
owed = ask(view.source, read_plan_obligations, view.plan_id)
units = dict(owed.select("unit", "unit_id").unique(maintain_order=True).rows())

missing = missing_choice("unit", "单位", list(units), "全部单位")
title, choice = st.columns([3, 2], vertical_alignment="bottom")
with title:
    st.title(f"报送日历 · {period_words(view.label)}", anchor=False)
if owed.is_empty():
    draw_no_duties(view, is_asked=not ask(view.source, read_plan_duties, view.plan_id).is_empty())
    st.stop()
with choice:
    unit = st.selectbox(
        "单位",
        list(units),
        index=None,
        key="unit",
        bind="query-params",
        placeholder="全部单位；选一个，只看它的",
        label_visibility="collapsed",
    )
if missing:
    st.warning(missing, icon=":material/link_off:")
unit = unit if unit in units else None
if unit is not None:
    owed = owed.filter(pl.col("unit") == unit)

draw_today(view, owed)
draw_month_part(view, owed, choose_month(view, owed))
draw_download_part(view, units[unit] if unit else None, unit)
st.markdown(f"**全年报送情况（截至 {view.facts['as_of']:%Y-%m-%d}）**")
cell = draw_matrix(view, owed)
if cell is not None:
    draw_list(view, cell, key="cell_list", title="报送_选中")
