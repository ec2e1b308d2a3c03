"""One clause of the plan: what it says, who answers, how its targets stand, and what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.tables import show_records, show_table
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.navigation import draw_link
from dashboard.plan_words import (
    HARDNESS,
    LEGAL,
    TARGET_KINDS,
    asked_words,
    kind_of,
    measured_words,
    parts_words,
    value_words,
)
from dashboard.queries.clauses import read_clause, read_clause_units, read_target_units
from dashboard.queries.duties import read_plan_duties
from dashboard.queries.evidence import read_evidence
from dashboard.queries.figures import read_targets
from dashboard.queries.tasks import read_task_states, read_task_tree
from dashboard.source import ask
from dashboard.terms import in_present_words, quoted
from dashboard.unit_words import is_assisting, task_words
from dashboard.wording import light_badge, light_word, quantity

Row = dict[str, Any]
_LEADS_SHOWN = 3
_ROWS_SHOWN = 500  # of the facts behind a figure, which may be a year's records
_HIDDEN = ("is_hit", "ledger", "row_id")
_FIRST = ("product", "holder_name", "task", "doc_no", "event_date", "unit")


def draw_clause(view: View, task_id: str) -> None:
    """A clause by its id: the plan's words, its targets in force, its dated tasks."""
    found = ask(view.source, read_clause, view.plan_id, task_id)
    if found.is_empty():
        draw_note(f"方案里没有编号为 {task_id} 的条款。")
        return
    clause = found.row(0, named=True)
    with st.container(key="clause_head", gap="xxsmall"):
        st.markdown(f"##### {quoted(clause['title'])}")
        draw_note(_clause_words(clause))
        _draw_units(view, task_id)
    targets = ask(view.source, read_targets, view.plan_id, view.label).filter(
        (pl.col("task_id") == task_id) & (pl.col("legal_status") == "in_force")
    )
    duties = dict(ask(view.source, read_plan_duties, view.plan_id).rows())
    for target in targets.iter_rows(named=True):
        with st.container(border=True, gap="xxsmall", key=f"target_{target['target_id']}"):
            _draw_target(target, duties)
    if clause["has_history"]:
        draw_note("本条款另有历史条款，只在“方案原文对照”里保留原文。")
    if not targets.is_empty():
        _draw_evidence(view, targets)
    _draw_tasks(view, task_id)


def _clause_words(clause: Row) -> str:
    words = [clause["section"], f"编号 {clause['task_id']}"]
    if clause["decomposition"]:
        words.append(f"原文未列责任方，按{clause['decomposition']}：{clause['responsible']}")
    elif clause["responsible"]:
        words.append(f"责任方（原文）{quoted(clause['responsible'])}")
    if clause["deadline"]:
        words.append(f"期限 {clause['deadline']:%Y-%m-%d}")
    return " · ".join(words)


def _draw_units(view: View, task_id: str) -> None:
    """Links to the pages of the units that lead; the others are counted."""
    units = ask(view.source, read_clause_units, view.plan_id, task=task_id)
    leads = units.filter(pl.col("role") == "lead")["unit"].to_list()
    if not leads:
        leads = units["unit"].to_list()[:_LEADS_SHOWN] if units.height <= _LEADS_SHOWN else []
    with st.container(horizontal=True, gap="small", key="clause_units"):
        for unit in leads[:_LEADS_SHOWN]:
            draw_link("departments", f"牵头 {unit} →", {"unit": unit, "part": "任务"})
        others = units.height - len(leads[:_LEADS_SHOWN])
        if others:
            draw_note(f"{'另有' if leads else '涉及'} {others} 家责任单位")


def _draw_target(target: Row, duties: Mapping[str, str]) -> None:
    title = in_present_words(target["title"])
    badge = light_badge(target["light"], target["status"], target["gap_text"])
    st.markdown(f"{badge} **{title}**")
    parts = parts_words(target)
    st.markdown(
        f"要求 {asked_words(target)}　现值 **{value_words(target)}**"
        + (f"（{parts}）" if parts else "")
    )
    words = [
        f"性质：{HARDNESS[target['hardness']]}",
        f"{kind_of(target)}（{TARGET_KINDS[target['kind']]}）",
        LEGAL[target["legal_status"]],
        measured_words(target["measured_by"], duties),
    ]
    if target["missing"]:
        words.append("缺" + measured_words("ledger:" + "+".join(target["missing"])))
    if target["version_count"] > 1:
        words.append(f"已修订，本期适用 {target['valid_from']:%Y-%m-%d} 起的版本")
    draw_note(" · ".join(words), in_present_words(target["definition"] or ""))


def _draw_evidence(view: View, targets: pl.DataFrame) -> None:
    """The units a target is asked of, and the rows behind its figure; one target at a time."""
    titles = dict(targets.select("target_id", "title").rows())
    target_id = next(iter(titles))
    if len(titles) > 1:
        target_id = (
            st.selectbox(
                "看哪一项的依据",
                list(titles),
                format_func=lambda key: f"{in_present_words(titles[key])}（{key}）",
                key="target",
            )
            or target_id
        )
    target = targets.row(by_predicate=pl.col("target_id") == target_id, named=True)
    unit_id = _draw_asked_units(view, target)
    evidence = ask(
        view.source, read_evidence, view.plan_id, view.label, target_id, unit_id, _ROWS_SHOWN
    )
    count = evidence.height
    more = "，先列没有计入的；更多见“双公示”等页" if count == _ROWS_SHOWN else ""
    st.markdown(f"**依据：{count} 条{more}**" if count else "**依据**")
    columns = [name for name in evidence.columns if name not in _HIDDEN and _has(evidence, name)]
    columns.sort(key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    if "is_hit" in evidence.columns and not evidence["is_hit"].all():
        columns.append("is_hit")
    empty = (
        "缺台账，还没有可看的行。" if target["missing"] else "到期末为止，台账里没有登记相应的行。"
    )
    key = f"evidence_{target_id}_{unit_id or 'plan'}"
    if "row_id" in evidence.columns:
        show_records(view, evidence, columns, key=key, title=f"依据_{target_id}", empty=empty)
    else:
        show_table(view, evidence, columns, key=key, title=f"依据_{target_id}", empty=empty)


def _has(frame: pl.DataFrame, name: str) -> bool:
    """Whether a column says anything."""
    if frame.schema[name] == pl.Boolean:
        return bool(frame[name].any())
    return frame[name].null_count() < frame.height


def _draw_asked_units(view: View, target: Row) -> str | None:
    """The units of a target, worst first; gives the chosen one's id, and links to its page."""
    units = ask(view.source, read_target_units, view.plan_id, view.label, target["target_id"])
    if units.is_empty():
        return None
    met = units.filter(pl.col("status") == "met").height
    judged = units.filter(pl.col("status") != "no_data").height
    st.markdown(f"**按单位：{judged} 家可判定，达标 {met} 家**")
    is_own = [not is_assisting(row) for row in units.iter_rows(named=True)]
    if not all(is_own):
        draw_note(f"另有 {is_own.count(False)} 家协助，办成由牵头单位计，不单独计。")
        units = units.filter(pl.Series(is_own))
    shown = pl.DataFrame(
        [
            {
                "unit": row["scope_name"],
                "actual": quantity(row["value"], row["unit"], row["comparator"]),
                "gap_text": row["gap_text"] or "",
                "light": light_word(row["light"], row["status"]),
            }
            for row in units.iter_rows(named=True)
        ]
    )
    index = show_table(
        view,
        shown,
        ["unit", "light", "actual", "gap_text"],
        key=f"asked_{target['target_id']}",
        title=f"按单位_{target['target_id']}",
        height=215,
        can_select=True,
    )
    if index is None:
        draw_note("点行首的方框，下面只看这一家的依据。")
        return None
    row = units.row(index, named=True)
    draw_link("departments", f"打开 {row['scope_name']} →", {"unit": row["scope_name"]})
    return str(row["scope_id"])


def _draw_tasks(view: View, task_id: str) -> None:
    """The dated tasks at and below the clause, by unit, down to the status report."""
    tree = ask(view.source, read_task_tree, view.plan_id, view.label)
    below = ids_below(tree, task_id)
    tasks = ask(view.source, read_task_states, view.plan_id, view.label).filter(
        pl.col("task_id").is_in(sorted(below))
    )
    if tasks.is_empty():
        return
    overdue = tasks.filter(pl.col("is_overdue")).height
    st.markdown(f"**任务：{tasks.height} 家次，逾期 {overdue} 家次**")
    show_records(
        view,
        tasks.with_columns(task_words().alias("state")).sort("is_overdue", descending=True),
        ["title", "unit", "deadline", "state", "last_status", "completed_date"],
        key=f"clause_tasks_{task_id}",
        title=f"任务_{task_id}",
        ledger="task_status",
    )


def ids_below(tree: pl.DataFrame, task_id: str) -> set[str]:
    """A task and all below it (columns task_id, parent_id)."""
    children: dict[str, list[str]] = {}
    for child, parent in tree.select("task_id", "parent_id").rows():
        children.setdefault(parent, []).append(child)
    found, waiting = set(), [task_id]
    while waiting:
        found.add(waiting[-1])
        waiting.extend(children.get(waiting.pop(), []))
    return found
