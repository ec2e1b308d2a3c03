"""What the plan asks and how far it is: targets and tasks."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.tables import show_records, show_table
from dashboard.components.target_rows import HARDNESS, ledgers_in_words, targets_as_table
from dashboard.filters import View
from dashboard.findings import count_lights
from dashboard.queries.figures import read_clause_lights, read_targets
from dashboard.queries.tasks import read_task_states, read_task_tree
from dashboard.source import ask
from dashboard.terms import in_present_words, quoted
from dashboard.unit_words import task_words
from dashboard.wording import (
    LIGHTS,
    NOTHING,
    TASK_KINDS,
    light_badge,
    quantity,
    target_words,
)


def draw_targets(view: View) -> None:
    """Targets with a light by clause, then what the office read into the plan, then history."""
    targets = ask(view.source, read_targets, view.plan_id, view.label)
    clauses = ask(view.source, read_clause_lights, view.plan_id, view.label)
    lights = count_lights(clauses)
    counted = targets.filter(pl.col("is_counted"))
    st.markdown(
        f"方案写明的目标 {counted.height} 项，合为 {clauses.height} 盏灯"
        "（一条款一灯，取其中最差的一项）：　"
        + " ".join(light_badge(light, None, f"{lights[light]} 条") for light in LIGHTS)
    )
    for section, rows in _by_section(counted):
        lines = "\n".join(_words_of(row) for row in rows)
        st.markdown(f"**{section}**\n\n{lines}")
    others = targets.filter(~pl.col("is_counted") & (pl.col("legal_status") == "in_force"))
    with st.expander(f"工作要求（本办理解），{others.height} 项：不计灯"):
        show_table(
            view,
            targets_as_table(others),
            ["clause_title", "title", "target", "actual", "light", "hardness", "missing"],
            key="requirements",
            title="工作要求",
            titles={"title": "要求", "light": "情况", "clause_title": "条款"},
            height=420,
        )
    history = targets.filter(pl.col("legal_status") != "in_force")
    if not history.is_empty():
        with st.expander(f"历史条款，{history.height} 项：只留原文，不计灯、不评价"):
            for row in history.iter_rows(named=True):
                st.markdown(
                    f":gray[{quoted(row['clause_title'])}："
                    f"{quoted(row['definition'] or row['title'])}。{quoted(row['legal_note'])}]"
                )


def _words_of(row: dict[str, Any]) -> str:
    missing = f"　:gray[缺台账：{ledgers_in_words(row['missing'])}]" if row["missing"] else ""
    title = in_present_words(row["title"])
    soft = "" if row["hardness"] == "must" else f"（{HARDNESS[row['hardness']]}）"
    value = quantity(row["value"], row["unit"], row["comparator"])
    unit = "" if row["unit"] == "%" else " 家达标"
    parts = f"（{row['numerator']}/{row['denominator']}{unit}）" if row["denominator"] else ""
    wanted = target_words(row["comparator"], row["threshold"], row["unit"], row["due"])
    return (
        f"- {light_badge(row['light'], row['status'], row['gap_text'])} {title}{soft}　"
        f"**{value}**{parts}　目标 {wanted}{missing}"
    )


def _by_section(targets: pl.DataFrame) -> list[tuple[str, list[dict[str, Any]]]]:
    sections: dict[str, list[dict[str, Any]]] = {}
    for row in targets.iter_rows(named=True):
        sections.setdefault(row["section"], []).append(row)
    return list(sections.items())


def draw_dated_tasks(view: View) -> None:
    """Dated tasks: overdue first, then upcoming, then the others."""
    tasks = ask(view.source, read_task_states, view.plan_id, view.label).with_columns(
        task_words().alias("state")
    )
    overdue = tasks.filter(pl.col("is_overdue")).height
    soon = tasks.filter(pl.col("is_upcoming")).height
    st.markdown(
        f"有期限的任务 {tasks.height} 件：逾期 {overdue} 件，30 日内到期 {soon} 件"
        f"（判定日 {view.judging_date:%Y-%m-%d}）"
    )
    show_records(
        view,
        tasks.sort("is_overdue", "is_upcoming", "deadline", descending=[True, True, False]),
        ["title", "unit", "deadline", "state", "last_status", "completed_date", "section"],
        key="dated_tasks",
        title="到期与逾期任务",
        ledger="task_status",
        empty="方案没有有期限的任务。",
    )


def draw_task_tree(view: View) -> None:
    """The plan's tasks in its own order and words, with the state by kind."""
    tree = ask(view.source, read_task_tree, view.plan_id, view.label)
    counts = tree.filter(pl.col("task_kind") == "routine")["routine_state"].value_counts()
    words = "、".join(f"{state} {n} 项" for state, n in counts.drop_nulls().sort("count").rows())
    st.markdown(f"方案任务 {tree.height} 条；常态任务：{words or NOTHING}")
    # Children are set in below their clause by a full-width blank.
    shown = tree.with_columns(
        pl.when(pl.col("parent_id").is_null())
        .then("“" + pl.col("title") + "”")
        .otherwise("　└ “" + pl.col("title") + "”")
        .alias("title"),
        pl.col("task_kind").replace(TASK_KINDS),
    )
    show_table(
        view,
        shown,
        ["task_id", "title", "task_kind", "state", "lead_unit", "deadline", "responsible"],
        key="task_tree",
        title="任务清单",
        titles={"task_id": "编号", "title": "任务（方案原文）"},
        height=560,
    )
