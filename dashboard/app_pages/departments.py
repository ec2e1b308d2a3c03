"""部门考核: how the groups stand, the order within a group, rates, matrix; one unit's page."""

from __future__ import annotations

import streamlit as st

from dashboard.components.unit_page import draw_unit
from dashboard.components.unit_scores import draw_matrix, draw_ranking, draw_standing
from dashboard.components.unit_titles import draw_title_choice
from dashboard.components.units_table import draw_rates_by_group
from dashboard.filters import current_view, missing_choice
from dashboard.queries.figures import read_units
from dashboard.source import ask
from dashboard.wording import period_words

# The first one names no unit: names are opened on demand.
LISTS = {
    "总体": draw_standing,
    "测算分": draw_ranking,
    "各率": draw_rates_by_group,
    "适用矩阵": draw_matrix,
}

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
    with st.container(horizontal=True):
        shown = st.segmented_control(
            "看什么",
            list(LISTS),
            default="总体",
            required=True,
            key="list",
            bind="query-params",
            label_visibility="collapsed",
        )
        draw_title_choice(units)
    LISTS.get(shown or "总体", draw_standing)(view)
