"""What the story is made of: parties, decisions, rows as handed in, sheets, files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

PERMIT, PENALTY = "admin_permit", "admin_penalty"
COMPANY, BUSINESS, PERSON = "法人及非法人组织", "个体工商户", "自然人"
TYPE_NAMES = {PERMIT: "行政许可", PENALTY: "行政处罚"}


Merge = tuple[int, int, int, int]
"""Merged cells: first row, first column, last row, last column; from 0."""


@dataclass(frozen=True)
class Unit:
    unit_id: str
    name: str
    uscc: str


@dataclass(frozen=True)
class Party:
    name: str
    category: str
    uscc: str | None = None
    id_no: str | None = None
    legal_rep: str | None = None
    reg_no: str | None = None


@dataclass
class Decision:
    """One decision on one party, as it really was; `values` are the right cells of its row."""

    ledger: str
    unit: Unit
    party: Party
    document_no: str
    decided: date
    reported: datetime
    late: bool
    values: dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """One violation that stands in a row: rule, marked field, and what was done to the row."""

    rule: str
    field: str
    note: str


@dataclass
class Row:
    """One row of a ledger as a department wrote it."""

    values: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)
    decision: Decision | None = None
    is_first: bool = True
    spoiled_by: str = ""
    hidden: bool = False
    ragged: int = 0

    def copy(self) -> Row:
        return Row(dict(self.values), list(self.faults), self.decision, is_first=False)


@dataclass
class Sheet:
    """A grid of cells ready to write, and the row number of every ledger row."""

    name: str
    grid: list[list[Any]]
    rows: list[tuple[int, Row]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)


@dataclass
class OutFile:
    """One file in a received folder."""

    name: str
    received: date
    department: str
    sheets: list[Sheet]
    encoding: str = "utf-8-sig"
    replaces: str = ""
    same_bytes_as: str = ""

    @property
    def path(self) -> str:
        return f"{self.received:%Y-%m}/{self.name}"
