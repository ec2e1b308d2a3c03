"""Scores and ranks of units, what they rest on, and what one unit is asked."""

from __future__ import annotations

import duckdb
import polars as pl

from dashboard.queries.statements import fetch


def read_unit_scores(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """Score, rank and movement by unit (unit_scores.sql)."""
    return fetch(con, "unit_scores", plan=plan, period=period, unit=unit)


def read_score_parts(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """The parts of each score (score_parts.sql)."""
    return fetch(con, "score_parts", plan=plan, period=period, unit=unit)


def read_weights(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """Parts and weights in force at the period's end (weights.sql)."""
    return fetch(con, "weights", plan=plan, period=period)


def read_mending_worth(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """What reporting the missed and correcting the wrong is worth (mending_worth.sql)."""
    return fetch(con, "mending_worth", plan=plan, period=period, unit=unit)


def read_official_rates(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """Official rates beside the office's own (official_rates.sql)."""
    return fetch(con, "official_rates", plan=plan, period=period, unit=unit)


def read_matrix(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """Which part and duty applies to which unit, and why not (unit_matrix.sql)."""
    return fetch(con, "unit_matrix", plan=plan, period=period, unit=unit)


def read_unit_tasks(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str
) -> pl.DataFrame:
    """Tasks that a unit leads, must do itself or assists with (unit_tasks.sql)."""
    return fetch(con, "unit_tasks", plan=plan, period=period, unit=unit)


def read_unit_events(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str
) -> pl.DataFrame:
    """Articles and honours of a unit (unit_events.sql)."""
    return fetch(con, "unit_events", plan=plan, period=period, unit=unit)
