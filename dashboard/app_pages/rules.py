"""规则目录: every quality rule, how it fared in the period, how what it finds is mended."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components.rule_catalogue import draw_filters, draw_rule, draw_rules
from dashboard.components.texts import draw_note
from dashboard.filters import current_view
from dashboard.queries.rules import read_rule_counts, read_rule_parameters
from dashboard.rule_words import catalogue, plan_values, summary_words
from dashboard.source import ask
from expectations.rules import load_catalogue

view = current_view()
st.title("规则目录", anchor=False)
rules = load_catalogue()
frame = catalogue(rules, ask(view.source, read_rule_counts, view.plan_id, view.label))
st.markdown(summary_words(frame))
draw_note(
    f"规则版本 {view.facts['rule_set']}。次数按本期收到、未被替换的批次计。"
    "只有“不可报”算不合规，提示、迟报不算。"
)
chosen = draw_rules(view, draw_filters(frame))
if chosen is not None:
    draw_rule(
        next(rule for rule in rules if rule.id == chosen),
        frame.filter(pl.col("rule_id") == chosen).row(0, named=True),
        plan_values(ask(view.source, read_rule_parameters, view.plan_id)),
    )
