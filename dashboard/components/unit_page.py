"""One unit's page: its rates, its records, its hand-ins, its tasks."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.charts.rates import draw_rates
from dashboard.components.cards import by_metric
from dashboard.components.explain import draw_explanation
from dashboard.components.publicity import ALL, ERRORS, LATE, UNREPORTED, draw_record_part
from dashboard.components.tables import show_records, show_table
from dashboard.components.texts import draw_note
from dashboard.components.units_table import notes_of
from dashboard.filters import View
from dashboard.findings import LEDGER_METRIC, ledger_words, rates_finding
from dashboard.queries.figures import read_metrics, read_rates_by_month, read_targets
from dashboard.queries.tasks import read_obligations, read_task_states
from dashboard.source import ask
from dashboard.wording import GROUPS, change, day, light_badge, percent

HAND_INS, TASKS, EXPLANATION = "报送义务", "任务", "这些数怎么来的"
PARTS = (LATE, ERRORS, UNREPORTED, HAND_INS, TASKS, ALL, EXPLANATION)
_RATES = {
    "publicity_report_rate": "上报率",
    "publicity_compliance_rate": "合规率",
    "publicity_first_pass_rate": "一次合格率",
    "publicity_timeliness_rate": "及时率",
    LEDGER_METRIC: "台账按期",
}


def draw_unit(view: View, unit: dict[str, Any]) -> None:
    """The page of one unit (a row of units.sql)."""
    unit_id = unit["unit_id"]
    st.button("← 全部单位", key="back", type="tertiary", on_click=_close)
    notes = notes_of(unit)
    badges = " ".join(f":gray-badge[{note}]" for note in notes)
    st.subheader(f"{unit['unit']} · {GROUPS[unit['ranking_group']]}", anchor=False)
    if badges:
        st.markdown(badges)
    metrics = by_metric(ask(view.source, read_metrics, view.plan_id, view.label, unit_id))
    targets = by_metric(ask(view.source, read_targets, view.plan_id, view.label, unit_id))
    hand_ins = ask(view.source, read_obligations, view.plan_id, view.label, unit_id)
    _draw_rates(metrics, targets, ledger_words(hand_ins), is_small=bool(unit["is_small"]))
    part = st.segmented_control(
        "看什么",
        PARTS,
        default=LATE,
        required=True,
        key="part",
        bind="query-params",
        label_visibility="collapsed",
    )
    if part == HAND_INS:
        _draw_hand_ins(view, unit_id)
    elif part == TASKS:
        _draw_tasks(view, unit_id)
    elif part == EXPLANATION:
        metric_id = st.selectbox(
            "指标", list(_RATES), format_func=lambda m: _RATES[m], key="unit_metric"
        )
        draw_explanation(view, metric_id, metrics.get(metric_id), unit_id)
    else:
        draw_record_part(view, unit=unit_id, part=part or LATE)
    rates = ask(view.source, read_rates_by_month, view.plan_id, unit_id)
    if not rates.is_empty():
        rates = rates.filter(pl.col("ledger") == "all")
        st.markdown(f"**按月三率：{rates_finding(rates, view.label)}**")
        st.plotly_chart(
            draw_rates(
                rates,
                target=None,
                height=260,
                is_sample=view.is_sample,
            ),
            key="unit_trend",
            config={"displayModeBar": False},
        )


def _draw_rates(
    metrics: dict[str, dict[str, Any]],
    targets: dict[str, dict[str, Any]],
    ledger: tuple[str, str],
    *,
    is_small: bool,
) -> None:
    for column, (metric_id, title) in zip(st.columns(5), _RATES.items(), strict=True):
        metric, target = metrics.get(metric_id), targets.get(metric_id)
        with column, st.container(border=True, height="stretch"):
            value = metric["value"] if metric else None
            is_ledger = metric_id == LEDGER_METRIC
            st.metric(ledger[0] if is_ledger else title, percent(value))
            if is_small and not is_ledger:
                st.markdown(":gray-badge[○ 样本少，只供参考]" if value is not None else "")
            elif target is not None:
                st.markdown(light_badge(target["light"], target["status"], target["gap_text"]))
            parts, before = "", None
            if metric is not None and value is not None:
                parts = f"{metric['numerator']}/{metric['denominator']}　"
                before = metric["previous_value"]
            draw_note(parts + change(value, before, is_rate=True), ledger[1] if is_ledger else "")


def _draw_hand_ins(view: View, unit_id: str) -> None:
    hand_ins = ask(view.source, read_obligations, view.plan_id, str(view.plan["year"]), unit_id)
    if hand_ins.is_empty():
        draw_note("方案没有给这个单位定期报送义务。")
        return
    contradicted = hand_ins.filter(pl.col("is_nil_contradicted"))
    if not contradicted.is_empty():
        months = "、".join(contradicted["period_covered"].to_list())
        st.warning(f"申报零报送但台账里有记录：{months}。零报送不算数，请部门说明。")
    draw_note(f"{view.plan['year']} 年全年，截至 {view.facts['as_of']:%Y-%m-%d}。")
    show_table(
        view,
        hand_ins,
        ["duty", "period_covered", "due_date", "answered_date", "state"],
        key="unit_hand_ins",
        title="报送义务",
        height=330,
    )


def _draw_tasks(view: View, unit_id: str) -> None:
    tasks = ask(view.source, read_task_states, view.plan_id, view.label, unit_id)
    if tasks.is_empty():
        draw_note("本期没有以这个单位为牵头的有期限任务。")
        return
    overdue = tasks.filter(pl.col("is_overdue"))
    if not overdue.is_empty():
        first = day(min(overdue["deadline"].to_list()))
        st.markdown(f":red-badge[✕ 逾期 {overdue.height} 件] 最早应于 {first}前完成")
    shown = tasks.with_columns(task_words().alias("state"))
    show_records(
        view,
        shown,
        ["title", "deadline", "state", "last_status", "completed_date"],
        key="unit_tasks",
        title="任务",
        ledger="task_status",
    )


def task_words() -> pl.Expr:
    """The state of a dated task in words, from the facts of task_states.sql."""
    return (
        pl.when(pl.col("is_unmeasured"))
        .then(pl.lit("○ 缺台账"))
        .when(pl.col("is_overdue"))
        .then(pl.lit("✕ 逾期"))
        .when(pl.col("is_done"))
        .then(pl.lit("✓ 已完成"))
        .when(pl.col("is_upcoming"))
        .then(pl.lit("▲ 30 日内到期"))
        .otherwise(pl.lit("未到期"))
    )


def _close() -> None:
    st.session_state["unit"] = None
