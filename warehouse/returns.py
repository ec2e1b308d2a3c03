"""Files given back (退回): what the clerk did not take in, and why.

A file that is given back lands nowhere and counts in no rate. The journal remembers it
(`returned`), so that who had to be asked twice is known; `return_withdrawn` takes that back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import duckdb
import polars as pl

from warehouse.journal import Journal

_RETURNS: dict[str, Any] = {
    "return_id": pl.Utf8,
    "place_id": pl.Utf8,
    "plan_id": pl.Utf8,
    "unit_id": pl.Utf8,
    "ledger": pl.Utf8,
    "file_name": pl.Utf8,
    "sha256": pl.Utf8,
    "returned_date": pl.Date,
    "reason": pl.Utf8,
    "row_count": pl.Int64,
    "wrong_row_count": pl.Int64,
}
_RULES: dict[str, Any] = {"return_id": pl.Utf8, "rule_id": pl.Utf8, "row_count": pl.Int64}


@dataclass(frozen=True)
class Return:
    """One file given back. `unit_id` and `ledger` are None where the file did not tell them, or
    tells several; `rules`: rule id → rows with an error of it; `withdrawn`: why it does not hold.
    """

    return_id: str
    place_id: str
    plan_id: str
    unit_id: str | None
    ledger: str | None
    file_name: str
    sha256: str
    returned_date: date
    reason: str
    row_count: int
    wrong_row_count: int
    rules: Mapping[str, int] = field(default_factory=dict)
    withdrawn: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The fields of a `returned` event."""
        told = {name: value for name, value in vars(self).items() if name != "withdrawn"}
        return {**told, "returned_date": self.returned_date.isoformat(), "rules": dict(self.rules)}


def replay_returns(events: Iterable[dict[str, Any]]) -> list[Return]:
    """Every return of these events in the order of their making, also those withdrawn."""
    found: dict[str, Return] = {}
    for event in events:
        if event["event"] == "returned":
            told = {name: event[name] for name in Return.__dataclass_fields__ if name in event}
            told["returned_date"] = date.fromisoformat(told["returned_date"])
            found[told["return_id"]] = Return(**told)
        elif event["event"] == "return_withdrawn":
            number = event["return_id"]
            found[number] = replace(found[number], withdrawn=event["reason"])
    return list(found.values())


def returns_in_force(events: Iterable[dict[str, Any]], as_of: date | None = None) -> list[Return]:
    """The returns that hold, of those made by a day where one is named."""
    return [
        told
        for told in replay_returns(events)
        if told.withdrawn is None and (as_of is None or told.returned_date <= as_of)
    ]


def enter_return(journal: Journal, told: Return) -> Return:
    """Write a return into the journal; gives it with its number, the next free one (`T000001` …).

    The caller holds the writer lock.
    """
    number = len(replay_returns(journal.events())) + 1
    entered = replace(told, return_id=f"T{number:06d}")
    journal.append("returned", **entered.to_json())
    return entered


def withdraw_return(journal: Journal, return_id: str, reason: str) -> None:
    """Let a return hold no longer. The caller holds the writer lock and knows that it does hold."""
    journal.append("return_withdrawn", return_id=return_id, reason=reason)


def create_returns(con: duckdb.DuckDBPyConnection, returns: Sequence[Return]) -> None:
    """`meta.returns` (one row per return in force) and `meta.return_rules` (return_id, rule_id,
    row_count: rows of the file with an error of the rule)."""
    rows = [{name: getattr(told, name) for name in _RETURNS} for told in returns]
    rules = [(r.return_id, rule, count) for r in returns for rule, count in r.rules.items()]
    con.execute("create schema if not exists meta")
    con.from_arrow(pl.DataFrame(rows, schema=_RETURNS).to_arrow()).create("meta.returns")
    frame = pl.DataFrame(rules, schema=_RULES, orient="row")
    con.from_arrow(frame.to_arrow()).create("meta.return_rules")
