"""The ledgers by name: those with a contract, and those that plans may name before there is one."""

from __future__ import annotations

import csv
from functools import cache

from warehouse.contracts import CONTRACTS_DIR, load_contracts

PLANNED_FILE = CONTRACTS_DIR / "planned.csv"


@cache
def ledger_titles() -> dict[str, str]:
    """Every ledger id that a plan may name, with its title (of the contract where there is one).

    Columns of `planned.csv`: ledger, title, note.
    """
    with PLANNED_FILE.open(encoding="utf-8", newline="") as file:
        planned = {row["ledger"]: row["title"] for row in csv.DictReader(file)}
    return planned | {ledger: c.title for ledger, c in load_contracts().items()}


LEDGER_IDS = frozenset(ledger_titles())
"""All of them. A ledger outside is unknown; one inside without a contract is `missing`."""
