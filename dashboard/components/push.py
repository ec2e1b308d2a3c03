"""本周要推动的事."""

from __future__ import annotations

import streamlit as st

from dashboard.filters import View
from dashboard.findings import MAX_ITEMS, Push
from dashboard.navigation import draw_link
from dashboard.wording import day


def draw_push(view: View, items: list[Push], *, is_narrow: bool = False) -> None:
    """At most five things, each opening its records; the rest on demand. `is_narrow`: a phone, on
    which a link of one line would be cut off."""
    shown = f"，先列 {MAX_ITEMS} 件" if len(items) > MAX_ITEMS else ""
    st.markdown(f"**本周要推动的事**（{len(items)} 件{shown}）")
    if not items:
        st.success("本期没有逾期、未交或应报未报的事项。", icon=":material/task_alt:")
        return
    draw_item = _draw_narrow if is_narrow else _draw_line
    with st.container(gap="xxsmall"):
        for item in items[:MAX_ITEMS]:
            draw_item(view, item)
    if len(items) > MAX_ITEMS:
        with st.popover(f"其余 {len(items) - MAX_ITEMS} 件", type="tertiary"):
            for item in items[MAX_ITEMS:]:
                draw_item(view, item)


def _draw_line(view: View, item: Push) -> None:
    draw_link(item.page, _words(view, item), item.choices)


def _draw_narrow(view: View, item: Push) -> None:
    with st.container(gap="xxsmall"):
        st.markdown(_words(view, item))
        draw_link(item.page, "看明细 →", item.choices)


def _words(view: View, item: Push) -> str:
    is_over = item.deadline is not None and item.deadline < view.judging_date
    when = f"{day(item.deadline)}{'，已过' if is_over else '前'}" if item.deadline else "本期内"
    colour = "red" if is_over else "blue"
    parts = [item.unit, f"**{item.quantity}**" if item.quantity else "", item.consequence]
    told = " · ".join(part for part in parts if part)
    return f":{colour}-badge[{when}] **{item.what}** · {told} → {item.action}"
