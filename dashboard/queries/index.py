"""The city index of a plan: its figures, the lines, the known field, points lost, assessments."""

from __future__ import annotations

import duckdb
import polars as pl

from dashboard.queries.statements import fetch


def read_index_card(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """One row: scope, the last official figure, the gaps to both lines, assigned indicators
    (index_card.sql)."""
    return fetch(con, "index_card", plan=plan, period=period)


def read_index_history(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """The city's figures by month and source, oldest first (index_history.sql)."""
    return fetch(con, "index_history", plan=plan, period=period)


def read_index_field(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """The other cities known in the month of the last official figure (index_field.sql)."""
    return fetch(con, "index_field", plan=plan, period=period)


def read_index_points(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """Points lost by indicator (index_points.sql)."""
    return fetch(con, "index_points", plan=plan, period=period)


def read_index_owned(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """Assigned indicators by unit (index_owned.sql)."""
    return fetch(con, "index_owned", plan=plan, period=period)


def read_index_units(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """Points lost by unit (index_units.sql)."""
    return fetch(con, "index_units", plan=plan, period=period)


def read_index_assessments(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """Assessments from above, newest first (index_assessments.sql)."""
    return fetch(con, "index_assessments", plan=plan, period=period)
