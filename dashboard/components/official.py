"""与上级通报: own and official rates side by side, and what can explain a difference."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components.tables import show_records, show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.reconcile_words import (
    explained_note,
    noticeable,
    official_finding,
    official_rows,
    with_rule_titles,
)
from dashboard.source import ask
from dashboard.wording import period_words
from etl.official import (
    EXPLANATIONS,
    NOTICEABLE_POINTS,
    official_totals,
    read_explanations,
    read_official,
)

ONLY_FAR, ALL = "相差明显的", "全部单位"
_COLUMNS = ["unit", "rate", "own", "official", "points", "records", "doc"]
_TITLES = {
    "rate": "率", "own": "本办测算", "official": "上级通报", "points": "相差（百分点）",
    "records": "条数差（本办减通报）", "doc": "通报",
}  # fmt: skip
_RECORD_COLUMNS = [
    "unit", "document_no", "counterparty_name", "decision_date", "report_date", "limit_date",
    "detail", "file_name", "row_number",
]  # fmt: skip


def draw_official(view: View, unit: str | None) -> None:
    """Rates of both sides by unit with the difference in points and records, then the records."""
    official = ask(view.source, read_official, view.plan_id, view.label, unit)
    if official.is_empty():
        st.info(
            f"{period_words(view.label)}没有上级通报的数字；收到通报后按“上级通报口径”模板填好，"
            "用 citycredit load 载入。",
            icon=":material/inbox:",
        )
        return
    st.markdown(f"**{official_finding(official, official_totals(official))}**")
    far = noticeable(official)
    shown = st.segmented_control(
        "看哪些单位", [ONLY_FAR, ALL], default=ONLY_FAR if far.height else ALL, required=True,
        key="apart", bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    rows = far if shown == ONLY_FAR else official
    show_table(
        view,
        official_rows(rows),
        _COLUMNS if unit is None else _COLUMNS[1:],
        key="official",
        title="本办测算与上级通报",
        titles=_TITLES,
        empty=f"没有相差超过 {NOTICEABLE_POINTS:g} 个百分点的。",
    )
    draw_note(
        "上报率：本办按决定所在月，通报按上报所在月，跨月的两边不在同一期；“无明细”的单位只有通报数，无从比对。"
    )
    _draw_explanations(view, official, unit)


def _draw_explanations(view: View, official: pl.DataFrame, unit: str | None) -> None:
    found = ask(view.source, read_explanations, view.plan_id, view.label, unit)
    counts = dict(found["kind"].value_counts().iter_rows())
    words = {title: kind for kind, title in EXPLANATIONS.items() if kind in counts}
    if not words:
        st.markdown("**没有能说明差异的记录**")
        return
    told = "；".join(f"{title} {counts[kind]} 条" for title, kind in words.items())
    st.markdown(f"**可能说明差异的记录：{told}**")
    note = explained_note(official, found)
    draw_note(f"{note}通报只给数、不给名单：迟报和上报条数的差只能列出本办的记录供核对。")
    chosen = st.segmented_control(
        "看哪些记录", [*words], default=next(iter(words)), required=True, key="why",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    kind = words.get(chosen or "", next(iter(words.values())))
    show_records(
        view,
        with_rule_titles(found.filter(pl.col("kind") == kind)),
        _RECORD_COLUMNS if unit is None else _RECORD_COLUMNS[1:],
        key=f"why_{kind}",
        title=EXPLANATIONS[kind],
        titles={"detail": "退回原因或不合规规则"},
    )
