"""What one unit is asked and how far it is, in words and counts. Pure."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.wording import NOTHING
from warehouse.metrics import load_metrics

ROLES = {"lead": "牵头", "own": "自办", "assist": "协助"}

Row = dict[str, Any]


def task_words() -> pl.Expr:
    """The state of a task in words: of a dated one from the facts of task_states.sql, of a routine
    one its state in the period (`routine_state`, where the frame has it)."""
    return (
        pl.when(pl.col("is_unmeasured"))
        .then(pl.lit("○ 缺台账"))
        .when(pl.col("is_overdue"))
        .then(pl.lit("✕ 逾期"))
        .when(pl.col("is_done"))
        .then(pl.lit("✓ 已完成"))
        .when(pl.col("is_upcoming"))
        .then(pl.lit("▲ 30 日内到期"))
        .otherwise(pl.lit("未到期"))
    )


def unit_task_words() -> pl.Expr:
    """The state of any task of unit_tasks.sql in words: dated, routine, or recurring."""
    return (
        pl.when(pl.col("task_kind") == "routine")
        .then(pl.col("routine_state").fill_null("不计（无牵头单位）"))
        .when(pl.col("task_kind") == "recurring")
        .then(pl.lit("见报送义务"))
        .when(pl.col("is_done").is_null())
        .then(pl.lit("不计（无期限）"))
        .when(pl.col("deadline").is_null() & ~pl.col("is_done"))
        .then(pl.lit("未完成（无期限）"))
        .otherwise(task_words())
    )


def count_tasks(tasks: pl.DataFrame) -> Row:
    """What the tasks of unit_tasks.sql come to: lead, own, assist (how many of each role), and of
    the unit's own dated ones: due, done, overdue."""
    roles = tasks["role"].to_list()
    own = tasks.filter((pl.col("role") != "assist") & pl.col("is_done").is_not_null())
    return {
        **{role: roles.count(role) for role in ROLES},
        "due": own.filter(pl.col("is_due")).height,
        "done": own.filter(pl.col("is_due") & pl.col("is_done")).height,
        "overdue": own.filter(pl.col("is_overdue")).height,
    }


def roles_words(counts: Row) -> str:
    """`牵头 5、协助 12`: the roles there are."""
    words = [f"{word} {counts[role]}" for role, word in ROLES.items() if counts[role]]
    return "、".join(words) or "方案没有给这个单位任务"


_STATES = {
    "按时": ("按时",), "迟": ("迟交", "零报送（迟）"), "零报送": ("零报送",), "未交": ("未交",),
    "未到期": ("未到期",),
}  # fmt: skip


def hand_in_words(hand_ins: pl.DataFrame) -> str:
    """`按时 2、零报送 1、未交 1` of the hand-ins of obligations.sql; what is 0 is not said."""
    states = hand_ins["state"].to_list()
    counts = {word: sum(map(states.count, names)) for word, names in _STATES.items()}
    return "、".join(f"{word} {count}" for word, count in counts.items() if count)


def is_assisting(target: Row) -> bool:
    """Whether a unit has no figure for a target (targets.sql, target_units.sql) because it only
    assists: what is done once is done by the lead."""
    facts = load_metrics()[target["metric_id"]].facts
    return (
        target["role"] == "assist"
        and target["status"] == "no_data"
        and not target["missing"]
        and facts == "marts.task_completion_periods"
    )


def count_targets(targets: pl.DataFrame) -> dict[str, int]:
    """light -> how many of the unit's targets that count and are in force (targets.sql), without
    those it only assists in."""
    counted = targets.filter(pl.col("is_counted") & (pl.col("legal_status") == "in_force"))
    lights = [row["light"] for row in counted.iter_rows(named=True) if not is_assisting(row)]
    return {light: lights.count(light) for light in ("green", "yellow", "red", "grey")}


def share(hits: int, base: int) -> str:
    """`3/4`; `—` where nothing was judged."""
    return f"{hits}/{base}" if base else NOTHING
