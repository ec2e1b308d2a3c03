"""双公示: the three rates by month and unit, error types, late records, decisions not reported."""

from __future__ import annotations

from functools import partial

import polars as pl
import streamlit as st

from dashboard.charts.errors import draw_error_types
from dashboard.charts.rates import draw_rates
from dashboard.charts.units import draw_unit_rates
from dashboard.components.cards import by_metric, draw_rates_card, notice_words
from dashboard.components.explain import draw_explanation
from dashboard.components.frame import draw_no_records
from dashboard.components.publicity import (
    draw_error_table,
    draw_record_part,
    picked,
    rule_titles,
)
from dashboard.components.texts import draw_note
from dashboard.filters import choose_month, current_view
from dashboard.findings import (
    common_line,
    counted_rates,
    lines_words,
    rate_lines,
    rates_finding,
    units_finding,
)
from dashboard.queries.figures import (
    read_counted_rates,
    read_metrics,
    read_official_notices,
    read_rate_changes,
    read_rates_by_month,
    read_targets,
    read_units,
)
from dashboard.queries.records import read_error_types
from dashboard.source import ask
from dashboard.wording import LEDGERS, period_words
from warehouse.metrics import load_metrics

QUIET = {"displayModeBar": False}
BOTH = "许可和处罚"
KINDS = {BOTH: None, "行政许可": "admin_permit", "行政处罚": "admin_penalty"}
RATES = {"上报率": "report", "合规率": "compliance", "及时率": "timeliness"}
EXPLAINED = [
    "publicity_report_rate", "publicity_compliance_rate", "publicity_first_pass_rate",
    "publicity_timeliness_rate", "late_report_rate", "publicity_on_time_full_rate",
    "publicity_missed_count", "unreported_found_count", "publicity_undetermined_count",
]  # fmt: skip

view = current_view()
source, plan, period = view.source, view.plan_id, view.label
targets = by_metric(ask(source, read_targets, plan, period))
metrics = by_metric(ask(source, read_metrics, plan, period))
counted = counted_rates(metrics, targets, counts_official=view.counts_official)
lines = rate_lines(targets)

st.title(f"双公示 · {period_words(period)}", anchor=False)
draw_rates_card(counted, notice_words(ask(source, read_official_notices, plan, period)))

kind = st.segmented_control(
    "看哪一类", list(KINDS), default=BOTH, required=True, key="kind", bind="query-params"
)
ledger = KINDS[kind or BOTH]
left, right = st.columns(2, gap="medium")
with left:
    # The notices from above tell permits and penalties together.
    is_counted = ledger is None and view.counts_official
    if is_counted:
        rates = ask(source, read_counted_rates, plan)
    else:
        rates = ask(source, read_rates_by_month, plan).filter(pl.col("ledger") == (ledger or "all"))
    whose = "" if is_counted or not view.counts_official else "，本办测算"
    st.markdown(f"**按月（{kind}{whose}）：{rates_finding(rates, period)}**")
    st.plotly_chart(
        draw_rates(
            rates,
            target=common_line(counted),
            height=320,
            is_sample=view.is_sample,
            changes=ask(source, read_rate_changes, plan),
        ),
        key="by_month",
        config=QUIET,
        on_select=partial(choose_month, "by_month"),
        selection_mode="points",
    )
    draw_note("点一个月，改看那个月。")
with right:
    rate = st.segmented_control(
        "按单位看", list(RATES), default="及时率", required=True, key="rate", bind="query-params"
    )
    units = ask(source, read_units, plan, period)
    chosen_rate = RATES[rate or "及时率"]
    line = lines[chosen_rate]
    st.markdown(f"**{units_finding(units, chosen_rate, rate or '', line)}**")
    chosen = st.plotly_chart(
        draw_unit_rates(units, chosen_rate, rate or "", line=line, is_sample=view.is_sample),
        key="by_unit",
        config=QUIET,
        on_select="rerun",
        selection_mode="points",
    )
    draw_note(
        f"许可和处罚合计；虚线：{lines_words(lines)}。点一个点，下面只看这个单位。"
        f"空心灰圈：少于 {view.plan['min_rank_records']} 条，样本少，只供参考。"
    )

if metrics.get("publicity_record_count") is None:
    draw_no_records(view)

unit_names = dict(units.select("unit", "unit_id").rows())
of = st.selectbox(
    "单位", list(unit_names), index=None, placeholder="全部单位", key="of", bind="query-params"
)
unit = unit_names.get(of or picked(chosen, "y") or "")
scope = LEDGERS.get(ledger or "", "许可和处罚")

types = rule_titles(ask(source, read_error_types, plan, period, unit, ledger))
most = "" if types.is_empty() else f"，最多的是“{types['title'][0]}”"
st.markdown(f"**问题类型：{scope}，共 {types.height} 类{most}**")
rule = None
if types.is_empty():
    draw_note("本期没有不合规的记录。")
else:
    left, right = st.columns([2, 3], gap="medium")
    with left:
        clicked = st.plotly_chart(
            draw_error_types(types, is_sample=view.is_sample),
            key="error_types",
            config=QUIET,
            on_select="rerun",
            selection_mode="points",
        )
        rule = picked(clicked, "customdata")
    with right:
        rule = draw_error_table(view, types) or rule

draw_record_part(view, unit=unit, ledger=ledger, rule=rule)

st.markdown("**这个数怎么来的**")
metric_id = st.selectbox(
    "指标", EXPLAINED, format_func=lambda m: load_metrics()[m].title, key="explained"
)
draw_explanation(view, metric_id, metrics.get(metric_id))
