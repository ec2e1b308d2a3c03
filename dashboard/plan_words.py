"""What the plan asks and how far it is, in words and counts: progress, timeline, targets. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from dashboard.terms import in_present_words
from dashboard.wording import NOTHING, TITLES, day, quantity, target_words

Row = dict[str, Any]

HARDNESS = {"must": "必须", "principle": "原则上", "strive": "力争", "explore": "探索"}
LEGAL = {"in_force": "现行有效", "historical": "历史条款", "not_applicable": "不适用"}
TARGET_KINDS = {
    "stated": "原文写明",
    "deadline": "原文时限",
    "inferred": "推定",
    "enumerated": "按列举计数",
    "checkable": "可核查",
}
COUNTED, READ_INTO = "目标", "工作要求（本办理解）"

# What a dated task is on the judging day, in the order in which a chart stacks it.
IN_TIME, DONE_LATE, OVERDUE = "按期完成", "迟完成", "逾期未完成"
SOON, LATER, UNMEASURED = "30 日内到期", "未到期", "缺台账"
DATED_STATES = (IN_TIME, DONE_LATE, OVERDUE, SOON, LATER, UNMEASURED)

# How far the tasks of a section are.
WELL, BEHIND, OPEN, UNKNOWN = "完成或正常", "逾期或滞后", "未到期或未动", "缺台账或不计"
PROGRESS_STATES = (WELL, BEHIND, OPEN, UNKNOWN)
_SECTIONS_NAMED = 2
KIND_ORDER = ("deliverable", "each", "recurring", "routine")


def kind_of(target: Row) -> str:
    """Whether a target counts in lights, or is what the office read into the plan."""
    return COUNTED if target["is_counted"] else READ_INTO


def asked_words(target: Row) -> str:
    """What a target asks, and what it strives for where that is more: `≤ 100 名，争 80 名`."""
    words = target_words(
        target["comparator"],
        target["threshold"],
        target["unit"],
        target["due"],
        target["recurrence"],
    )
    stretch, threshold = target["stretch"], target["threshold"]
    if not stretch or (threshold and float(stretch) == _number(threshold)):
        return words
    return f"{words}，争 {quantity(stretch, target['unit'])}"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def parts_words(target: Row) -> str:
    """`1166/1173` of a share, `1/17 家达标` of what is asked of units one by one; else empty."""
    if not target["denominator"]:
        return ""
    unit = "" if target["unit"] == "%" else " 家达标"
    return f"{target['numerator']}/{target['denominator']}{unit}"


def value_words(target: Row) -> str:
    """The value of a target in its unit, as its comparator wants it said."""
    return quantity(target["value"], target["unit"], target["comparator"])


def measured_words(measured_by: str, duties: Mapping[str, str] | None = None) -> str:
    """`台账：制度文件与成果、任务进度` from `ledger:…`, `deliverable`, `declaration`, `duty:…`;
    `duties`: the plan's titles of them by id."""
    kind, _, what = measured_by.partition(":")
    if kind == "duty":
        titles = duties or {}
        named = "、".join(in_present_words(titles.get(name, name)) for name in what.split("+"))
        return f"定期报送：{named}"
    names = what.split("+") if kind == "ledger" else [kind]
    return "台账：" + ledgers_words(names)


def ledgers_words(ledgers: Iterable[str]) -> str:
    """The names of ledgers, also of those that are not there yet."""
    return "、".join(TITLES.get(name, name) for name in ledgers)


def progress_by_section(tree: pl.DataFrame) -> pl.DataFrame:
    """One row per section and kind of task in the order of the plan (frame: task_tree.sql):
    section, task_kind, total, and how many are well, behind, open, unknown (`PROGRESS_STATES`).

    A deliverable or a task of each unit counts once per unit that owes it; a routine task once; of
    a recurring one each hand-in judged in the period.
    """
    rows: dict[tuple[str, str], dict[str, int]] = {}
    for task in tree.iter_rows(named=True):
        if task["task_kind"] not in KIND_ORDER:
            continue
        found = rows.setdefault(
            (task["section"], task["task_kind"]), dict.fromkeys(PROGRESS_STATES, 0)
        )
        for state, count in _progress_of(task).items():
            found[state] += count
    schema = {"section": pl.Utf8, "task_kind": pl.Utf8, "total": pl.Int64}
    return pl.DataFrame(
        [
            {"section": section, "task_kind": kind, "total": sum(counts.values()), **counts}
            for (section, kind), counts in rows.items()
        ],
        schema=schema | dict.fromkeys(PROGRESS_STATES, pl.Int64),
    )


def _progress_of(task: Row) -> dict[str, int]:
    if task["task_kind"] == "routine":
        state = {"正常": WELL, "滞后": BEHIND, "未动": OPEN}.get(task["routine_state"], UNKNOWN)
        return {state: 1}
    if task["task_kind"] == "recurring":
        hits, base = task["duty_hits"] or 0, task["duty_base"] or 0
        return {WELL: hits, BEHIND: base - hits} if base else {UNKNOWN: 1}
    if not task["owed"]:
        return {UNKNOWN: 1}
    rest = task["owed"] - task["done"] - task["overdue"] - task["unmeasured"]
    return {
        WELL: task["done"],
        BEHIND: task["overdue"],
        UNKNOWN: task["unmeasured"],
        OPEN: max(rest, 0),
    }


def progress_finding(progress: pl.DataFrame) -> str:
    """`逾期或滞后 12 项，最多的是“（四）…”5 项` over the frame of `progress_by_section`."""
    if progress.is_empty():
        return "方案没有可统计进度的任务"
    sections = progress.group_by("section", maintain_order=True).agg(pl.col(BEHIND).sum())
    behind = int(sections[BEHIND].sum())
    if not behind:
        return "没有逾期或滞后的任务"
    worst = sections.sort(BEHIND, descending=True, maintain_order=True).row(0, named=True)
    most = sections.filter(pl.col(BEHIND) == worst[BEHIND])["section"].to_list()
    if len(most) > 1:
        named = "、".join(f"“{section}”" for section in most[:_SECTIONS_NAMED])
        others = "等" if len(most) > _SECTIONS_NAMED else ""
        return f"逾期或滞后 {behind} 项，最多的是{named}{others}，各 {worst[BEHIND]} 项"
    if worst[BEHIND] == behind:
        return f"逾期或滞后 {behind} 项，都在“{worst['section']}”"
    return f"逾期或滞后 {behind} 项，最多的是“{worst['section']}”{worst[BEHIND]} 项"


def dated_tasks(tasks: pl.DataFrame) -> pl.DataFrame:
    """One row per dated task (frame: task_states.sql, one row per task and unit): task_id, section,
    title, deadline, units, done, state (`DATED_STATES`: the worst of its units)."""
    rows = []
    for (task_id,), units in tasks.group_by(["task_id"], maintain_order=True):
        if units["deadline"][0] is None:
            continue
        rows.append(
            {
                "task_id": task_id,
                "section": units["section"][0],
                "title": units["title"][0],
                "deadline": units["deadline"][0],
                "units": units.height,
                "done": int(units["is_done"].sum()),
                "state": _dated_state(units),
            }
        )
    schema = {"task_id": pl.Utf8, "section": pl.Utf8, "title": pl.Utf8, "deadline": pl.Date,
              "units": pl.Int64, "done": pl.Int64, "state": pl.Utf8}  # fmt: skip
    return pl.DataFrame(rows, schema=schema).sort("deadline", maintain_order=True)


def _dated_state(units: pl.DataFrame) -> str:
    if units["is_unmeasured"].all():
        return UNMEASURED
    if units["is_overdue"].any():
        return OVERDUE
    if units["is_done"].all():
        late = units.filter(pl.col("completed_date") > pl.col("deadline"))
        return IN_TIME if late.is_empty() else DONE_LATE
    return SOON if units["is_upcoming"].any() else LATER


def timeline_finding(dated: pl.DataFrame, judging_date: date) -> str:
    """`有期限的任务 41 件：按期完成 34、逾期未完成 1；下一个期限 12 月 31 日（10 件）`."""
    if dated.is_empty():
        return "方案没有写明期限的任务"
    states = dated["state"].to_list()
    counts = "、".join(f"{s} {states.count(s)}" for s in DATED_STATES if states.count(s))
    ahead = dated.filter(
        (pl.col("deadline") >= judging_date) & pl.col("state").is_in([SOON, LATER])
    )
    text = f"有期限的任务 {dated.height} 件：{counts}"
    if ahead.is_empty():
        return text
    due = ahead["deadline"][0]
    count = ahead.filter(pl.col("deadline") == due).height
    return f"{text}；下一个期限 {day(due)}（{count} 件）"


def tally(progress: pl.DataFrame, kind: str) -> str:
    """`完成或正常 34、逾期或滞后 2` of one kind; `—` where the plan has none."""
    rows = progress.filter(pl.col("task_kind") == kind)
    counts = {state: int(rows[state].sum()) for state in PROGRESS_STATES}
    return "、".join(f"{state} {n}" for state, n in counts.items() if n) or NOTHING


_SEVERITY = ("red", "yellow", "grey", "green")


def worst_by_clause(targets: pl.DataFrame) -> pl.DataFrame:
    """One row per clause, worst first: of its targets (targets.sql) the one with the worst light,
    as a clause has one light. Clauses of one light stay in the order of the plan."""
    order = {light: number for number, light in enumerate(_SEVERITY)}
    ranked = targets.with_columns(
        pl.col("light")
        .replace_strict(order, default=len(order), return_dtype=pl.Int64)
        .alias("_at")
    )
    worst = ranked.sort("_at", "sort_order").unique("task_id", keep="first", maintain_order=True)
    return worst.drop("_at")


def clause_label(task_id: str, title: str) -> str:
    """How a clause is named in a choice and in links."""
    return f"{task_id} {in_present_words(title)}"
