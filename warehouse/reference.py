"""Fills the `ref` schema from the plans and the calendar: what the models judge against."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import duckdb
import polars as pl

from warehouse.calendar import Calendar
from warehouse.duties import duty_tables
from warehouse.index_trees import IndexTree, load_trees, tree_tables
from warehouse.plan_tables import Schema, plan_tables
from warehouse.plans import Plan

PERIODS: Schema = {
    "plan_id": pl.Utf8, "place_id": pl.Utf8, "period": pl.Utf8, "period_kind": pl.Utf8,
    "start_date": pl.Date, "end_date": pl.Date, "cutoff_date": pl.Date, "judging_date": pl.Date,
    "known_date": pl.Date,
}  # fmt: skip


def load_reference(
    con: duckdb.DuckDBPyConnection,
    plans: Mapping[str, Plan],
    calendar: Calendar,
    as_of: date,
    mode: Literal["build", "check"],
    trees: Mapping[str, IndexTree] | None = None,
) -> None:
    """Create and fill every table of `ref` (columns: docs/architecture.md).

    `trees`: the versions of the city index; None for those shipped with the product.
    In mode `check` the limits of the plans given hold for all dates, whatever their year.
    """
    con.execute("create schema if not exists ref")
    chosen = list(plans.values())
    tables: dict[str, tuple[Schema, Sequence[Sequence[Any]]]] = {
        "run": ({"mode": pl.Utf8, "as_of": pl.Date}, [(mode, as_of)]),
        "periods": (PERIODS, [p for plan in chosen for p in periods_of(plan, as_of)]),
        **plan_tables(chosen),
        **tree_tables((load_trees() if trees is None else trees).values()),
    }
    for name, (schema, rows) in tables.items():
        write_table(con, f"ref.{name}", pl.DataFrame(rows, schema=dict(schema), orient="row"))
    for name, frame in duty_tables(chosen, calendar).items():
        write_table(con, f"ref.{name}", frame)
    write_table(con, "ref.calendar", _calendar_rows(calendar))


def write_table(con: duckdb.DuckDBPyConnection, relation: str, frame: pl.DataFrame) -> None:
    """Replace one table by a frame."""
    con.register("incoming", frame)
    con.execute(f"drop table if exists {relation}")
    con.table("incoming").create(relation)
    con.unregister("incoming")


def periods_of(plan: Plan, as_of: date) -> list[tuple[Any, ...]]:
    """Months, quarters and the year of a plan year, and the spans from the month in which the plan
    starts to each later one and to each day within a month on which a target is due.

    A span (`2022-01..2022-06`) is what continuous and annual targets are measured over.
    """
    found = []
    for month in range(1, 13):
        found.append(_period(plan, f"{plan.year}-{month:02d}", "month", month, month, as_of))
    for quarter in range(1, 5):
        first = quarter * 3 - 2
        found.append(_period(plan, f"{plan.year}-Q{quarter}", "quarter", first, first + 2, as_of))
    found.append(_period(plan, f"{plan.year}", "year", 1, 12, as_of))
    first = plan.period_start.month
    ends = {_month_end(date(plan.year, month, 1)) for month in range(first, 13)}
    dues = {due for target in plan.targets if (due := plan.target_due(target))}
    ends |= {due for due in dues if plan.period_start <= due <= max(ends)}
    for end in sorted(ends):
        label = span_to(plan.period_start, end)
        found.append(_period(plan, label, "span", first, end.month, as_of, end))
    return found


def span_to(plan_start: date, end: date) -> str:
    """The label of the span from the plan's first month to a day, the last of its month unless the
    label names it. A period before the plan has none: its label names no span."""
    return f"{plan_start:%Y-%m}..{end:%Y-%m}" + ("" if end == _month_end(end) else f"-{end:%d}")


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _period(
    plan: Plan, label: str, kind: str, first: int, last: int, as_of: date, end: date | None = None
) -> tuple[Any, ...]:
    end = end or _month_end(date(plan.year, last, 1))
    cutoff = _day_in_month(plan.year, last + 1, plan.cutoff_day)
    start = date(plan.year, first, 1)
    judging = min(as_of, cutoff)
    return (plan.id, plan.place_id, label, kind, start, end, cutoff, judging, min(as_of, end))


def _day_in_month(year: int, month: int, day: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def _calendar_rows(calendar: Calendar) -> pl.DataFrame:
    """The calendar with what equi-joins need: a day number, and the ordinal of the day before."""
    return (
        calendar.rows()
        .sort("date")
        .with_columns(
            day_number=pl.col("date").cast(pl.Int32),
            ordinal_before=pl.when(pl.col("is_published"))
            .then(pl.col("workday_ordinal") - pl.col("is_workday").cast(pl.Int32))
            .otherwise(None),
        )
    )
