"""The warehouse of the sample places beside their plain-Python reading (tests/reference)."""

from __future__ import annotations

import csv
from collections.abc import Hashable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from tests.reference.figures import Reading, newest_day, read
from tests.reference.tally import Figure, Key
from warehouse.home import Home
from warehouse.store import Store

ROOT = Path(__file__).parents[1]
SAMPLES, PLANS = ROOT / "data" / "samples", ROOT / "warehouse" / "plans"
PLACES = ("BC", "CC", "YC", "GQ", "HY")
_K = TypeVar("_K", bound=Hashable)


def live_version(home: Path) -> Path:
    """The published version of the sample warehouse."""
    store = Store(Home.open(home))
    return Path(store.home.versions / f"{store.current()}.duckdb")


@cache
def last_day() -> date:
    """The day on which the last file of all places came: as of then the warehouse is built."""
    return max(newest_day(SAMPLES / place) for place in PLACES)


def reading(place: str, as_of: date | None = None) -> Reading:
    return read(SAMPLES / place, PLANS / place, as_of or last_day())


def ask(version: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(version), read_only=True) as con:
        return con.sql(query, params=list(values)).fetchall()


def told_once(rows: list[tuple[Any, ...]], key_columns: int) -> dict[tuple[Any, ...], Any]:
    """The rows by their first columns, none of which may come twice."""
    found = {row[:key_columns]: row[key_columns:] for row in rows}
    assert len(found) == len(rows), "a key stands in two rows"
    return found


def warehouse_figures(version: Path, place: str) -> dict[Key, Figure]:
    rows = ask(
        version,
        "select metric_id, scope_type, scope_id, period, value, numerator, denominator from "
        "(from marts.metric_values union all from marts.span_values) where plan_id = ?",
        place,
    )
    return {key: Figure(*told) for key, told in told_once(rows, 4).items()}


def reference_figures(told: Reading) -> dict[Key, Figure]:
    """Without the parts that only targets ask for."""
    return {key: figure for key, figure in told.figures.items() if ":" not in key[0]}


def differing_figures(got: Mapping[Key, Figure], wanted: Mapping[Key, Figure]) -> list[str]:
    """What differs; a figure that one side does not have counts as nothing of nothing."""
    return differences(
        {key: _plain(figure) for key, figure in got.items()},
        {key: _plain(figure) for key, figure in wanted.items()},
        absent=_plain(Figure(None)),
    )


def _plain(figure: Figure) -> tuple[float | None, int, int]:
    above, below = figure.numerator or 0, figure.denominator or 0
    value = None if figure.value in (None, 0) and not above and not below else figure.value
    return value, above, below


def differences(
    got: Mapping[_K, object], wanted: Mapping[_K, object], absent: object = None
) -> list[str]:
    """One line per key on which the warehouse and the reference do not agree."""
    return [
        f"{key}: warehouse {got.get(key, absent)}, reference {wanted.get(key, absent)}"
        for key in sorted({*got, *wanted}, key=str)
        if not is_same(got.get(key, absent), wanted.get(key, absent))
    ]


def is_same(one: object, other: object) -> bool:
    """Equal, part by part; fractions but for the order in which they were added up."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        pairs = zip(one, other, strict=True)
        return len(one) == len(other) and all(is_same(*pair) for pair in pairs)
    if isinstance(one, float) and isinstance(other, int | float):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one))
    if isinstance(other, float) and isinstance(one, int):
        return is_same(other, one)
    return one == other


def planted_faults(place: str) -> set[tuple[str, str, int, str, str | None]]:
    """(file, sheet, row, rule, field) of truth.csv; what a header lacks has no row."""
    with (SAMPLES / place / "truth.csv").open(encoding="utf-8", newline="") as handle:
        told = list(csv.DictReader(handle))
    return {
        (Path(t["file"]).name, t["sheet"], int(t["row"]), t["rule"], t["field"])
        if t["row"]
        else (Path(t["file"]).name, t["sheet"], 0, t["rule"], None)
        for t in told
    }
