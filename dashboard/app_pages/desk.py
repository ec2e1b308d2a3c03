"""收件台: take files in or give them back, enter what comes without a file, see who is out."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.components.checking import default_day
from dashboard.components.desk_entry import draw_entry
from dashboard.components.desk_files import draw_files
from dashboard.components.desk_journal import draw_journal
from dashboard.components.desk_owed import draw_owed
from dashboard.components.desk_state import draw_state, wait
from dashboard.filters import current_plan
from etl.edge import today

PARTS = ("收文件", "应收", "录入", "经手记录")

view = current_plan()
title, day = st.columns([4, 1], vertical_alignment="bottom")
with title:
    st.title("收件台", anchor=False)
with day:
    chosen = st.date_input(
        "收件日期",
        value=default_day(view),
        max_value=today(),
        key="desk_received",
        help="部门交来的那一天；按期与否按它算。",
        persist_state="session",
    )
received = chosen if isinstance(chosen, date) else default_day(view)
slot = st.container()
can_write = draw_state(view)
part = st.segmented_control(
    "做什么", PARTS, default=PARTS[0], required=True, key="part", bind="query-params",
    label_visibility="collapsed",
)  # fmt: skip
if part == "应收":
    draw_owed(view, received, can_write=can_write)
elif part == "录入":
    draw_entry(view, received, can_write=can_write)
elif part == "经手记录":
    draw_journal(view, can_write=can_write)
else:
    draw_files(view, received, can_write=can_write)
wait(slot)
