"""What the frame of every page needs: plans, periods, the facts of the version."""

from __future__ import annotations

import duckdb
import polars as pl

from dashboard.queries.statements import fetch


def read_plans(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The plans, those with data first (columns: plans.sql)."""
    return fetch(con, "plans")


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
