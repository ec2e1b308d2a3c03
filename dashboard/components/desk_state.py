"""What the desk keeps between reruns: the change under way, and what came of the last one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.texts import plain
from dashboard.desk_words import Told
from dashboard.filters import PlanView
from dashboard.navigation import PAGES, draw_link
from dashboard.queries.duties import OBLIGATION_COLUMNS, read_plan_obligations
from dashboard.source import ask
from dashboard.working import Work, WorkError
from etl.build import Progress
from etl.demo import holds_samples
from etl.edge import today
from etl.pipeline import Pipeline
from warehouse.home import Home

_WORK, _TOLD = "_desk_work", "_desk_told"
PRACTICE = "desk_practice"
# Somebody who clicks must not wait long for another writer: he is told instead.
_LOCK_SECONDS = 5
_LOOKS_PER_SECOND = 4
_BOXES: Mapping[str, tuple[Callable[..., Any], str]] = {
    "good": (st.success, ":material/check_circle:"),
    "note": (st.info, ":material/info:"),
    "bad": (st.error, ":material/error:"),
}


def read_owed(view: PlanView) -> pl.DataFrame:
    """Every obligation of the plan's year (plan_obligations.sql); none is known before anything
    was published."""
    if view.source.version is None:
        return pl.DataFrame(schema=OBLIGATION_COLUMNS)
    return ask(view.source, read_plan_obligations, view.plan_id)


def begin(view: PlanView, title: str, do: Callable[[Pipeline], Told]) -> None:
    """Begin a change of the home; `do` says in the end what came of it. Draws the page anew."""
    root = view.source.root

    def change(progress: Progress) -> Told:
        return do(open_pipeline(root, progress))

    st.session_state.pop(_TOLD, None)
    st.session_state[_WORK] = Work(title, change)
    st.rerun()


def open_pipeline(root: str, progress: Progress) -> Pipeline:
    """The pipeline of a home, by which nobody waits long for the writer lock."""
    home = Home.open(root)
    config = home.config.model_copy(update={"lock_timeout_seconds": _LOCK_SECONDS})
    return Pipeline(replace(home, config=config), today(), progress)


def tell(told: Told) -> None:
    """Keep what came of a step for the top of the page."""
    st.session_state[_TOLD] = told


def draw_state(view: PlanView) -> bool:
    """Draw what came of the last step, and whether anything may be begun here."""
    told: Told | None = st.session_state.get(_TOLD)
    if told is not None:
        draw_told(told)
    refusal = why_closed(view)
    if refusal:
        st.warning(refusal, icon=":material/lock:")
        return False
    return _draw_practice(view) and not is_working()


def is_working() -> bool:
    """Whether a change that this visitor has begun is under way."""
    return _WORK in st.session_state


def wait(slot: Any) -> None:
    """Show the change under way in `slot` until it has ended. To be called last: a page that is
    not drawn whole loses what was dropped on it."""
    work: Work[Told] | None = st.session_state.get(_WORK)
    if work is None:
        return
    bar = slot.progress(0.0, work.words)
    while not work.is_done(1 / _LOOKS_PER_SECOND):
        bar.progress(work.share, work.words)
    st.session_state.pop(_WORK, None)
    try:
        tell(work.result())
    except WorkError as error:
        tell(Told("bad", (str(error),)))
    st.rerun()


def draw_told(told: Told) -> None:
    """The lines of what came of a step; nothing in them is taken for Markdown."""
    draw, icon = _BOXES[told.kind]
    first, *more = told.lines
    draw("\n".join([f"**{plain(first)}**", "", *(f"- {plain(x)}" for x in more)]), icon=icon)
    if told.page:
        draw_link(told.page, f"看“{PAGES[told.page][0]}”的新数 →")


def why_closed(view: PlanView) -> str:
    """Why nothing can be taken in here, in words; empty where it can."""
    root = view.source.root
    if not os.access(root, os.W_OK):
        return f"数据目录 {root} 只能读，收件台不能写入。请在能写的机器上收件，或请管理员放开权限。"
    if is_sample_home(view) and not view.is_sample:
        return (
            "这个数据目录里装着演示数据，真实台账不能混入。"
            "请用 citycredit serve --home 另一个目录。"
        )
    return ""


def is_sample_home(view: PlanView) -> bool:
    """Whether the home holds the shipped samples."""
    return holds_samples(view.source.store.journal.batches())


def _draw_practice(view: PlanView) -> bool:
    if not is_sample_home(view):
        return True
    return st.checkbox(
        "练习用，不是真实台账（这个目录里是演示数据：在这里收的文件也算演示数据；"
        "真实台账请用 --home 另建数据目录）",
        key=PRACTICE,
        persist_state="session",
    )
