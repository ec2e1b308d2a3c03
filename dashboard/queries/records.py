"""Records, decisions and the rows and cells they came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import duckdb
import polars as pl

from dashboard.queries.statements import fetch
from etl.readers import column_letters
from warehouse.contracts import load_contracts

Kind = Literal["all", "late", "error", "undetermined"]
ROWS_PER_BATCH = 1_000_000_000


def read_records(
    con: duckdb.DuckDBPyConnection,
    plan: str,
    period: str,
    kind: Kind = "all",
    *,
    unit: str | None = None,
    ledger: str | None = None,
    rule: str | None = None,
) -> pl.DataFrame:
    """Publicity records of a period, late ones first (records.sql)."""
    return fetch(
        con, "records", plan=plan, period=period, kind=kind, unit=unit, ledger=ledger, rule=rule
    )


def read_unreported(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """Decisions that should have been reported and were not (unreported.sql)."""
    return fetch(con, "unreported", plan=plan, period=period, unit=unit)


def read_error_types(
    con: duckdb.DuckDBPyConnection,
    plan: str,
    period: str,
    unit: str | None = None,
    ledger: str | None = None,
) -> pl.DataFrame:
    """Rules that refused records, most frequent first (error_types.sql)."""
    return fetch(con, "error_types", plan=plan, period=period, unit=unit, ledger=ledger)


def read_found_rows(con: duckdb.DuckDBPyConnection, plan: str, document: str) -> pl.DataFrame:
    """Rows of four ledgers with this document number in normal form (found_rows.sql)."""
    return fetch(con, "found_rows", plan=plan, document=document)


def read_row_place(con: duckdb.DuckDBPyConnection, row_id: int) -> pl.DataFrame:
    """The batch a row came in (row_place.sql); no row if there is none of this id."""
    return fetch(con, "row_place", sequence=row_id // ROWS_PER_BATCH)


def read_cells(
    con: duckdb.DuckDBPyConnection,
    ledger: str,
    row_id: int,
    header_map: Sequence[Sequence[Any]] = (),
) -> pl.DataFrame:
    """The cells of one landed row, in the order of its file: cell (`C17`; null where the file has
    no such column), header, field, value (as received; personal values masked), rule_ids, severity,
    message. Columns of the contract that the file lacks come last if something was found on them.

    `header_map`: (column index from 0, header, field or null) per column of the file.
    Raises KeyError for an unknown ledger.
    """
    contract = load_contracts()[ledger]
    # The ledger is a known contract's id; the row is bound.
    row = con.sql(
        f"select * from staging.{ledger} where row_id = $row",  # noqa: S608  see above
        params={"row": row_id},
    ).pl()
    if row.is_empty():
        return pl.DataFrame(schema=_CELLS)
    values = row.to_dicts()[0]
    number = row_id % ROWS_PER_BATCH
    findings = _findings(fetch(con, "row_violations", row=row_id, ledger=ledger))
    found = []
    told = set()
    for index, header, field in header_map:
        if field is not None:
            told.add(field)
            finding = findings.get(field, {})
            found.append(_cell(f"{column_letters(index)}{number}", header, field, values, finding))
    for column in contract.columns:
        if column.field not in told and (column.field in findings or not header_map):
            finding = findings.get(column.field, {})
            found.append(_cell(None, column.title, column.field, values, finding))
    if None in findings:
        found.append(_cell(None, "（整行）", "", {}, findings[None]))
    return pl.DataFrame(found, schema=_CELLS)


_CELLS = {
    "cell": pl.Utf8, "header": pl.Utf8, "field": pl.Utf8, "value": pl.Utf8, "rule_ids": pl.Utf8,
    "severity": pl.Utf8, "message": pl.Utf8,
}  # fmt: skip


def _cell(
    cell: str | None, header: str, field: str, values: dict[str, Any], finding: dict[str, str]
) -> dict[str, Any]:
    return {"cell": cell, "header": header, "field": field, "value": values.get(field), **finding}


def _findings(violations: pl.DataFrame) -> dict[str | None, dict[str, str]]:
    """Per field: the rules, the worst severity (the rows come worst first) and the messages."""
    found: dict[str | None, dict[str, str]] = {}
    for row in violations.iter_rows(named=True):
        known = found.get(row["field"])
        if known is None:
            found[row["field"]] = {
                "rule_ids": row["rule_id"],
                "severity": row["severity"],
                "message": row["message"],
            }
        else:
            known["rule_ids"] += f" {row['rule_id']}"
            known["message"] += f" {row['message']}"
    return found
