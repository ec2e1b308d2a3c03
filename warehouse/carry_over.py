"""What is still open at the end of a plan year and goes over into the next year's plan.

Which items those are is data: `carry_over/<ledger>.sql`, one SELECT per ledger (columns as
`CarriedItem`, `$plan` is the plan that ends), run where the ledger is there. A further ledger needs
no more than its file. In the new plan they stand in `carried_over.csv` and in `ref.carried_over`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

QUERIES_DIR = Path(__file__).parent / "carry_over"


@dataclass(frozen=True)
class CarriedItem:
    """One open item: what it is (`CARRIED_KINDS`), its id and title, the unit that answers for it,
    its state, and since when it is open (a task: the day it was due)."""

    kind: str
    item_id: str
    title: str
    unit_id: str
    state: str
    since: date | None


def carry_over_queries() -> dict[str, str]:
    """The SQL of what is carried over, by ledger."""
    return {
        path.stem: path.read_text(encoding="utf-8") for path in sorted(QUERIES_DIR.glob("*.sql"))
    }


def read_open_items(
    con: duckdb.DuckDBPyConnection, plan_id: str, ledgers: Collection[str]
) -> list[CarriedItem]:
    """What is open in a plan by a published warehouse, of these ledgers."""
    found = []
    for ledger, sql in carry_over_queries().items():
        if ledger in ledgers:
            rows = con.sql(sql, params={"plan": plan_id}).fetchall()
            found += [CarriedItem(*row) for row in rows]
    return found
