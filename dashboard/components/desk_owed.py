"""应收: who owes what on the day, and nil declarations for those who have nothing to report."""

from __future__ import annotations

from datetime import date

import polars as pl
import streamlit as st

from dashboard.columns import each
from dashboard.components.desk_entry import draw_entry_check, draw_templates, enter
from dashboard.components.desk_state import read_owed
from dashboard.components.tables import show_table
from dashboard.components.texts import draw_note
from dashboard.desk_words import outstanding, owed_label
from dashboard.duty_words import today_words
from dashboard.filters import PlanView
from dashboard.terms import in_present_words
from dashboard.wording import day
from etl.entries import NIL, NOTHING_OF_THE_KIND, nil_rows
from warehouse.contracts import load_contracts
from warehouse.plans import load_plans

_AHEAD = 14
_CHOSEN = "desk_nil"


def draw_owed(view: PlanView, today: date, *, can_write: bool) -> None:
    """The day's line, what is out, the nil declarations."""
    owed = read_owed(view)
    if owed.is_empty():
        plan = load_plans(*view.source.store.home.plan_folders)[view.plan_id]
        draw_note(
            "收下这份方案的第一批文件后，这里列出各单位的到期日和报送情况。"
            if plan.duties
            else "这份方案没有规定定期报送，没有应收的。"
        )
        draw_templates()
        return
    out = outstanding(owed, today, _AHEAD)
    overdue = out.filter(pl.col("left_days") < 0)
    lines = [in_present_words(line) for line in today_words(owed, today)]
    if len(lines) == 1:
        st.markdown(f"**今天按 {day(today)}算**　{lines[0]}")
    else:
        st.markdown(f"**今天按 {day(today)}算**\n\n" + "\n".join(f"- {x}" for x in lines))
    st.markdown(
        f"**逾期未交 {overdue.height} 家次，{_AHEAD} 天内到期还没交 "
        f"{out.height - overdue.height} 家次**"
    )
    show_table(
        view,
        out.with_columns(each(out["duty"], in_present_words)),
        ["state", "unit", "duty", "period_covered", "due_date", "left"],
        key="desk_owed",
        title="应收未收",
        titles={"left": "离到期"},
        height="auto" if out.height <= 10 else 360,
        empty="没有逾期的，近期也没有要到期的。",
    )
    if not out.is_empty():
        _draw_nil(view, out, today, can_write=can_write)
    draw_templates()


def _draw_nil(view: PlanView, out: pl.DataFrame, today: date, *, can_write: bool) -> None:
    labels = {owed_label(row): row for row in out.iter_rows(named=True)}
    with st.container(border=True, key="desk_nil_box"):
        st.markdown("**登记零报送**")
        chosen = st.multiselect(
            "哪些单位、哪项报送",
            list(labels),
            key=_CHOSEN,
            placeholder="可多选，输入单位名查找",
        )
        left, middle, right = st.columns([2, 3, 1], vertical_alignment="bottom")
        with left:
            kind = st.segmented_control(
                "类型",
                [NIL, NOTHING_OF_THE_KIND],
                default=NIL,
                required=True,
                key="desk_nil_kind",
                help="本期没有发生的是零报送；单位没有这类职权的是无此类事项。",
            )
        with middle:
            remark = st.text_input("备注（来电、来文等）", key="desk_nil_remark", max_chars=200)
        with right:
            is_asked = st.button(
                "登记", type="primary", key="desk_nil_enter", disabled=not (chosen and can_write)
            )
    known = [labels[label] for label in chosen if label in labels]
    if is_asked and known:
        plan = load_plans(*view.source.store.home.plan_folders)[view.plan_id]
        kind = kind or NIL
        rows = nil_rows(known, plan, kind, today, (remark or "").strip())
        enter(view, plan, kind, load_contracts()["submission"], rows, today)
    draw_entry_check("submission")
