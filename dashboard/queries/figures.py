"""Figures, targets and lights of a plan or of one unit in a period."""

from __future__ import annotations

import duckdb
import polars as pl

from dashboard.queries.statements import fetch

# One rate of the three by its short name, as pages and charts call it.
THREE_RATES = {
    "publicity_report_rate": "上报率",
    "publicity_compliance_rate": "合规率",
    "publicity_timeliness_rate": "及时率",
}


def read_metrics(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """Every metric of a plan or a unit with its value a period before (metric_values.sql)."""
    return fetch(con, "metric_values", plan=plan, period=period, unit=unit)


def read_targets(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """Every target with value, status and light in a period (targets.sql)."""
    return fetch(con, "targets", plan=plan, period=period, unit=unit)


def read_clause_lights(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """One light per clause (clause_lights.sql)."""
    return fetch(con, "clause_lights", plan=plan, period=period)


def read_units(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """One row per unit of the roster with its figures (units.sql)."""
    return fetch(con, "units", plan=plan, period=period)


def read_rates_by_month(
    con: duckdb.DuckDBPyConnection, plan: str, unit: str | None = None
) -> pl.DataFrame:
    """The three rates by month and ledger (rates_by_month.sql)."""
    return fetch(con, "rates_by_month", plan=plan, unit=unit)


def read_counted_rates(con: duckdb.DuckDBPyConnection, plan: str) -> pl.DataFrame:
    """The three rates by month as the plan counts them, official or own (counted_rates.sql)."""
    return fetch(con, "counted_rates", plan=plan)


def read_rate_changes(con: duckdb.DuckDBPyConnection, plan: str) -> list[str]:
    """The months from which a plan asks something else of the rates (rate_changes.sql)."""
    months: list[str] = fetch(con, "rate_changes", plan=plan)["month"].to_list()
    return months


def read_official_notices(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """The notices behind a period's official figures (official_notices.sql)."""
    return fetch(con, "official_notices", plan=plan, period=period, unit=unit)


def read_official_missed(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """Units with decisions not reported by the official notices (official_missed.sql)."""
    return fetch(con, "official_missed", plan=plan, period=period)


def read_coming_dates(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """What falls due within 14 days after the judging day (coming_dates.sql)."""
    return fetch(con, "coming_dates", plan=plan, period=period)
