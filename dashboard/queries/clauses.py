"""Clauses: what the plan says, who answers, how each of its targets stands and by whom."""

from __future__ import annotations

import duckdb
import polars as pl

from dashboard.queries.statements import fetch


def read_clause(con: duckdb.DuckDBPyConnection, plan: str, task: str) -> pl.DataFrame:
    """A clause of the plan; no row for an unknown one (clause.sql)."""
    return fetch(con, "clause", plan=plan, task=task)


def read_clause_units(
    con: duckdb.DuckDBPyConnection, plan: str, *, task: str | None = None, unit: str | None = None
) -> pl.DataFrame:
    """Who answers for a clause, or which clauses a unit answers for (clause_units.sql)."""
    return fetch(con, "clause_units", plan=plan, task=task, unit=unit)


def read_target_units(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, target: str
) -> pl.DataFrame:
    """A target by unit, worst first (target_units.sql)."""
    return fetch(con, "target_units", plan=plan, period=period, target=target)


def read_plan_text(con: duckdb.DuckDBPyConnection, plan: str) -> pl.DataFrame:
    """Every clause in the plan's own words (plan_text.sql)."""
    return fetch(con, "plan_text", plan=plan)


def read_target_versions(con: duckdb.DuckDBPyConnection, plan: str) -> pl.DataFrame:
    """Targets that are historical or were amended, by version (target_versions.sql)."""
    return fetch(con, "target_versions", plan=plan)
