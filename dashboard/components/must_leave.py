"""应下未下: the records that must leave publication, down to the cell, with a list for download."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components.tables import show_records
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.queries.must_leave import read_must_leave
from dashboard.source import ask

_COLUMNS = [
    "unit", "ledger", "document_no", "counterparty_name", "reasons", "since_date", "days",
    "published_date", "file_name", "row_number",
]  # fmt: skip
MUST_LEAVE = "应下未下"
_TITLES = {
    "reasons": "原因", "since_date": "起", "days": "已过天数", "published_date": "公示时间",
}  # fmt: skip


def must_leave_finding(frame: pl.DataFrame, day: str) -> str:
    """What the list says in one line; `day`: the day up to which the data reach."""
    shown = int(frame["is_shown"].sum())
    if frame.is_empty():
        return f"应下未下：截至 {day} 没有"
    return f"应下未下：截至 {day} {frame.height} 条应停止公示，{shown} 条填着公示时间"


def draw_must_leave(view: View, *, unit: str | None = None, ledger: str | None = None) -> None:
    """The list of the day up to which the data reach, whatever period is chosen."""
    frame = ask(view.source, read_must_leave, view.plan_id, view.source.root)
    if unit is not None:
        frame = frame.filter(pl.col("unit_id") == unit)
    if ledger is not None:
        frame = frame.filter(pl.col("ledger") == ledger)
    day = f"{view.facts['as_of']:%Y-%m-%d}"
    st.markdown(f"**{must_leave_finding(frame, day)}**")
    draw_note(
        "期限已过、已修复、已撤销、状态无效，或所在文件已撤回、更正后不再有的；历年的都在内，"
        "不随所选期间变。没填公示时间的排在后面，请到网站核对。"
    )
    show_records(
        view,
        frame,
        _COLUMNS,
        key=f"must_leave_{unit or 'all'}_{ledger or 'both'}",
        title="应下未下",
        titles=_TITLES,
        empty="没有应下未下的记录。",
    )
