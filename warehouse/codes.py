"""The code lists: which values a coded column may hold. One CSV per list in `codes/`.

Columns: `code` (what the cell holds), `label` (what a screen shows), `valid_from`, `valid_to`
(ISO, both inclusive, empty = open), `basis`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

CODES_DIR = Path(__file__).parent / "codes"


@dataclass(frozen=True)
class Code:
    """One allowed value. `valid_from` and `valid_to` are inclusive; None = open."""

    code: str
    label: str
    valid_from: date | None
    valid_to: date | None
    basis: str


def load_codes() -> dict[str, dict[str, Code]]:
    """Return every code list by name: its codes by value, in file order."""
    return {name: dict(codes) for name, codes in _load().items()}


@cache
def _load() -> dict[str, dict[str, Code]]:
    return {path.stem: _read(path) for path in sorted(CODES_DIR.glob("*.csv"))}


def _read(path: Path) -> dict[str, Code]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Code(r["code"], r["label"], _day(r["valid_from"]), _day(r["valid_to"]), r["basis"])
            for r in csv.DictReader(file)
        ]
    return {row.code: row for row in rows}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
