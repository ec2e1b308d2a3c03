"""方案原文对照: the plan in its own words; historical targets and amended ones, only here."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components.tables import show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.queries.clauses import read_plan_text, read_target_versions
from dashboard.source import ask
from dashboard.terms import in_present_words, quoted
from dashboard.wording import target_words

NOT_JUDGED = "历史口径，现行不适用，不考核、不预警、不计分、不排名、不进通报"


def draw_plan_text(view: View) -> None:
    """Historical targets in grey quotes, amended ones by version, every clause to the letter."""
    versions = ask(view.source, read_target_versions, view.plan_id)
    _draw_history(versions.filter(pl.col("legal_status") != "in_force"))
    _draw_amended(versions)
    text = ask(view.source, read_plan_text, view.plan_id)
    st.markdown(f"**方案原文 {text.height} 条**")
    draw_note("引号里一字不改；其他页面用现行说法。")
    show_table(
        view,
        text.with_columns(
            pl.when(pl.col(name) != "").then("“" + pl.col(name) + "”").alias(name)
            for name in ("section", "title", "responsible")
        ),
        ["task_id", "title", "responsible", "section"],
        key="plan_text",
        title="方案原文",
        titles={"task_id": "编号", "title": "条款（原文）"},
        height=520,
    )


def _draw_history(history: pl.DataFrame) -> None:
    if history.is_empty():
        draw_note("本方案没有历史条款。")
        return
    st.markdown(f"**历史条款 {history.height} 项**　:gray-badge[{NOT_JUDGED}]")
    with st.container(key="history", gap="xxsmall"):
        for row in history.iter_rows(named=True):
            asked = quoted(row["definition"] or row["title"])
            note = f"　依据：{quoted(row['legal_note'])}" if row["legal_note"] else ""
            st.markdown(f":gray[{quoted(row['clause_title'])}：{asked}{note}]")


def _draw_amended(versions: pl.DataFrame) -> None:
    """Targets of several versions: from when which one holds."""
    in_force = versions.filter(pl.col("legal_status") == "in_force")
    amended = in_force.filter(pl.len().over("target_id") > 1)
    if amended.is_empty():
        return
    st.markdown(f"**修订过的目标 {amended['target_id'].n_unique()} 项**")
    for row in amended.iter_rows(named=True):
        wanted = target_words(row["comparator"], row["value"], row["unit"], _due(row))
        st.markdown(f"- {in_present_words(row['title'])}：{row['valid_from']:%Y-%m-%d} 起 {wanted}")
    draw_note("期末适用哪一版，这一期就按哪一版；修订不溯及以前的期次。")


def _due(row: dict[str, object]) -> str | None:
    return str(row["due_date"]) if row["due_date"] else None
