"""What was measured for a target over a span: its own facts, an official figure, its metric's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from warehouse.bindings import OPTIONS, filter_columns
from warehouse.target_figures import (
    COUNTING,
    Measurement,
    Parameters,
    compute_target_figures,
    measure_target,
)

OFFICIAL = "official_"
_Key = tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One measured figure. is_awaited: nothing yet, though the ledger is in use and a day is asked
    for. is_official: published by the upper platform."""

    value: float | None
    numerator: int | None = None
    denominator: int | None = None
    is_awaited: bool = False
    is_official: bool = False


NO_FIGURE = Figure(None)


@dataclass(frozen=True)
class Asked:
    """A target version and how it is measured."""

    target: Mapping[str, Any]
    parameters: Parameters
    measurement: Measurement

    @property
    def is_live(self) -> bool:
        return not self.measurement.missing and self.target["legal_status"] == "in_force"

    @property
    def is_nothing_asked(self) -> bool:
        """Whether it asks for none (= 0), which only a hand-in can show."""
        target = self.target
        return target["comparator"] == "=" and bool(target["value"]) and float(target["value"]) == 0

    @property
    def likeness(self) -> _Key:
        """What two targets have in common that measure the same thing."""
        target = self.target
        parameters = ";".join(f"{n}={'|'.join(v)}" for n, v in sorted(self.parameters.items()))
        return (target["metric_id"], target["comparator"], target["measure"], parameters)

    @property
    def goal(self) -> _Key:
        """What the steps towards one goal have in common. Where a target takes only what was done
        for its clause, other clauses are other goals."""
        is_filtered = bool(set(self.parameters) - set(OPTIONS))
        is_of_clause = (
            self.measurement.is_own
            and not is_filtered
            and "task_id" in filter_columns(self.measurement.mart)
        )
        return (*self.likeness, self.target["task_id"] if is_of_clause else "")


@dataclass(frozen=True)
class Place:
    """Where and over which span a figure is wanted."""

    plan_id: str
    label: str
    scope_type: str
    scope_id: str


class Measured:
    """All figures of a warehouse, read once, and the rules by which a target takes one."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.asked = _read_asked(con)
        compute_target_figures(con, ((a.target, a.parameters, a.measurement) for a in self.asked))
        self._own = _read(
            con,
            "select plan_id, target_id, cast(valid_from as varchar), period, scope_type, scope_id,"
            " value, numerator, denominator from marts.target_figures",
        )
        self._of_metrics: dict[_Key, Figure] = {}
        for table in ("metric_values", "span_values"):
            columns = (
                "metric_id, plan_id, period, scope_type, scope_id, value, numerator, denominator"
            )
            self._of_metrics |= _read(con, f"select {columns} from marts.{table}")  # noqa: S608
        self._used = set(con.sql("select distinct plan_id, ledger from meta.batches").fetchall())
        self._covered = _read_coverage(con)
        self._official = {
            plan
            for (plan,) in con.sql(
                "select plan_id from ref.plans where figures = 'official'"
            ).fetchall()
        }

    def figure(self, asked: Asked, place: Place, chosen: str) -> Figure:
        """The figure of a target over a span; `chosen` is the period that was asked about.

        exists: 1 or 0. by_date: days since 1970-01-01. Where a ledger is in use, no fact of the
        kind means 0, or, for a date, not yet. A count that should be 0 stands only where the unit
        handed something in for the period, or where it is not 0.
        """
        found = self._found(asked, place)
        comparator = asked.target["comparator"]
        if comparator == "by_date":
            return self._dated(asked, place, found)
        if found is None and self._means_none(asked, place):
            found = Figure(0.0, 0)
        if asked.is_nothing_asked and asked.target["measure"].startswith("ledger:"):
            found = self._silent_or_none(asked, place, found, chosen)
        if found is None or found.value is None:
            return found or NO_FIGURE
        if comparator == "exists":
            return replace(found, value=1.0 if found.value > 0 else 0.0)
        return found

    def _found(self, asked: Asked, place: Place) -> Figure | None:
        target, scope = asked.target, (place.scope_type, place.scope_id)
        if asked.measurement.is_own:
            version = str(target["valid_from"])
            return self._own.get((place.plan_id, target["target_id"], version, place.label, *scope))
        where = (place.plan_id, place.label, *scope)
        if place.plan_id in self._official:
            official = self._of_metrics.get((OFFICIAL + target["metric_id"], *where))
            if official is not None and official.value is not None:
                return replace(official, is_official=True)
        return self._of_metrics.get((target["metric_id"], *where))

    def _dated(self, asked: Asked, place: Place, found: Figure | None) -> Figure:
        if found is not None and found.value is not None:
            return Figure(found.value)
        return Figure(None, is_awaited=found is not None or self._means_none(asked, place))

    def _means_none(self, asked: Asked, place: Place) -> bool:
        """Whether the absence of facts tells that there are none: their ledger is in use."""
        measurement, comparator = asked.measurement, asked.target["comparator"]
        counts = measurement.family in COUNTING or comparator in ("exists", "by_date")
        return counts and (place.plan_id, measurement.ledger) in self._used

    def _silent_or_none(
        self, asked: Asked, place: Place, found: Figure | None, chosen: str
    ) -> Figure | None:
        if found is not None and found.value:
            return found
        ledgers = asked.target["measure"].partition(":")[2].split("+")
        scope_id = place.scope_id if place.scope_type == "department" else ""
        is_covered = any((place.plan_id, chosen, scope_id, x) in self._covered for x in ledgers)
        if not is_covered:
            return None
        return found if found is not None and found.value is not None else Figure(0.0, 0)


def _read_asked(con: duckdb.DuckDBPyConnection) -> list[Asked]:
    parameters: dict[_Key, dict[str, tuple[str, ...]]] = defaultdict(dict)
    rows = con.sql(
        "select plan_id, target_id, name, value from ref.target_parameters order by all"
    ).fetchall()
    for plan_id, target_id, name, value in rows:
        values = parameters[plan_id, target_id].get(name, ())
        parameters[plan_id, target_id][name] = (*values, value)
    found = []
    for target in con.sql("select * from ref.targets order by plan_id, sort_order").pl().to_dicts():
        own = parameters.get((target["plan_id"], target["target_id"]), {})
        found.append(Asked(target, own, measure_target(target, own)))
    return found


def _read(con: duckdb.DuckDBPyConnection, sql: str) -> dict[_Key, Figure]:
    rows: Iterable[tuple[Any, ...]] = con.sql(sql).fetchall()
    return {row[:-3]: Figure(*row[-3:]) for row in rows}


def _read_coverage(con: duckdb.DuckDBPyConnection) -> set[_Key]:
    """(plan, period, unit or '' for any, ledger) for which something was handed in, or nil."""
    rows = con.sql(
        """
        select distinct p.plan_id, p.period, c.unit_id, c.ledger
        from marts.ledger_coverage as c
        join ref.periods as p
            on c.plan_id = p.plan_id
            and c.covered_start <= p.end_date and c.covered_end >= p.start_date
        """
    ).fetchall()
    return {*rows, *((plan, period, "", ledger) for plan, period, _, ledger in rows)}
