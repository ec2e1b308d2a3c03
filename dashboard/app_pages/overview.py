"""总览: where we stand, who lags, what to press this week."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.charts.rates import draw_rates
from dashboard.charts.units import draw_standings
from dashboard.components.cards import (
    by_metric,
    draw_ledger_card,
    draw_lights_card,
    draw_missed_card,
    draw_overdue_card,
    draw_rates_card,
)
from dashboard.components.coming import draw_coming
from dashboard.components.frame import draw_collecting, draw_no_records
from dashboard.components.narrow import draw_narrow_style
from dashboard.components.push import draw_push
from dashboard.components.standings import draw_unit_names
from dashboard.filters import current_view
from dashboard.findings import conclusion, push_items, rates_finding, standing_of_units
from dashboard.queries.figures import (
    read_clause_lights,
    read_coming_dates,
    read_metrics,
    read_rates_by_month,
    read_targets,
    read_units,
)
from dashboard.queries.records import read_records, read_unreported
from dashboard.queries.tasks import read_obligations, read_task_states
from dashboard.source import ask
from dashboard.wording import as_number

view = current_view()
source, plan, period = view.source, view.plan_id, view.label

targets = by_metric(ask(source, read_targets, plan, period))
metrics = by_metric(ask(source, read_metrics, plan, period))
clauses = ask(source, read_clause_lights, plan, period)
tasks = ask(source, read_task_states, plan, period)
unreported = ask(source, read_unreported, plan, period)
hand_ins = ask(source, read_obligations, plan, period)
before = view.period["previous_period"]
items = push_items(
    view.judging_date,
    unreported,
    tasks,
    hand_ins,
    ask(source, read_records, plan, period, "error"),
    clauses,
    view.period["cutoff_date"],
)
report_target = targets.get("publicity_report_rate")
target = as_number(report_target["threshold"]) if report_target else None
units = standing_of_units(ask(source, read_units, plan, period), target or 100.0)
is_phone = "Mobi" in st.context.headers.get("User-Agent", "")

if not view.period["has_records"]:
    draw_no_records(view)
elif view.period["is_collecting"]:
    draw_collecting(view, units)
st.markdown(f"##### {conclusion(period, targets, clauses, len(items))}")
draw_narrow_style()
if is_phone:
    draw_rates_card(targets, metrics, is_narrow=True)
    draw_push(view, items)
    st.stop()

cards = st.columns([2.6, 1.1, 1, 1, 1], gap="small")
with cards[0]:
    draw_rates_card(targets, metrics)
with cards[1]:
    draw_lights_card(clauses)
with cards[2]:
    draw_overdue_card(tasks, metrics, view.judging_date)
with cards[3]:
    draw_ledger_card(targets, metrics, hand_ins)
with cards[4]:
    draw_missed_card(
        unreported,
        ask(source, read_unreported, plan, before) if before else None,
        view.judging_date,
        is_known="publicity_missed_count" in metrics,
    )

left, right = st.columns([3, 2], gap="medium")
with left:
    draw_push(view, items)
with right, st.container(key="wide_standings"):
    met = units.filter(pl.col("standing") == "达标").height
    lagging = units.filter(pl.col("standing") == "待改进").height
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**单位情况：达标 {met} 家、待改进 {lagging} 家**")
        draw_unit_names(units)
    st.plotly_chart(
        draw_standings(units, height=185, is_sample=view.is_sample),
        key="standings",
        config={"displayModeBar": False},
    )

left, right = st.columns([3, 2], gap="medium")
with left, st.container(key="wide_trend"):
    rates = ask(source, read_rates_by_month, plan).filter(pl.col("ledger") == "all")
    st.markdown(f"**三率走势：{rates_finding(rates, period)}**")
    st.plotly_chart(
        draw_rates(rates, target=target, height=200, is_sample=view.is_sample),
        key="trend",
        config={"displayModeBar": False},
    )
with right, st.container(key="wide_coming"):
    draw_coming(view, ask(source, read_coming_dates, plan, period))
