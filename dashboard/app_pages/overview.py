"""总览: where we stand, who lags, what to press this week."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.charts.rates import draw_rates
from dashboard.charts.units import draw_standings
from dashboard.components.cards import by_metric, draw_rates_card, notice_words
from dashboard.components.coming import draw_coming
from dashboard.components.first_row import draw_first_row
from dashboard.components.frame import draw_collecting, draw_no_records
from dashboard.components.narrow import draw_narrow_style
from dashboard.components.push import draw_push
from dashboard.components.standings import draw_unit_names, read_lines, read_standings
from dashboard.filters import current_view
from dashboard.findings import (
    common_line,
    conclusion,
    counted_rates,
    lines_words,
    rates_finding,
)
from dashboard.pushes import push_items
from dashboard.queries.figures import (
    read_clause_lights,
    read_coming_dates,
    read_counted_rates,
    read_metrics,
    read_official_missed,
    read_official_notices,
    read_rate_changes,
    read_targets,
)
from dashboard.queries.records import read_records, read_unreported
from dashboard.queries.tasks import read_obligations, read_task_states
from dashboard.source import ask

QUIET = {"displayModeBar": False}

view = current_view()
source, plan, period = view.source, view.plan_id, view.label

targets = ask(source, read_targets, plan, period)
metrics = by_metric(ask(source, read_metrics, plan, period))
clauses = ask(source, read_clause_lights, plan, period)
tasks = ask(source, read_task_states, plan, period)
unreported = ask(source, read_unreported, plan, period)
hand_ins = ask(source, read_obligations, plan, period)
notices = ask(source, read_official_notices, plan, period)
rates = counted_rates(metrics, by_metric(targets), counts_official=view.counts_official)
items = push_items(
    view.judging_date,
    unreported,
    tasks,
    hand_ins,
    ask(source, read_records, plan, period, "error"),
    clauses,
    ask(source, read_official_missed, plan, period),
    view.period["cutoff_date"],
)
units = read_standings(view)
is_phone = "Mobi" in st.context.headers.get("User-Agent", "")

if not view.period["has_records"]:
    draw_no_records(view)
elif view.period["is_collecting"]:
    draw_collecting(view, units)
st.markdown(f"##### {conclusion(period, rates, clauses, len(items))}")
draw_narrow_style()
if is_phone:
    draw_rates_card(rates, notice_words(notices), is_narrow=True)
    draw_push(view, items)
    st.stop()

draw_first_row(
    view,
    rates=rates,
    notices=notices,
    targets=targets,
    clauses=clauses,
    tasks=tasks,
    hand_ins=hand_ins,
    unreported=unreported,
    metrics=metrics,
)

left, right = st.columns([3, 2], gap="medium")
with left:
    draw_push(view, items)
with right, st.container(key="wide_standings"):
    met = units.filter(pl.col("standing") == "达标").height
    lagging = units.filter(pl.col("standing") == "待改进").height
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**单位情况：达标 {met} 家、待改进 {lagging} 家**",
            help=f"达标：三率都到线（{lines_words(read_lines(view))}）。"
            "样本少、零报送、未报和不适用的另列，不比较。",
        )
        draw_unit_names(units)
    st.plotly_chart(
        draw_standings(units, height=170, is_sample=view.is_sample), key="standings", config=QUIET
    )

left, right = st.columns([3, 2], gap="medium")
with left, st.container(key="wide_trend"):
    months = ask(source, read_counted_rates, plan)
    st.markdown(f"**三率走势：{rates_finding(months, period)}**")
    st.plotly_chart(
        draw_rates(
            months,
            target=common_line(rates),
            height=180,
            is_sample=view.is_sample,
            changes=ask(source, read_rate_changes, plan),
        ),
        key="trend",
        config=QUIET,
    )
with right, st.container(key="wide_coming"):
    draw_coming(view, ask(source, read_coming_dates, plan, period))
