"""应下未下: which records must leave publication, and since when (docs/semantics.md)."""

from __future__ import annotations

from datetime import date, timedelta

from tests.reference.files import Row
from tests.reference.records import Record, World
from tests.reference.text import day, fold

_REPAIRED = ("已修复", "准予修复", "修复完成", "终止公示")
_LONGEST_YEARS = 3  # of a penalty decided before 2026-04-01, as all of the samples are


def must_leave(world: World) -> dict[tuple[str, str, int], date]:
    """(file, sheet, row) of the newest row of each record that must leave → since which day."""
    found = {}
    for record in world.records:
        row = record.current
        since = min(filter(None, _days(world, record)), default=None)
        if since is not None:
            found[row.batch.file, row.batch.sheet, row.number] = since
    return found


def _days(world: World, record: Record) -> list[date | None]:
    """Revoked, ended, repaired, expired: each on its day, if it has come."""
    row, as_of = record.current, world.plan.as_of
    revoked = world.revoked(record)
    until = _shown_until(row)
    return [
        revoked if revoked and revoked <= as_of else None,
        _first(record, _is_ended) if _is_ended(row) else None,
        _first(record, _is_repaired) if _is_repaired(row) else None,
        until + timedelta(1) if until and until < as_of else None,
    ]


def _first(record: Record, says_so) -> date:  # type: ignore[no-untyped-def]
    return min(row.batch.received for row in record.chain if says_so(row))


def _is_ended(row: Row) -> bool:
    if row.batch.ledger != "admin_permit":
        return False
    return fold(row["status"]) == ("1" if row.batch.standard == "2016" else "2")


def _is_repaired(row: Row) -> bool:
    return any(word in (row["remark"] or "") for word in _REPAIRED)


def _shown_until(row: Row) -> date | None:
    """The last day of a permit's validity; of a penalty's 公示截止期, at most three years."""
    if row.batch.ledger == "admin_permit":
        return day(row["valid_to"])
    decided, told = day(row["decision_date"]), day(row["publicity_until"])
    if decided is None:
        return None
    longest = decided.replace(year=decided.year + _LONGEST_YEARS)
    return min(longest, told) if told and told >= decided else longest
