"""What the frame of every page needs: plans, periods, the facts of the version."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl

from dashboard.queries.statements import fetch
from warehouse.plans import Plan

_PLAN_COLUMNS = {
    "plan_id": pl.Utf8, "place_id": pl.Utf8, "short_title": pl.Utf8, "title": pl.Utf8,
    "year": pl.Int32, "index_scope": pl.Utf8, "figures": pl.Utf8, "is_sample": pl.Boolean,
    "min_rank_records": pl.Int32, "has_data": pl.Boolean, "closed_as_of": pl.Date,
}  # fmt: skip


def read_plans(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The plans, those with data first (columns: plans.sql)."""
    return fetch(con, "plans")


def plans_at_hand(plans: Mapping[str, Plan]) -> pl.DataFrame:
    """The plans as they stand in their folders, before anything was published: what `read_plans`
    gives, the office's own plans before the examples."""
    ordered = sorted(plans.values(), key=lambda p: (p.is_sample, -p.year, p.id))
    rows = [
        (
            p.id, p.place_id, p.short_title, p.title, p.year, p.index_scope, p.figures,
            p.is_sample, p.min_rank_records, False, None,
        )
        for p in ordered
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_PLAN_COLUMNS, orient="row")


def read_periods(con: duckdb.DuckDBPyConnection, plan: str) -> pl.DataFrame:
    """The begun periods of a plan, newest month first (columns: periods.sql)."""
    return fetch(con, "periods", plan=plan)


def read_version_facts(con: duckdb.DuckDBPyConnection, plan: str) -> pl.DataFrame:
    """One row about the live version and the plan's batches in it (columns: version_facts.sql)."""
    return fetch(con, "version_facts", plan=plan)


def default_period(periods: pl.DataFrame) -> str | None:
    """The latest month of the plan year with records, else the latest begun; None before any."""
    months = periods.filter(pl.col("period_kind") == "month")
    filled = months.filter(pl.col("has_records"))
    for frame in (filled, months):
        if not frame.is_empty():
            return str(frame["period"][0])
    return None
