"""这个数怎么来的: a figure explained from its metric's definition, down to the facts behind it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.components.tables import show_records, show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.queries.evidence import read_facts
from dashboard.source import ask
from dashboard.wording import NOTHING, quantity
from warehouse.metrics import load_metrics

_ROWS_SHOWN = 500  # of the facts behind a figure, which may be a million records


def draw_explanation(
    view: View, metric_id: str, value: dict[str, Any] | None, unit: str | None = None
) -> None:
    """Formula, source, both parts, and the first of the facts judged, those not counted first.

    `value`: the metric's row of metric_values.sql, None where it has none in the period.
    """
    metric = load_metrics()[metric_id]
    st.markdown(f"**{metric.title}** ＝ {metric.formula}")
    if value is None:
        draw_note("本期没有可判定的数据。")
        return
    parts = f"＝ {value['numerator']} ÷ {value['denominator']} " if metric.is_rate else ""
    shown = quantity(value["value"], metric.unit)
    st.markdown(f"{parts}＝ **{shown if value['value'] is not None else NOTHING}**")
    draw_note(
        f"口径出处：{metric.source}。判定日 {view.judging_date:%Y-%m-%d}；"
        f"数据截至 {view.facts['newest_received']:%Y-%m-%d}；"
        f"规则版本 {view.facts['rule_set']}。本办测算。"
    )
    facts = ask(view.source, read_facts, metric_id, view.plan_id, view.label, unit, _ROWS_SHOWN)
    if facts.height == _ROWS_SHOWN:
        draw_note(f"只列前 {_ROWS_SHOWN} 条，先列没有计入的；更多见“双公示”的记录明细。")
    columns = [name for name in facts.columns if name != "row_id"]
    key = f"facts_{metric_id}_{unit or 'plan'}"
    if "row_id" in facts.columns:
        show_records(view, facts, columns, key=key, title=metric.title)
    else:
        show_table(view, facts, columns, key=key, title=metric.title, height=300)
