"""Single facts added up: per metric, unit and period, and for the plan as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from typing import NamedTuple


class Figure(NamedTuple):
    """A figure with what it was made of; None where nothing could be measured or counted."""

    value: float | None
    numerator: int | None = None
    denominator: int | None = None


Key = tuple[str, str, str, str]  # metric, "plan" or "department", the plan's or unit's id, period


def whole(number: float | None) -> int | None:
    """A part of a figure is told only where it is a whole number."""
    return int(number) if number is not None and number == round(number) else None


class Tally:
    """A fact without a unit counts for the plan alone."""

    def __init__(self, plan_id: str) -> None:
        self.plan_id = plan_id
        self.figures: dict[Key, Figure] = {}
        self._parts: dict[Key, list[float]] = defaultdict(lambda: [0, 0])
        self._things: dict[Key, set[Hashable]] = defaultdict(set)

    def _keys(self, metric: str, unit: str | None, period: str) -> list[Key]:
        scopes = [("plan", self.plan_id), *([("department", unit)] if unit else [])]
        return [(metric, *scope, period) for scope in scopes]

    def rate(self, metric: str, unit: str | None, period: str, *, hit: bool) -> None:
        self.ratio(metric, unit, period, int(hit), 1)

    def ratio(
        self, metric: str, unit: str | None, period: str, part: float | None, of: float | None
    ) -> None:
        """Sums over sums, of what has both."""
        for key in self._keys(metric, unit, period) if part is not None and of is not None else []:
            self._parts[key][0] += part or 0
            self._parts[key][1] += of or 0
            above, below = self._parts[key]
            value = 100 * above / below if below else None
            self.figures[key] = Figure(value, whole(above), whole(below))

    def count(self, metric: str, unit: str | None, period: str, number: int = 1) -> None:
        for key in self._keys(metric, unit, period):
            self._parts[key][0] += number
            total = int(self._parts[key][0])
            self.figures[key] = Figure(total, total)

    def add(self, metric: str, unit: str | None, period: str, amount: float) -> None:
        for key in self._keys(metric, unit, period):
            self._parts[key][0] += amount
            self.figures[key] = Figure(self._parts[key][0])

    def largest(self, metric: str, unit: str | None, period: str, *, value: float) -> None:
        for key in self._keys(metric, unit, period):
            judged = (self.figures[key].denominator or 0) if key in self.figures else 0
            known = self.figures[key].value if key in self.figures else None
            self.figures[key] = Figure(max(known or 0, value), None, judged + 1)

    def different(self, metric: str, unit: str | None, period: str, thing: Hashable) -> None:
        for key in self._keys(metric, unit, period):
            self._things[key].add(thing)
            number = len(self._things[key])
            self.figures[key] = Figure(number, number)

    def put(self, metric: str, unit: str | None, period: str, figure: Figure) -> None:
        """A figure that is not added up."""
        scope = ("department", unit) if unit else ("plan", self.plan_id)
        self.figures[metric, *scope, period] = figure
