"""Tasks, duties and their states."""

from __future__ import annotations

import duckdb
import polars as pl

from dashboard.queries.statements import fetch


def read_task_tree(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """Every task of the plan in document order with its state by kind (task_tree.sql, and
    `state`: the words shown)."""
    tree = fetch(con, "task_tree", plan=plan, period=period)
    states = [state_of_task(task) for task in tree.iter_rows(named=True)]
    return tree.with_columns(pl.Series("state", states, dtype=pl.Utf8))


def read_task_states(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """Every dated task of every unit that must do it (task_states.sql)."""
    return fetch(con, "task_states", plan=plan, period=period, unit=unit)


def read_obligations(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """Hand-ins that fall due in a period (obligations.sql)."""
    return fetch(con, "obligations", plan=plan, period=period, unit=unit)


def state_of_task(task: dict[str, object]) -> str:
    """The words for a task's state in a period, by its kind; empty for context and groups."""
    kind = task["task_kind"]
    if kind in ("context", "group"):
        return ""
    if kind == "routine":
        return str(task["routine_state"] or "不计（无牵头单位）")
    if kind == "recurring":
        base = task["duty_base"]
        return f"按期 {task['duty_hits']}/{base}" if base else "尚无到期报送"
    owed, done = int(str(task["owed"])), int(str(task["done"]))
    if not owed:
        return "不计（无责任单位）"
    if task["unmeasured"] == owed:
        return "缺台账"
    if task["overdue"]:
        return f"逾期 {task['overdue']}/{owed}" if owed > 1 else "逾期"
    if done == owed:
        return "已完成"
    return f"已完成 {done}/{owed}" if owed > 1 else "未完成"
