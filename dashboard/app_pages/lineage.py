"""数据溯源: from a document number down to the cells; batches, versions, the gate."""

from __future__ import annotations

import streamlit as st

from dashboard.components.lineage import draw_batches, draw_gate, draw_search, draw_versions
from dashboard.filters import current_view

PARTS = {
    "查一份文书": draw_search,
    "批次": draw_batches,
    "版本": draw_versions,
    "发布核验": draw_gate,
}

view = current_view()
title, choice = st.columns([2, 3], vertical_alignment="center")
with title:
    st.title("数据溯源", anchor=False)
with choice:
    part = st.segmented_control(
        "看什么",
        list(PARTS),
        default="查一份文书",
        required=True,
        key="part",
        bind="query-params",
        label_visibility="collapsed",
    )
PARTS[part if part in PARTS else "查一份文书"](view)
