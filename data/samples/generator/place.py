"""What differs between the invented places: how much is decided, by whom, how late, what limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from . import days, town

PermitKind = tuple[str, str, str, str, int]
PenaltyKind = tuple[str, str, str, str]


@dataclass(frozen=True)
class Place:
    """The scale and the habits of one place in its plan year. Units by their short id (U01 …)."""

    plan_id: str
    year: int
    permits_by_month: Sequence[int]
    penalties_by_month: Sequence[int]
    permit_shares: Mapping[str, int]  # of a hundred
    penalty_shares: Mapping[str, int]
    late_per_mille: Mapping[str, int]
    late_by_month: Sequence[float]
    party_mix: Mapping[str, tuple[int, int]]  # of a hundred: businesses, persons; the rest firms
    permit_kinds: Mapping[str, list[PermitKind]]
    penalty_kinds: Mapping[str, list[PenaltyKind]]
    document_heads: Mapping[str, str]
    last_report: date  # nothing of the year goes up later
    trades_of: Mapping[str, list[str]] = field(default_factory=dict)
    limit_days: int = 7
    limit_kind: Literal["workday", "natural"] = "workday"

    def limit_of(self, decided: date, over: int = 0) -> date:
        """The last day of the limit, or the day so many (working) days over it."""
        if self.limit_kind == "natural":
            return decided + timedelta(days=self.limit_days + over)
        return days.after(decided, self.limit_days + over)


BC = Place(
    plan_id="BC",
    year=2022,
    permits_by_month=town.PERMITS_BY_MONTH,
    penalties_by_month=town.PENALTIES_BY_MONTH,
    permit_shares=town.PERMIT_SHARES,
    penalty_shares=town.PENALTY_SHARES,
    late_per_mille=town.LATE_PER_MILLE,
    late_by_month=town.LATE_BY_MONTH,
    party_mix=town.PARTY_MIX,
    permit_kinds=town.PERMIT_KINDS,
    penalty_kinds=town.PENALTY_KINDS,
    document_heads=town.DOCUMENT_HEADS,
    trades_of=town.TRADES_OF,
    last_report=date(2023, 1, 13),
)
