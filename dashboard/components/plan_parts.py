"""What the plan asks and how far it is: targets, tasks, hand-ins."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.tables import show_records, show_table
from dashboard.components.unit_page import task_words
from dashboard.filters import View
from dashboard.findings import count_lights
from dashboard.queries.figures import read_clause_lights, read_targets
from dashboard.queries.tasks import read_obligations, read_task_states, read_task_tree
from dashboard.source import ask
from dashboard.terms import in_present_words, quoted
from dashboard.wording import (
    LIGHTS,
    NOTHING,
    TASK_KINDS,
    light_badge,
    light_word,
    quantity,
    target_words,
)

_HARDNESS = {"must": "必须", "principle": "原则上", "strive": "力争", "explore": "探索"}
_MEASURES = {
    "correction": "更正与撤销申请", "objection": "异议", "credit_record": "归集",
    "commitment": "承诺及履约", "credit_query": "查询与报告", "evaluation": "评价分级",
    "subject": "经营主体名录", "inspection": "检查", "matter": "应查事项", "measure": "措施清单",
    "list_entry": "名单", "joint_case": "失信惩戒措施应用案例", "repair": "修复",
    "governance_case": "专项治理", "gov_default_case": "涉政府机构失信与拖欠",
    "integrity_archive": "政务诚信档案", "scenario": "信用便民惠企", "honour": "典型与示范",
    "publicity_article": "宣传", "meeting_training": "会议培训", "contact": "责任人与联络员",
    "city_index": "监测指数", "external_assessment": "上级考核", "deliverable": "制度文件与成果",
    "declaration": "指标申报", "list_share": "名单共享", "security_event": "信息安全事件",
    "interview": "约谈", "catalogue_item": "归集目录", "connection": "系统对接",
    "approval_case": "容缺审批件", "official_feedback": "上级通报口径",
}  # fmt: skip


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
            _as_table(others),
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
    missing = f"　:gray[缺台账：{_ledger_words(row['missing'])}]" if row["missing"] else ""
    title = in_present_words(row["title"])
    soft = "" if row["hardness"] == "must" else f"（{_HARDNESS[row['hardness']]}）"
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


def _as_table(targets: pl.DataFrame) -> pl.DataFrame:
    """The columns of a table of targets in words."""
    return pl.DataFrame(
        [
            {
                "clause_title": row["clause_title"],
                "title": row["title"],
                "target": target_words(
                    row["comparator"], row["threshold"], row["unit"], row["due"]
                ),
                "actual": quantity(row["value"], row["unit"], row["comparator"]),
                "light": light_word(row["light"], row["status"]),
                "hardness": _HARDNESS[row["hardness"]],
                "missing": _ledger_words(row["missing"]) or NOTHING,
            }
            for row in targets.iter_rows(named=True)
        ]
    )


def _ledger_words(ledgers: list[str]) -> str:
    return "、".join(_MEASURES.get(ledger, ledger) for ledger in ledgers)


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


def draw_hand_ins(view: View) -> None:
    """Recurring hand-ins that fall due in the period, missing ones first."""
    hand_ins = ask(view.source, read_obligations, view.plan_id, view.label)
    late = hand_ins.filter(pl.col("is_judged") & ~pl.col("is_on_time") & ~pl.col("is_missing"))
    missing = hand_ins.filter(pl.col("is_missing")).height
    st.markdown(
        f"本期到期的报送 {hand_ins.height} 家次：未交 {missing} 家次，迟交 {late.height} 家次"
    )
    show_table(
        view,
        hand_ins.sort("is_missing", "is_on_time", "due_date", descending=[True, False, False]),
        ["duty", "unit", "period_covered", "due_date", "answered_date", "state"],
        key="hand_ins",
        title="定期报送",
        height=420,
        empty="本期没有到期的定期报送。",
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
