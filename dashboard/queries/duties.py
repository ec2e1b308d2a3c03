"""What is owed under a plan's recurring duties, and the days that are worked."""

from __future__ import annotations

import duckdb
import polars as pl

from dashboard.queries.statements import fetch

OBLIGATION_COLUMNS = {
    "duty_id": pl.Utf8, "duty": pl.Utf8, "unit_id": pl.Utf8, "unit": pl.Utf8,
    "unit_order": pl.Int32, "period_covered": pl.Utf8, "due_date": pl.Date,
    "nominal_due_date": pl.Date, "month": pl.Date, "state": pl.Utf8, "answered_by": pl.Utf8,
    "answered_date": pl.Date, "ledger": pl.Utf8, "row_id": pl.Int64, "batch_id": pl.Utf8,
    "file_name": pl.Utf8, "is_nil_contradicted": pl.Boolean,
}  # fmt: skip


def read_plan_obligations(
    con: duckdb.DuckDBPyConnection, plan: str, unit: str | None = None
) -> pl.DataFrame:
    """Every obligation of a plan's year, with the row that answers it (plan_obligations.sql)."""
    return fetch(con, "plan_obligations", plan=plan, unit=unit)


def read_plan_duties(con: duckdb.DuckDBPyConnection, plan: str) -> pl.DataFrame:
    """The recurring duties that a plan asks for (plan_duties.sql)."""
    return fetch(con, "plan_duties", plan=plan)


def read_special_days(con: duckdb.DuckDBPyConnection, year: int) -> pl.DataFrame:
    """Holidays on weekdays, and weekend days that are worked (special_days.sql)."""
    return fetch(con, "special_days", year=year)
