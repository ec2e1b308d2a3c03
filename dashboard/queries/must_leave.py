"""Records that must leave publication: those of the warehouse and of withdrawn batches."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl

from dashboard.queries.records import ROWS_PER_BATCH
from dashboard.queries.statements import fetch
from etl.takedown import REASON_WORDS, read_takedowns, read_withdrawn

_SCHEMA = {
    "row_id": pl.Int64, "ledger": pl.Utf8, "unit_id": pl.Utf8, "unit": pl.Utf8,
    "document_no": pl.Utf8, "counterparty_name": pl.Utf8, "decision_date": pl.Date,
    "shown_until": pl.Date, "published_date": pl.Date, "is_shown": pl.Boolean, "reasons": pl.Utf8,
    "since_date": pl.Date, "days": pl.Int64, "file_name": pl.Utf8, "row_number": pl.Int64,
}  # fmt: skip


def read_must_leave(con: duckdb.DuckDBPyConnection, plan: str, root: str) -> pl.DataFrame:
    """One row per record of the plan's place that must leave publication on the as-of day, those
    still shown first, then the oldest: columns of `_SCHEMA`; `reasons` in words, persons masked.

    `root`: the home, whose withdrawn batches count too.
    """
    rows = [
        {
            **row,
            "row_id": int(row["batch"].removeprefix("B")) * ROWS_PER_BATCH + row["row"],
            "reasons": "、".join(REASON_WORDS[reason] for reason in row["reasons"]),
            "file_name": row["file"],
            "row_number": row["row"],
        }
        for row in read_takedowns(con, plan, root=root)
    ]
    return pl.DataFrame([{name: row[name] for name in _SCHEMA} for row in rows], schema=_SCHEMA)


def read_must_leave_counts(
    con: duckdb.DuckDBPyConnection, plan: str, root: str, day: date
) -> pl.DataFrame:
    """One row: how many records of the plan's place must have left publication by a day
    (must_leave_counts.sql), those of withdrawn batches among them."""
    frame = fetch(con, "must_leave_counts", plan=plan, day=day)
    withdrawn = read_withdrawn(con, root, plan)
    if not withdrawn:
        return frame
    due = [row for row in withdrawn if row["since_date"] <= day]
    first = min((row["since_date"] for row in due), default=None)
    return frame.with_columns(
        pl.col("record_count") + len(due),
        pl.col("shown_count") + sum(row["published_date"] <= day for row in due),
        pl.min_horizontal("since_date", pl.lit(first, dtype=pl.Date)),
        pl.col("later_count") + len(withdrawn) - len(due),
        has_records=pl.lit(value=True),
    )
