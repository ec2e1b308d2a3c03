"""What came of a change of a home: for the commands to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from etl.landing import Problem, Skipped
from warehouse.journal import Batch


@dataclass(frozen=True)
class Outcome:
    """How a change ended: the live version afterwards, the gate's verdict, rows with errors by
    batch, and rows by (closed plan, batch) that came in after the closing."""

    version: str | None
    gate_status: str
    gate_failed: list[str] = field(default_factory=list)
    quarantined: Mapping[str, int] = field(default_factory=dict)
    late: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        """Whether the gate stopped it."""
        return self.gate_status == "failed"

    def gate_json(self) -> dict[str, Any]:
        return {"status": self.gate_status, "failed": self.gate_failed}


@dataclass(frozen=True)
class LoadResult:
    """A load: its new batches and duplicates with their states afterwards, and the outcome."""

    new: list[Batch]
    duplicates: list[Batch]
    problems: list[Problem]
    skipped: list[Skipped]
    notices: list[Problem]
    outcome: Outcome

    def to_json(self) -> dict[str, Any]:
        """The document of `citycredit load --format json`."""
        rows = [(b, None) for b in self.new] + [(b, b.batch_id) for b in self.duplicates]
        return {
            "batches": [
                {
                    "batch": b.batch_id,
                    "file": b.file_name,
                    "sha256": b.sha256,
                    "ledger": b.ledger,
                    "sheet": b.sheet_name,
                    "rows": b.rows,
                    "quarantined": self.outcome.quarantined.get(b.batch_id),
                    "state": b.state,
                    "duplicate_of": twin,
                }
                for b, twin in rows
            ],
            "version": self.outcome.version,
            "gate": self.outcome.gate_json(),
            "problems": [{"file": p.file, "message": p.message} for p in self.problems],
            "skipped": [
                {"file": s.file, "sheet": s.sheet, "skipped_reason": s.reason} for s in self.skipped
            ],
        }


def count_quarantined(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows with at least one error, by batch; 0 for batches without."""
    rows = con.sql(
        "select b.batch_id, count(distinct v.row_id) from meta.batches as b "
        "left join quality.violations as v on v.batch_id = b.batch_id and v.severity = 'error' "
        "group by 1"
    )
    return {str(batch_id): int(count) for batch_id, count in rows.fetchall()}


def list_late(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """Rows that came in after their plan was closed and count nowhere, by (plan, batch).

    Versions of older releases tell nothing of it.
    """
    known = con.sql(
        "select 1 from information_schema.tables where table_schema = 'meta' "
        "and table_name = 'late_batches' and table_catalog = current_database()"
    )
    if not known.fetchall():
        return {}
    rows = con.sql("select plan_id, batch_id, rows from meta.late_batches order by 1, 2")
    return {(str(plan), str(batch)): int(count) for plan, batch, count in rows.fetchall()}
