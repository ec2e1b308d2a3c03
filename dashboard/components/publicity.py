"""Parts of the publicity pages: error types in words, and the records behind them."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.arrival import bring_into_view
from dashboard.components.must_leave import MUST_LEAVE, draw_must_leave
from dashboard.components.tables import show_records, show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.queries.records import Kind, read_records, read_unreported
from dashboard.source import ask
from expectations.rules import load_rules

LATE, ERRORS, UNREPORTED, UNDETERMINED, ALL = (
    "迟报记录", "不合规记录", "应报未报（待核）", "无法判定", "全部记录",
)  # fmt: skip
RECORD_PARTS = (LATE, ERRORS, UNREPORTED, UNDETERMINED, ALL)
_KINDS: dict[str, Kind] = {LATE: "late", ERRORS: "error", UNDETERMINED: "undetermined", ALL: "all"}
_COLUMNS = {
    LATE: ["unit", "ledger", "document_no", "counterparty_name", "decision_date", "report_date",
           "limit_date", "late_days", "file_name", "row_number"],
    ERRORS: ["unit", "ledger", "document_no", "counterparty_name", "decision_date", "rules",
             "file_name", "sheet_name", "row_number"],
    UNDETERMINED: ["unit", "ledger", "document_no", "counterparty_name", "decision_date",
                   "file_name", "row_number"],
    ALL: ["unit", "ledger", "document_no", "counterparty_name", "decision_date", "report_date",
          "rules", "file_name", "row_number"],
}  # fmt: skip
_UNREPORTED_COLUMNS = [
    "unit", "decision_type", "document_no", "counterparty_name", "decision_date", "limit_date",
    "source", "file_name", "row_number",
]  # fmt: skip
_NOTES = {
    LATE: "迟报已成事实，改不回来；可改的是以后按期。",
    ERRORS: "改正后重报即可计入合规；一次合格率不变。",
    UNREPORTED: "到期仍未上报的决定，待核实；未经认定不作定性。",
    UNDETERMINED: "没有上报时间、决定日期无效或日历未公布，不算迟、也不算按期。",
    ALL: "本期计入的全部记录。",
}


def rule_titles(types: pl.DataFrame) -> pl.DataFrame:
    """The frame of error_types.sql with `title`: the rule in words."""
    titles = {rule.id: rule.title for rule in load_rules()}
    return types.with_columns(pl.col("rule_id").replace(titles).alias("title"))


def picked(event: Any, name: str) -> str | None:
    """What was clicked in a chart: the axis value or the first custom value of the first point."""
    points = event["selection"]["points"] if event else []
    if not points:
        return None
    value = points[0].get(name)
    if isinstance(value, dict):
        value = value.get("0")
    elif isinstance(value, list | tuple):
        value = value[0]
    return None if value is None else str(value)


def draw_error_table(view: View, types: pl.DataFrame) -> str | None:
    """Error types with an example of how to mend each; gives the chosen rule."""
    index = show_table(
        view,
        types,
        ["title", "record_count", "example"],
        key="error_table",
        title="问题类型",
        titles={"title": "问题", "record_count": "条数"},
        can_select=True,
    )
    return None if index is None else str(types["rule_id"][index])


def draw_record_part(
    view: View,
    *,
    unit: str | None = None,
    ledger: str | None = None,
    rule: str | None = None,
    part: str | None = None,
) -> None:
    """The records of a kind (chosen here unless `part` says it), down to the cell."""
    if part is None:
        bring_into_view("show")
        part = st.segmented_control(
            "看哪些记录",
            (*RECORD_PARTS, MUST_LEAVE),
            default=LATE,
            required=True,
            key="show",
            bind="query-params",
        )
    part = part or LATE
    if rule is not None:
        part = ERRORS
    if part == MUST_LEAVE:
        draw_must_leave(view, unit=unit, ledger=ledger)
        return
    source, plan, period = view.source, view.plan_id, view.label
    key = f"records_{RECORD_PARTS.index(part)}_{unit or 'all'}"
    if part == UNREPORTED:
        frame = ask(source, read_unreported, plan, period, unit)
        draw_note(f"{frame.height} 件。{_NOTES[part]}")
        show_records(
            view,
            frame,
            _without_unit(_UNREPORTED_COLUMNS, unit),
            key=key,
            title="应报未报待核",
            ledger="decision_register",
            empty="没有应报未报的决定。",
        )
        return
    frame = ask(
        source, read_records, plan, period, _KINDS[part], unit=unit, ledger=ledger, rule=rule
    )
    only = f"，只看规则 {rule}" if rule else ""
    draw_note(f"{frame.height} 条{only}。{_NOTES[part]}")
    show_records(
        view,
        frame,
        _without_unit(_COLUMNS[part], unit),
        key=key,
        title=part,
        empty=f"本期没有{part}。",
    )


def _without_unit(columns: list[str], unit: str | None) -> list[str]:
    """On one unit's page its name need not stand in every row."""
    return columns if unit is None else [name for name in columns if name != "unit"]
