"""部门考核: units by group with their figures; one unit's page. No scores and no ranks yet."""

from __future__ import annotations

import streamlit as st

from dashboard.components.unit_page import draw_unit
from dashboard.components.units_table import draw_groups
from dashboard.filters import current_view, missing_choice
from dashboard.queries.figures import read_units
from dashboard.source import ask
from dashboard.wording import period_words

view = current_view()
units = ask(view.source, read_units, view.plan_id, view.label)
names = units["unit"].to_list()

missing = missing_choice("unit", "单位", names, "全部单位")
title, choice = st.columns([3, 2], vertical_alignment="bottom")
with title:
    st.title(f"部门考核 · {period_words(view.label)}", anchor=False)
with choice:
    chosen = st.selectbox(
        "单位",
        names,
        index=None,
        key="unit",
        bind="query-params",
        placeholder="选一个单位，看它的一页",
        label_visibility="collapsed",
    )
if missing:
    st.warning(missing, icon=":material/link_off:")
if chosen in names:
    draw_unit(view, units.row(names.index(chosen), named=True))
else:
    draw_groups(view, units)
