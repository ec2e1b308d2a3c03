"""退回: a file goes back with its note and its marked copy; the journal remembers it."""

from __future__ import annotations

from pathlib import PurePath

import streamlit as st

from dashboard.components.checking import marked_copy
from dashboard.components.desk_arrivals import DONE, Arrived
from dashboard.components.desk_state import (
    PRACTICE,
    is_sample_home,
    open_pipeline,
    read_owed,
    tell,
)
from dashboard.components.texts import draw_note, plain
from dashboard.desk_words import Told, answered_before
from dashboard.filters import PlanView
from etl.build import silent
from etl.edge import today
from etl.pipeline import RequestError
from etl.reception import check_mixing, give_back, return_of
from etl.return_note import return_note
from etl.returned import find_returned, forget_old_copies, keep_returned
from etl.workbook import WorkbookError
from warehouse.files import reason_of
from warehouse.home import HomeError
from warehouse.plans import Plan
from warehouse.returns import Return

_NOTES = "_desk_notes"
_KEPT = 20


def draw_return(view: PlanView, plan: Plan, one: Arrived) -> None:
    """The reason, and the button that gives the file back."""
    days = view.source.store.home.config.keep_returned_days
    with st.popover("退回 …", icon=":material/reply:"):
        reason = st.text_area(
            "退回理由（写进退回函）",
            value=_default_reason(one),
            key=f"desk_reason_{one.key}",
            height=100,
        )
        draw_note(
            "退回的不入库、不计数；记下文件名、单位、理由，供看一次合格率。"
            f"退回函和带标记的副本留 {days} 天，供补发；撤销退回即删。"
        )
        if st.button("退回并出退回函", key=f"desk_return_{one.key}", type="primary"):
            _return(view, plan, one, (reason or "").strip())


def _default_reason(one: Arrived) -> str:
    result = one.result
    if result is None:
        return f"文件读不了：{one.reason}"
    worst = [g for g in result.groups if g.severity == "error"][:3]
    if not worst:
        return result.verdict
    return "；".join(f"{g.note.title} {g.rows} 行" for g in worst) + "，请改正后重报。"


def _return(view: PlanView, plan: Plan, one: Arrived, reason: str) -> None:
    """Enter the return, and keep the note for download."""
    if not reason:
        st.error("请写明退回理由。")
        return
    result = one.result
    units = result.trace.unit_ids if result is not None and result.trace is not None else ()
    told_unit = next(
        (u["unit_id"] for u in plan.units if u["name"] == one.delivery.department), None
    )
    unit_id = told_unit or (units[0] if len(units) == 1 else None)
    try:
        pipeline = open_pipeline(view.source.root, silent)
        check_mixing(
            pipeline.journal.batches(), plan, is_practice=bool(st.session_state.get(PRACTICE))
        )
        entered = give_back(pipeline.store, return_of(one.delivery, result, plan, unit_id, reason))
    except (HomeError, RequestError) as error:
        tell(Told("bad", (str(error),)))
        st.rerun()
    note = return_note(
        entered,
        plan,
        unit=plan.roster[unit_id]["name"] if unit_id else None,
        result=result,
        unreadable=one.reason,
        answered=answered_before(read_owed(view)),
        is_sample=view.is_sample or is_sample_home(view),
    )
    try:
        keep_returned(pipeline.home, entered.return_id, note, _marked(one))
        forget_old_copies(pipeline.home, pipeline.journal.events(), today())
    except OSError as error:
        told = f"退回已记下（{entered.return_id}），但退回函没有存下：{reason_of(error)}。"
        tell(Told("bad", (told, "请在“经手记录”撤销这次退回，排除磁盘故障后再退。")))
        st.rerun()
    st.session_state.setdefault(DONE, {})[one.key] = f"已退回（{entered.return_id}）"
    notes: list[Return] = st.session_state.setdefault(_NOTES, [])
    notes.append(entered)
    del notes[:-_KEPT]
    tell(Told("note", (f"已退回 {entered.file_name}（{entered.return_id}），没有入库。"
                       "请把退回函和带标记的工作簿发给部门。",)))  # fmt: skip
    st.rerun()


def _marked(one: Arrived) -> bytes | None:
    """The marked copy of a file that is given back; None where it has none."""
    if one.result is None or not (one.result.violations or one.result.problems):
        return None
    try:
        return marked_copy(one.upload, one.result)
    except WorkbookError:
        return None


def draw_notes(view: PlanView) -> None:
    """What goes back to departments for the files of this session."""
    notes: list[Return] = st.session_state.get(_NOTES, [])
    if not notes:
        return
    with st.expander(f"本次退回的 {len(notes)} 份：退回函与带标记的工作簿", expanded=True):
        for entered in reversed(notes):
            draw_returned(view, entered)
        draw_note("以后要补发的，在“经手记录”里下载。")


def draw_returned(view: PlanView, told: Return) -> None:
    """The note and the marked copy of a return, as far as they are kept."""
    home = view.source.store.home
    kept = find_returned(home, told.return_id)
    name, first, second = st.columns([3, 1, 1], vertical_alignment="center")
    name.markdown(plain(f"{told.return_id} {told.file_name}"))
    stem = PurePath(told.file_name).stem
    if kept.note is not None:
        first.download_button(
            "退回函",
            data=kept.note.read_bytes,
            file_name=f"退回函_{told.return_id}_{stem}.txt",
            mime="text/plain",
            key=f"desk_note_{told.return_id}",
            icon=":material/description:",
            on_click="ignore",
        )
    if kept.marked is not None:
        second.download_button(
            "工作簿",
            data=kept.marked.read_bytes,
            file_name=f"{stem}_问题标记.xlsx",
            key=f"desk_marked_{told.return_id}",
            icon=":material/download:",
            on_click="ignore",
        )
    elif told.wrong_row_count:
        second.markdown(
            ":small[:gray[工作簿已删]]",
            help=f"带标记的工作簿只留 {home.config.keep_returned_days} 天；把原文件再拖入"
            "“收文件”或“报送前质检”，可重新标记。",
        )


def marked_name(one: Arrived) -> str:
    """What the marked copy of a file is called."""
    return f"{PurePath(one.upload.name).stem}_问题标记.xlsx"
