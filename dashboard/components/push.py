"""本周要推动的事."""

from __future__ import annotations

import streamlit as st

from dashboard.filters import View
from dashboard.findings import MAX_ITEMS, Push
from dashboard.navigation import draw_link
from dashboard.wording import day


def draw_push(view: View, items: list[Push]) -> None:
    """At most five things, each opening its records; the rest on demand."""
    st.markdown(f"**本周要推动的事**（{len(items)} 件，先列 {min(len(items), MAX_ITEMS)} 件）")
    if not items:
        st.success("本期没有逾期、未交或应报未报的事项。", icon=":material/task_alt:")
        return
    for item in items[:MAX_ITEMS]:
        _draw_item(view, item)
    if len(items) > MAX_ITEMS:
        with st.popover(f"其余 {len(items) - MAX_ITEMS} 件", type="tertiary"):
            for item in items[MAX_ITEMS:]:
                _draw_item(view, item)


def _draw_item(view: View, item: Push) -> None:
    late = item.deadline is not None and item.deadline < view.judging_date
    when = f"{day(item.deadline)}{'，已过' if late else '前'}" if item.deadline else "本期内"
    draw_link(
        view,
        item.page,
        f":{'red' if late else 'blue'}-badge[{when}] **{item.what}** · {item.unit} · "
        f"**{item.quantity}** · {item.consequence} → {item.action}",
        item.choices,
    )
