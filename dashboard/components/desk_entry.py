"""录入: what comes without a file. A grid becomes a file, is checked, and takes the same road."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.desk_state import PRACTICE, begin, read_owed
from dashboard.components.texts import draw_note
from dashboard.components.verdict import show
from dashboard.desk_words import Told, load_words
from dashboard.filters import PlanView
from dashboard.terms import in_present_words
from dashboard.uploads import Upload, on_disk, own_folder, plain_name
from dashboard.wording import LEDGERS
from etl.check import check_file
from etl.check_result import CheckResult
from etl.entries import (
    KINDS,
    Choices,
    choices_of,
    complete,
    entry_file,
    entry_name,
)
from etl.pipeline import Pipeline
from etl.reception import Delivery, receive
from etl.templates import write_templates
from warehouse.contracts import Column, Contract, load_contracts
from warehouse.plans import Plan, load_plans

_CHECK, _ROUND = "_desk_entry_check", "_desk_entry_round"
_BLANK_ROWS = 4


def draw_entry(view: PlanView, received: date, *, can_write: bool) -> None:
    """Choose what to enter; a blank workbook to send out, or the grid."""
    kinds = {kind.title: kind for kind in KINDS}
    title = st.segmented_control(
        "录入什么", list(kinds), default=KINDS[0].title, required=True, key="entry",
        bind="query-params",
    )  # fmt: skip
    kind = kinds.get(title or "", KINDS[0])
    contract = load_contracts()[kind.ledger]
    plan = load_plans(*view.source.store.home.plan_folders)[view.plan_id]
    draw_note(
        f"{kind.when}。直接填下面的格子，或把空白模板发给部门、收回后拖进“收文件”。",
        "标 * 的必填；填报（报送）日期留空的按收件日期；单位代码由名册补上。",
    )
    rows = _draw_grid(plan, contract, _periods(view), received)
    left, right = st.columns([1, 2], vertical_alignment="center")
    with left:
        is_asked = st.button(
            f"检查并发布（{len(rows)} 行）",
            type="primary",
            key=f"desk_enter_{kind.ledger}",
            disabled=not (rows and can_write),
            icon=":material/publish:",
        )
    with right:
        _draw_template(contract)
    if is_asked:
        enter(view, plan, kind.title, contract, rows, received)
    draw_entry_check(kind.ledger)


def _periods(view: PlanView) -> list[str]:
    owed = read_owed(view)
    return list(owed["period_covered"].unique().sort())


def _draw_grid(
    plan: Plan, contract: Contract, periods: Sequence[str], received: date
) -> list[dict[str, Any]]:
    """The rows that were typed."""
    choices = choices_of(plan, contract, periods)
    own = {pair.uscc for pair in contract.unit_fields}
    columns = [c for c in contract.columns if c.field not in own]
    blank = pl.DataFrame(
        {c.field: [None] * _BLANK_ROWS for c in columns},
        schema={c.field: _kind_of(c) for c in columns},
    )
    edited: Any = st.data_editor(
        blank,
        num_rows="dynamic",
        hide_index=True,
        placeholder=" ",
        key=f"desk_grid_{contract.ledger}_{st.session_state.get(_ROUND, 0)}",
        column_config={c.field: _config(c, choices) for c in columns},
    )
    return complete(edited.to_dicts(), plan, contract, received)


def _kind_of(column: Column) -> Any:
    if column.type in ("date", "datetime"):
        return pl.Date
    return pl.Float64 if column.type == "number" else pl.Utf8


def _config(column: Column, choices: Choices) -> Any:
    """How a column of the contract is typed."""
    label = in_present_words(column.title) + (" *" if column.is_required else "")
    told = column.meaning + (f"。例：{column.example}" if column.example else "")
    if column.field in choices:
        words = choices[column.field]
        return st.column_config.SelectboxColumn(
            label,
            help=told,
            options=list(words),
            format_func=lambda value: words.get(str(value), str(value)),
            width="medium",
        )
    match _kind_of(column):
        case pl.Date:
            return st.column_config.DateColumn(label, help=told, format="YYYY-MM-DD")
        case pl.Float64:
            return st.column_config.NumberColumn(label, help=told)
    return st.column_config.TextColumn(label, help=told, max_chars=column.length)


def _draw_template(contract: Contract) -> None:
    def make() -> bytes:
        with own_folder() as folder:
            [path] = write_templates(folder, {contract.ledger: contract})
            return path.read_bytes()

    st.download_button(
        f"空白模板（{LEDGERS[contract.ledger]}）",
        data=make,
        file_name=f"{contract.title}模板.xlsx",
        key=f"desk_template_{contract.ledger}",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def draw_templates() -> None:
    """The blank workbook of any ledger."""
    contracts = load_contracts()
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        ledger = st.selectbox(
            "空白模板", list(contracts), format_func=lambda name: LEDGERS[name], key="desk_blank"
        )
    with right:
        _draw_template(contracts[ledger])


def enter(
    view: PlanView,
    plan: Plan,
    title: str,
    contract: Contract,
    rows: Sequence[Mapping[str, Any]],
    received: date,
) -> None:
    """Make a file of rows, check it, and take it in if no row is wrong; else keep the verdict for
    `draw_entry_check`."""
    name = plain_name(entry_name(title, contract, rows))
    content = entry_file(contract, rows)
    with st.spinner("正在检查 …"), on_disk(Upload(name, content, "entry")) as path:
        result = check_file(path, plan, received, home=view.source.store.home, is_traced=True)
    if result.grade != "可报":
        st.session_state[_CHECK] = (contract.ledger, result)
        return
    st.session_state.pop(_CHECK, None)
    state = st.session_state
    state[_ROUND] = state.get(_ROUND, 0) + 1
    delivery = Delivery(name, content, received)
    is_practice = bool(state.get(PRACTICE))
    plan_id = view.plan_id

    def work(pipeline: Pipeline) -> Told:
        with own_folder() as folder:
            return load_words(
                receive(pipeline, plan_id, [delivery], folder, is_practice=is_practice)
            )

    begin(view, f"正在登记 {title}", work)


def draw_entry_check(ledger: str) -> None:
    """Why the last entry into this ledger was not taken in."""
    kept: tuple[str, CheckResult] | None = st.session_state.get(_CHECK)
    if kept is None or kept[0] != ledger:
        return
    st.error("没有收下：下面的行有错。行号是格子里的第几行加 1（第 1 行是表头）。请改好后再点。")
    show(kept[1], key=f"desk_entry_{ledger}")
