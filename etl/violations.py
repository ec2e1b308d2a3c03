"""The failing cells of a file: a bad one has hundreds of thousands, so they are kept as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, overload

import polars as pl

_BLOCK = 10_000


class Violation(NamedTuple):
    """One cell (or, for a rule about the header, the header row) that violates a rule."""

    rule: str
    ledger: str
    severity: str
    sheet: str
    row: int
    column: str | None
    field: str | None
    cell: str | None
    value: str | None
    message: str


SCHEMA = pl.Schema(dict.fromkeys(Violation._fields, pl.Utf8()) | {"row": pl.Int64()})


class Violations(Sequence[Violation]):
    """Violations in their order: a sequence of them, and the `frame` with a column per field.

    Only what is looked at becomes an object of its own.
    """

    def __init__(self, frame: pl.DataFrame | None = None) -> None:
        self.frame = pl.DataFrame(schema=SCHEMA) if frame is None else frame

    @classmethod
    def joined(cls, frames: Iterable[pl.DataFrame]) -> Violations:
        """The violations of several sheets, one after another."""
        given = list(frames)
        return cls(pl.concat(given) if given else None)

    def __len__(self) -> int:
        return self.frame.height

    @overload
    def __getitem__(self, index: int) -> Violation: ...

    @overload
    def __getitem__(self, index: slice) -> Violations: ...

    def __getitem__(self, index: int | slice) -> Violation | Violations:
        if isinstance(index, slice):
            return Violations(self.frame[index])
        return Violation._make(self.frame.row(index))

    def __iter__(self) -> Iterator[Violation]:
        for block in self.frame.iter_slices(_BLOCK):
            yield from map(Violation._make, block.rows())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Violations):
            return self.frame.equals(other.frame)
        if isinstance(other, Sequence):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{len(self)} violations>"

    def of(self, *, severity: str | None = None, rule: str | None = None) -> Violations:
        """Those of a severity, of a rule."""
        asked = {"severity": severity, "rule": rule}
        return Violations(self.frame.filter(**{k: v for k, v in asked.items() if v is not None}))

    @property
    def rows(self) -> int:
        """How many rows of the file they are in."""
        return self.frame.select(pl.struct("sheet", "row").n_unique()).item() if len(self) else 0

    def by_rule(self) -> Iterator[tuple[str, str, Violations]]:
        """(Severity, rule, its violations) in the order in which they first appear."""
        parts = self.frame.partition_by("severity", "rule", as_dict=True, maintain_order=True)
        for (severity, rule), frame in parts.items():
            yield str(severity), str(rule), Violations(frame)

    def to_dicts(self) -> list[dict[str, Any]]:
        """One object per violation, for the JSON document."""
        return self.frame.to_dicts()
