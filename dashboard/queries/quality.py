"""Errors by rule, unit and month, rates over the months, files and rows at fault."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import duckdb
import polars as pl

from dashboard.queries.statements import fetch
from warehouse.normalise import document_no_key

ROWS_PER_PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """Which refused rows of a plan are asked for: received in the months `first` to `last`
    (`2022-01` …), and what else they must have; `text`: words of the row, its file or its faults.
    """

    first: str
    last: str
    unit: str | None = None
    rule: str | None = None
    ledger: str | None = None
    batch: str | None = None
    standing: str | None = None
    text: str | None = None


def read_errors(con: duckdb.DuckDBPyConnection, plan: str, unit: str | None = None) -> pl.DataFrame:
    """Errors of the whole plan year by rule, ledger, unit and month (quality_errors.sql)."""
    return fetch(con, "quality_errors", plan=plan, unit=unit)


def read_quality_rates(
    con: duckdb.DuckDBPyConnection, plan: str, unit: str | None = None
) -> pl.DataFrame:
    """First pass, compliance and timeliness by month, own and official (quality_rates.sql)."""
    return fetch(con, "quality_rates", plan=plan, unit=unit)


def read_quality_lines(
    con: duckdb.DuckDBPyConnection, plan: str, unit: str | None = None
) -> pl.DataFrame:
    """What the plan asks of these rates in each period, and how it stands (quality_lines.sql)."""
    return fetch(con, "quality_lines", plan=plan, unit=unit)


def read_files(con: duckdb.DuckDBPyConnection, plan: str, wanted: Wanted) -> pl.DataFrame:
    """Batches with errors, the worst first (quality_files.sql)."""
    return fetch(
        con, "quality_files", plan=plan, first=wanted.first, last=wanted.last, unit=wanted.unit,
        rule=wanted.rule,
    )  # fmt: skip


def read_quarantine(
    con: duckdb.DuckDBPyConnection,
    plan: str,
    wanted: Wanted,
    page: int = 0,
    rows: int = ROWS_PER_PAGE,
) -> pl.DataFrame:
    """One page of the refused rows, `rows` at most (quarantine.sql)."""
    text = (wanted.text or "").strip() or None
    values = asdict(wanted) | {
        "text": text,
        "capitals": (text or "").upper(),
        "document": document_no_key(text or "") or None,
        "rows": rows,
        "skipped": page * rows,
    }
    return fetch(con, "quarantine", plan=plan, **values)


def read_first_pass_units(
    con: duckdb.DuckDBPyConnection, plan: str, unit: str | None = None
) -> pl.DataFrame:
    """The first-pass rate of each unit by month (first_pass_units.sql)."""
    return fetch(con, "first_pass_units", plan=plan, unit=unit)


def read_returns(con: duckdb.DuckDBPyConnection, plan: str, wanted: Wanted) -> pl.DataFrame:
    """Files given back in the months asked for (returns.sql)."""
    return fetch(con, "returns", plan=plan, first=wanted.first, last=wanted.last, unit=wanted.unit)
