"""四类差异: the classes of what does not agree, opened into records and the cells of both sides."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components.tables import show_cells, show_records, show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.queries.figures import read_metrics
from dashboard.reconcile_words import (
    MEANINGS,
    classes_finding,
    coverage_note,
    differences_finding,
    field_words,
    report_identity,
)
from dashboard.source import ask
from etl.reconcile import (
    FINDINGS,
    count_findings,
    read_coverage,
    read_differences,
    read_discrepancies,
)

_COLUMNS = {
    "unreported": ["unit", "decision_type", "document_no", "counterparty_name", "decision_date",
                   "limit_date", "detail", "file_name", "row_number"],
    "not_stored": ["unit", "decision_type", "document_no", "counterparty_name", "report_date",
                   "detail", "file_name", "row_number"],
    "extra": ["unit", "decision_type", "document_no", "counterparty_name", "decision_date",
              "detail", "file_name", "row_number"],
}  # fmt: skip
_DIFFERING = ["unit", "document_no", "field_word", "source", "told_value", "record_value", "note"]
_TITLES = {
    "detail": "说明",
    "field_word": "不同的项", "source": "来源", "told_value": "来源所填",
    "record_value": "台账所填",
}  # fmt: skip


def draw_discrepancies(view: View, unit: str | None) -> None:
    """The classes as figures; the chosen one as records, each down to the cell."""
    found = ask(view.source, read_discrepancies, view.plan_id, view.label, unit)
    counts = count_findings(found)
    report = _report_rate(view, unit)
    st.markdown(f"**{classes_finding(counts, found, report)}**")
    with st.container(horizontal=True, gap="small", key="classes"):
        for finding, count in counts.items():
            st.metric(FINDINGS[finding], f"{count} 件", border=True, width=170)
    words = {title: finding for finding, title in FINDINGS.items()}
    first = next((FINDINGS[key] for key, count in counts.items() if count), FINDINGS["unreported"])
    chosen = st.segmented_control(
        "看哪一类",
        [*words],
        default=first,
        required=True,
        key="finding",
        bind="query-params",
        label_visibility="collapsed",
    )
    finding = words.get(chosen or "", "unreported")
    identity = report_identity(report, counts[finding]) if finding == "unreported" else ""
    draw_note(f"{counts[finding]} 件。{MEANINGS[finding]}{identity}")
    if finding == "differing":
        _draw_differences(view, unit)
    else:
        rows = found.filter(pl.col("finding") == finding)
        columns = _COLUMNS[finding] if unit is None else _COLUMNS[finding][1:]
        show_records(
            view,
            rows,
            columns,
            key=f"found_{finding}",
            title=FINDINGS[finding],
            titles=_TITLES,
            empty=f"本期没有“{FINDINGS[finding]}”。",
        )
    note = coverage_note(ask(view.source, read_coverage, view.plan_id, view.label, unit))
    if note:
        draw_note(f"对账范围：{note}。")


def _report_rate(view: View, unit: str | None) -> dict[str, float] | None:
    metrics = ask(view.source, read_metrics, view.plan_id, view.label, unit)
    rows = metrics.filter(pl.col("metric_id") == "publicity_report_rate").to_dicts()
    return rows[0] if rows and rows[0]["denominator"] is not None else None


def _draw_differences(view: View, unit: str | None) -> None:
    rows = field_words(ask(view.source, read_differences, view.plan_id, view.label, unit))
    if rows.height:
        st.markdown(f"**{differences_finding(rows)}**")
    index = show_table(
        view,
        rows,
        _DIFFERING if unit is None else _DIFFERING[1:],
        key="differences",
        title="两边不一致",
        titles=_TITLES,
        can_select=True,
        empty=f"本期没有“{FINDINGS['differing']}”。",
    )
    if index is None:
        if rows.height:
            draw_note("点行首的方框，看两边各自的文件、行和格。")
        return
    row = rows.row(index, named=True)
    show_cells(view, row["source_ledger"], row["source_row_id"])
    show_cells(view, row["record_ledger"], row["record_row_id"])
