"""任务与目标: targets with their lights, the task tree, hand-ins, overdue and upcoming."""

from __future__ import annotations

import streamlit as st

from dashboard.components.plan_parts import (
    draw_dated_tasks,
    draw_hand_ins,
    draw_targets,
    draw_task_tree,
)
from dashboard.filters import current_view
from dashboard.wording import period_words

PARTS = {
    "目标": draw_targets,
    "到期与逾期": draw_dated_tasks,
    "定期报送": draw_hand_ins,
    "任务清单": draw_task_tree,
}

view = current_view()
title, choice = st.columns([2, 3], vertical_alignment="center")
with title:
    st.title(f"任务与目标 · {period_words(view.label)}", anchor=False)
with choice:
    part = st.segmented_control(
        "看什么",
        list(PARTS),
        default="目标",
        required=True,
        key="part",
        bind="query-params",
        label_visibility="collapsed",
    )
PARTS[part if part in PARTS else "目标"](view)
