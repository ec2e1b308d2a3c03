"""经手记录: the newest batches and returns with their states; each step can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.components.desk_returns import draw_returned
from dashboard.components.desk_state import begin, open_pipeline, tell
from dashboard.components.texts import draw_note, plain
from dashboard.desk_words import (
    HELD_HELP,
    Told,
    batch_frame,
    change_words,
    return_frame,
)
from dashboard.filters import PlanView
from dashboard.queries.lineage import read_batches
from dashboard.source import ask
from dashboard.wording import BATCH_STATES, LEDGERS, NOTHING
from etl.build import silent
from etl.pipeline import Pipeline, RequestError
from etl.reception import take_back
from warehouse.home import HomeError
from warehouse.journal import Batch
from warehouse.plans import load_plans
from warehouse.returns import Return, replay_returns

_SHOWN = 60
_STATES = {"全部": None, "已接受": "accepted", "已暂挂": "held", "已撤回": "withdrawn"}


def draw_journal(view: PlanView, *, can_write: bool) -> None:
    """Batches, then returns."""
    events = view.source.store.journal.events()
    batches = [
        b for b in view.source.store.journal.batches() if b.place_id == view.plan["place_id"]
    ]
    _draw_pending(view, batches, can_write=can_write)
    _draw_batches(view, batches, can_write=can_write)
    returns = [r for r in replay_returns(events) if r.place_id == view.plan["place_id"]]
    _draw_returns(view, returns, can_write=can_write)


def _draw_pending(view: PlanView, batches: Sequence[Batch], *, can_write: bool) -> None:
    """Batches that a load left landed: it was cut off before it could publish."""
    landed = [b.batch_id for b in batches if b.state == "landed"]
    if not landed:
        return
    st.warning(
        f"{len(landed)} 个批次已落地、还没有发布（{'、'.join(landed[:5])}）：上次收件中断了，"
        "或别人正在收件。过一会儿仍是这样，点“发布”接着做完。",
        icon=":material/pending:",
    )
    if st.button("发布", disabled=not can_write, key="desk_build"):
        begin(view, "正在发布", lambda pipeline: change_words("已发布。", pipeline.build()))


def _draw_batches(view: PlanView, batches: Sequence[Batch], *, can_write: bool) -> None:
    held = [b for b in batches if b.state == "held"]
    if held:
        st.warning(f"{len(held)} 个批次暂挂。{HELD_HELP}", icon=":material/pause_circle:")
    if len(held) > 1 and st.button(
        f"全部接受（{len(held)} 个，再核验一次）", key="desk_accept_all", disabled=not can_write
    ):
        ids = [b.batch_id for b in held]
        done = f"已接受 {len(ids)} 个批次。"
        begin(view, "正在接受", lambda pipeline: change_words(done, pipeline.accept(ids)))
    word = st.segmented_control(
        "状态", list(_STATES), default="已暂挂" if held else "全部", required=True,
        key="desk_state", label_visibility="collapsed",
    )  # fmt: skip
    state = _STATES.get(word or "")
    shown = [b for b in batches if state in (None, b.state)][-_SHOWN:]
    if not shown:
        draw_note("没有这样的批次。" if batches else "还没有收过文件。")
        return
    errors: dict[str, int] = {}
    units: dict[str, str] = {}
    if view.source.version is not None:
        known = ask(view.source, read_batches, view.plan_id)
        errors = dict(known.select("batch_id", "error_rows").rows())
        units = dict(known.select("batch_id", "unit").rows())
    frame = batch_frame(shown, errors, units)
    st.markdown(f"**最近 {frame.height} 个批次**")
    st.dataframe(
        frame,
        hide_index=True,
        key="desk_batches",
        height="auto" if frame.height <= 10 else 360,
        placeholder=NOTHING,
    )
    labels = {_label(b): b for b in reversed(shown) if b.state != "withdrawn"}
    if labels:
        _draw_batch_step(view, labels, can_write=can_write)


def _label(batch: Batch) -> str:
    return (
        f"{batch.batch_id} {BATCH_STATES[batch.state]} "
        f"{LEDGERS.get(batch.ledger, batch.ledger)} {batch.file_name}"
    )


def _draw_batch_step(view: PlanView, labels: dict[str, Batch], *, can_write: bool) -> None:
    with st.container(border=True, key="desk_batch_step"):
        label = st.selectbox(
            "撤回或接受哪个批次", list(labels), index=None, key="desk_batch",
            placeholder="输入批次号、台账或文件名查找",
        )  # fmt: skip
        if label is None:
            return
        batch = labels[label]
        if batch.reason:
            draw_note(plain(f"原因：{batch.reason}"))
        reason = (
            st.text_input("理由（必填，记入日志账）", key="desk_why", max_chars=200) or ""
        ).strip()
        is_held = batch.state == "held"
        columns = st.columns(3 if is_held else 1)
        with columns[0]:
            if st.button("撤回", key="desk_withdraw", disabled=not (reason and can_write)):
                _change(view, f"已撤回 {batch.batch_id}。", batch.batch_id, reason, "withdraw")
        if not is_held:
            draw_note("撤回后它的数据不再计入，原件和记录保留；可重新收原件。")
            return
        with columns[1]:
            if st.button("接受（再核验一次）", key="desk_accept", disabled=not can_write):
                _change(view, f"已接受 {batch.batch_id}。", batch.batch_id, reason, "accept")
        with columns[2]:
            if st.button("强制接受", key="desk_force", disabled=not (reason and can_write)):
                _change(view, f"已接受 {batch.batch_id}。", batch.batch_id, reason, "force")
        draw_note("强制接受会越过发布前核验，须写明理由，并记入日志账。")


def _change(view: PlanView, done: str, batch_id: str, reason: str, step: str) -> None:
    def work(pipeline: Pipeline) -> Told:
        if step == "withdraw":
            return change_words(done, pipeline.withdraw(batch_id, reason))
        outcome = pipeline.accept([batch_id], force=step == "force", reason=reason or None)
        return change_words(done, outcome)

    begin(view, "正在撤回" if step == "withdraw" else "正在接受", work)


def _draw_returns(view: PlanView, returns: Sequence[Return], *, can_write: bool) -> None:
    if not returns:
        draw_note("还没有退回过文件。")
        return
    plan = load_plans(*view.source.store.home.plan_folders)[view.plan_id]
    names = {u["unit_id"]: u["name"] for u in plan.units}
    standing = {f"{r.return_id} {r.file_name}": r for r in returns if r.withdrawn is None}
    st.markdown(f"**退回过 {len(returns)} 份，有效 {len(standing)} 份**")
    st.dataframe(
        return_frame(returns[-_SHOWN:], names),
        hide_index=True,
        key="desk_returns",
        placeholder=NOTHING,
    )
    if not standing:
        return
    with st.container(border=True, key="desk_return_step"):
        label = st.selectbox(
            "补发或撤销哪次退回", list(reversed(standing)), index=None, key="desk_take_back",
            placeholder="再下载退回函和工作簿，或撤销退错了的",
        )  # fmt: skip
        if label is not None:
            draw_returned(view, standing[label])
        reason = (
            st.text_input("撤销理由（必填）", key="desk_take_back_why", max_chars=200) or ""
        ).strip()
        if st.button(
            "撤销退回", key="desk_take_back_do", disabled=not (label and reason and can_write)
        ):
            try:
                take_back(
                    open_pipeline(view.source.root, silent).store,
                    standing[str(label)].return_id,
                    reason,
                )
            except (HomeError, RequestError) as error:
                tell(Told("bad", (str(error),)))
            else:
                tell(Told("good", (f"已撤销退回 {standing[str(label)].return_id}。",)))
            st.rerun()
