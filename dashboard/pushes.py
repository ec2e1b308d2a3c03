"""What to push this week. Pure: frames in, items out.

Only what can still be mended is pushed: a late report, a day that has passed, a month that is over
cannot. Nothing is pushed for a historical target's sake.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboard.plan_words import clause_label
from dashboard.terms import in_present_words
from dashboard.wording import NOTHING, as_number
from warehouse.lights import Question, is_met
from warehouse.metrics import load_metrics
from warehouse.targets import SPANNING

MAX_ITEMS = 5
MAX_OF_A_KIND = 2
SOON = timedelta(days=7)

# Rates that the decisions, records and hand-ins behind them stand for one by one.
_STOOD_FOR = frozenset(
    {
        "publicity_report_rate", "publicity_full_entry_rate", "publicity_timeliness_rate",
        "publicity_compliance_rate", "late_report_rate", "late_report_count",
        "concealed_report_count",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Push:
    """One thing to push: what, who, how many (empty for one), by when, what follows otherwise, what
    to do; the page and the choices on it that show the records."""

    kind: str
    what: str
    unit: str
    quantity: str
    deadline: date | None
    consequence: str
    action: str
    page: str
    choices: dict[str, str] = field(default_factory=dict)

    def urgency(self, today: date) -> tuple[int, date]:
        """Sort key: overdue, then due within a week, then later; the longest overdue first."""
        when = self.deadline or date.max
        return (0 if when < today else 1 if when <= today + SOON else 2, when)


def push_items(
    today: date,
    unreported: pl.DataFrame,
    tasks: pl.DataFrame,
    hand_ins: pl.DataFrame,
    errors: pl.DataFrame,
    clauses: pl.DataFrame,
    told_above: pl.DataFrame,
    cutoff: date,
) -> list[Push]:
    """Everything worth pushing on the judging day, most urgent first, at most two of a kind ahead
    of the others. Frames: unreported.sql, task_states.sql, obligations.sql, records.sql (kind
    error), clause_lights.sql, official_missed.sql."""
    found = [
        *_unreported(unreported),
        *_told_above(told_above, set(unreported["unit"].to_list()), cutoff),
        *_tasks(today, tasks),
        *_hand_ins(hand_ins),
        *_errors(errors, cutoff),
        *_clauses(today, clauses),
    ]
    return _mixed(sorted(found, key=lambda item: item.urgency(today)))


def _mixed(items: list[Push]) -> list[Push]:
    """The same items, with the third and later of a kind moved back."""
    seen: dict[str, int] = {}
    first: list[Push] = []
    later: list[Push] = []
    for item in items:
        seen[item.kind] = seen.get(item.kind, 0) + 1
        (first if seen[item.kind] <= MAX_OF_A_KIND else later).append(item)
    return first + later


def _unreported(decisions: pl.DataFrame) -> Iterable[Push]:
    groups = decisions.group_by("unit").agg(pl.len().alias("n"), pl.col("limit_date").min())
    for row in groups.sort("n", "unit", descending=[True, False]).iter_rows(named=True):
        yield Push(
            kind="unreported",
            what="应报未报（待核）",
            unit=row["unit"],
            quantity=f"{row['n']} 件",
            deadline=row["limit_date"],
            consequence="计入未报，拉低上报率",
            action="电话核实，属实即补报",
            page="publicity",
            choices={"show": "应报未报（待核）", "of": row["unit"]},
        )


def _told_above(notices: pl.DataFrame, known: set[str], cutoff: date) -> Iterable[Push]:
    """What the upper platform names, of units without decisions of their own to look at."""
    for row in notices.filter(~pl.col("unit").is_in(list(known))).iter_rows(named=True):
        yield Push(
            kind="unreported",
            what=f"应报未报（待核）：{row['doc_no']}通报",
            unit=row["unit"],
            quantity=f"{row['missed_count']} 件",
            deadline=cutoff,
            consequence="计入未报，拉低上报率",
            action="电话核实，属实即补报",
            page="departments",
            choices={"unit": row["unit"]},
        )


def _tasks(today: date, tasks: pl.DataFrame) -> Iterable[Push]:
    """A task once, whoever owes it; none of a clause that asks what the law no longer does."""
    soon = (pl.col("deadline") <= today + SOON) & pl.col("is_upcoming")
    open_ones = tasks.filter((pl.col("is_overdue") | soon) & ~pl.col("has_history"))
    groups = open_ones.group_by("task_id", maintain_order=True).agg(
        pl.col("title", "deadline", "unit").first(),
        pl.col("is_overdue").any(),
        pl.len().alias("n"),
    )
    for row in groups.iter_rows(named=True):
        overdue, single = row["is_overdue"], row["n"] == 1
        yield Push(
            kind="task",
            what=f"任务{'逾期' if overdue else '将到期'}：{in_present_words(row['title'])}",
            unit=row["unit"] if single else "多家单位",
            quantity="" if single else f"{row['n']} 家",
            deadline=row["deadline"],
            consequence="计入逾期任务" if overdue else "到期未完成即逾期",
            action="批示限期办结" if overdue else "电话提醒",
            page="tasks",
            choices=_opening(row),
        )


def _hand_ins(hand_ins: pl.DataFrame) -> Iterable[Push]:
    missing = hand_ins.filter(pl.col("is_missing"))
    groups = missing.group_by("duty", "due_date").agg(pl.len().alias("n"), pl.col("unit").first())
    for row in groups.sort("due_date", "duty").iter_rows(named=True):
        single = row["n"] == 1
        yield Push(
            kind="hand_in",
            what=f"未交：{in_present_words(row['duty'])}",
            unit=row["unit"] if single else "多家单位",
            quantity="" if single else f"{row['n']} 家",
            deadline=row["due_date"],
            consequence="计入未按期报送",
            action="催交或作零报送",
            page="calendar",
            choices={"on": row["due_date"].isoformat()},
        )


def _errors(records: pl.DataFrame, cutoff: date) -> Iterable[Push]:
    groups = records.group_by("unit").agg(pl.len().alias("n"))
    for row in groups.sort("n", "unit", descending=[True, False]).iter_rows(named=True):
        yield Push(
            kind="error",
            what="退回记录待改正",
            unit=row["unit"],
            quantity=f"{row['n']} 条",
            deadline=cutoff,
            consequence="拉低合规率",
            action="发回清单，改正后重报",
            page="departments",
            choices={"unit": row["unit"], "part": "不合规记录"},
        )


def _clauses(today: date, clauses: pl.DataFrame) -> Iterable[Push]:
    for row in clauses.filter(pl.col("light") == "red").iter_rows(named=True):
        # A clause that waits for its tasks is pushed by them, one by one and with their units.
        if row["has_overdue_task"] or not can_be_mended(row, today):
            continue
        yield Push(
            kind="clause",
            what=f"条款未达标：{in_present_words(row['clause_title'])}",
            unit=row["lead_unit"] or NOTHING,
            quantity=row["gap_text"] or NOTHING,
            deadline=row["due_date"],
            consequence="条款亮红灯",
            action="督办补齐" if row["comparator"] == "by_date" else "专题协调",
            page="tasks",
            choices=_opening({"task_id": row["task_id"], "title": row["clause_title"]}),
        )


def _opening(task: dict[str, Any]) -> dict[str, str]:
    """The choices that open a clause on the page of tasks and targets."""
    return {"part": "目标", "clause": clause_label(task["task_id"], task["title"])}


def can_be_mended(clause: dict[str, Any], today: date) -> bool:
    """Whether doing something now still changes what a red clause (clause_lights.sql) asks.

    Not the rates whose records are pushed themselves; not days that were exceeded; not what was
    done, if late; not hand-ins that were due, nor what had to happen in a month that is over. A
    figure that was judged on a day that has passed, only while the plan runs and it is still short.
    """
    metric = load_metrics()[clause["metric_id"]]
    comparator, due = clause["comparator"], clause["due_date"]
    if clause["metric_id"] in _STOOD_FOR or metric.period_by == "due":
        return False
    if comparator == "by_date":
        return clause["value"] is None
    if comparator == "within_days":
        return False
    if due is not None and today > due:
        now = clause["value_now"]
        if now is None or today > clause["plan_end"]:
            return False
        line = as_number(clause["threshold"])
        return line is not None and not is_met(Question(comparator, line, clause["unit"]), now)
    if clause["recurrence"] not in SPANNING and metric.period_by == "event":
        return bool(today <= clause["period_end"])
    return True
