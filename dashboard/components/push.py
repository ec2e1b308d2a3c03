"""本周要推动的事."""

from __future__ import annotations

import streamlit as st

from dashboard.filters import View
from dashboard.navigation import draw_link
from dashboard.pushes import MAX_ITEMS, Push
from dashboard.wording import day


def draw_push(view: View, items: list[Push]) -> None:
    """At most five things, each opening its records; the rest on demand. Of a past period: as
    things stood on its judging day."""
    shown = f"，先列 {MAX_ITEMS} 件" if len(items) > MAX_ITEMS else ""
    is_past = view.judging_date < view.facts["as_of"]
    title = f"要推动的事（按 {day(view.judging_date)}判定）" if is_past else "本周要推动的事"
    st.markdown(f"**{title}**：{len(items)} 件{shown}")
    if not items:
        st.success("本期没有逾期、未交或应报未报的事项。", icon=":material/task_alt:")
        return
    with st.container(gap="xxsmall", key="push"):
        for item in items[:MAX_ITEMS]:
            draw_link(item.page, _words(view, item), item.choices)
    if len(items) > MAX_ITEMS:
        with st.popover(f"其余 {len(items) - MAX_ITEMS} 件", type="tertiary"):
            for item in items[MAX_ITEMS:]:
                draw_link(item.page, _words(view, item), item.choices)


def _words(view: View, item: Push) -> str:
    is_over = item.deadline is not None and item.deadline < view.judging_date
    when = f"{day(item.deadline)}{'，已过' if is_over else '前'}" if item.deadline else "本期内"
    colour = "red" if is_over else "blue"
    parts = [item.unit, f"**{item.quantity}**" if item.quantity else "", item.consequence]
    told = " · ".join(part for part in parts if part)
    return f":{colour}-badge[{when}] **{item.what}** · {told} → {item.action}"
