"""One unit's page: on one screen how it stands and what it owes, below it the records."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.charts.rates import draw_rates
from dashboard.components.explain import draw_explanation
from dashboard.components.publicity import ALL, ERRORS, LATE, UNREPORTED, draw_record_part
from dashboard.components.tables import show_records, show_table
from dashboard.components.target_rows import targets_as_table
from dashboard.components.texts import draw_note
from dashboard.components.unit_summary import UNIT_RATES, draw_summary
from dashboard.components.unit_titles import with_titles
from dashboard.components.units_table import notes_of
from dashboard.filters import View
from dashboard.findings import rates_finding
from dashboard.queries.figures import read_metrics, read_rates_by_month, read_targets
from dashboard.queries.scores import read_matrix, read_unit_tasks
from dashboard.queries.tasks import read_obligations
from dashboard.source import ask
from dashboard.unit_words import ROLES, is_assisting, unit_task_words
from dashboard.wording import GROUPS, TASK_KINDS, day

HAND_INS, TASKS, EXPLANATION = "报送义务", "任务", "这些数怎么来的"
TARGETS, MATRIX = "目标", "适用"
PARTS = (LATE, ERRORS, UNREPORTED, TARGETS, TASKS, HAND_INS, MATRIX, ALL, EXPLANATION)


def draw_unit(view: View, unit: dict[str, Any]) -> None:
    """The page of one unit (a row of units.sql)."""
    unit_id = unit["unit_id"]
    title = with_titles(view, pl.DataFrame([unit]))["unit"][0]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("← 全部单位", key="back", type="tertiary", on_click=_close)
        st.subheader(f"{title} · {GROUPS[unit['ranking_group']]}", anchor=False)
        badges = " ".join(f":gray-badge[{note}]" for note in notes_of(unit))
        if badges:
            st.markdown(badges)
    draw_summary(view, unit)
    part = st.segmented_control(
        "看什么",
        PARTS,
        default=LATE,
        required=True,
        key="part",
        bind="query-params",
        label_visibility="collapsed",
    )
    with st.container(key="unit_details"):
        _draw_part(view, unit_id, part or LATE)
        _draw_trend(view, unit_id)


def _draw_part(view: View, unit_id: str, part: str) -> None:
    if part == HAND_INS:
        _draw_hand_ins(view, unit_id)
    elif part == TASKS:
        _draw_tasks(view, unit_id)
    elif part == TARGETS:
        _draw_targets(view, unit_id)
    elif part == MATRIX:
        _draw_matrix(view, unit_id)
    elif part == EXPLANATION:
        metric_id = st.selectbox(
            "指标", list(UNIT_RATES), format_func=lambda m: UNIT_RATES[m], key="unit_metric"
        )
        metrics = ask(view.source, read_metrics, view.plan_id, view.label, unit_id)
        found = metrics.filter(pl.col("metric_id") == metric_id).to_dicts()
        draw_explanation(view, metric_id, found[0] if found else None, unit_id)
    else:
        draw_record_part(view, unit=unit_id, part=part)


def _draw_trend(view: View, unit_id: str) -> None:
    rates = ask(view.source, read_rates_by_month, view.plan_id, unit_id)
    if rates.is_empty():
        return
    rates = rates.filter(pl.col("ledger") == "all")
    st.markdown(f"**按月三率：{rates_finding(rates, view.label)}**")
    st.plotly_chart(
        draw_rates(rates, target=None, height=260, is_sample=view.is_sample),
        key="unit_trend",
        config={"displayModeBar": False},
    )


def _draw_targets(view: View, unit_id: str) -> None:
    targets = ask(view.source, read_targets, view.plan_id, view.label, unit_id)
    in_force = targets.filter(pl.col("legal_status") == "in_force")
    past = targets.height - in_force.height
    assisting = sum(is_assisting(row) for row in in_force.iter_rows(named=True))
    draw_note(
        f"由这个单位负责的目标 {in_force.height - assisting} 项。"
        + (f"另协助 {assisting} 项，办成由牵头单位计。" if assisting else "")
        + (f"另有历史条款 {past} 项，只留原文，见“任务与目标”。" if past else "")
    )
    show_table(
        view,
        targets_as_table(in_force),
        ["clause_title", "title", "target", "actual", "gap", "light", "kind", "missing"],
        key="unit_targets",
        title="目标",
        titles={"clause_title": "条款", "title": "目标", "target": "要求", "gap": "差",
                "kind": "类别"},
        height=420,
        empty="方案没有把目标分到这个单位。",
    )  # fmt: skip


def _draw_matrix(view: View, unit_id: str) -> None:
    matrix = ask(view.source, read_matrix, view.plan_id, view.label, unit_id)
    shown = matrix.with_columns(
        pl.col("subject").replace({"part": "考核部分", "duty": "报送事项"}).alias("kind")
    )
    show_table(
        view,
        shown,
        ["kind", "title", "state", "reason"],
        key="unit_matrix",
        title="适用情况",
        titles={"kind": "类别", "title": "事项", "state": "情况", "reason": "理由"},
        empty="方案没有考核部分，也没有定期报送。",
    )


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
    tasks = ask(view.source, read_unit_tasks, view.plan_id, view.label, unit_id)
    if tasks.is_empty():
        draw_note("方案没有给这个单位任务。")
        return
    overdue = tasks.filter(pl.col("is_overdue") & (pl.col("role") != "assist"))
    if not overdue.is_empty():
        first = day(min(overdue["deadline"].to_list()))
        st.markdown(f":red-badge[✕ 逾期 {overdue.height} 件] 最早应于 {first}前完成")
    shown = tasks.with_columns(
        unit_task_words().alias("state"),
        pl.col("role").replace(ROLES),
        pl.col("task_kind").replace(TASK_KINDS),
    )
    draw_note("协助的任务看牵头单位的进度，不计入这个单位的完成率。")
    show_records(
        view,
        shown,
        ["title", "role", "task_kind", "deadline", "state", "last_status", "completed_date",
         "lead_unit"],
        key="unit_tasks",
        title="任务",
        ledger="task_status",
    )  # fmt: skip


def _close() -> None:
    st.session_state["unit"] = None
