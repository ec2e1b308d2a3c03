"""The targets of a plan in every month, quarter and year: figure, status and light, for the plan
and for each unit that a target is asked of (design: Targets)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.reference.duties import obligations
from tests.reference.lights import Asked, Told, is_reached, status_of
from tests.reference.plan import TARGET_KINDS, Period, words
from tests.reference.records import World
from tests.reference.tally import Figure, Key
from tests.reference.target_facts import CHANGES, EPOCH, NOTHING, Target, TargetFacts

SPANNING = ("continuous", "per_event", "once", "annual")
LAST_OF_SEVERAL = ("index_national_rank", "provincial_assessment_rank")


@dataclass(frozen=True)
class Row:
    """One target in one period and scope."""

    value: float | date | None
    numerator: int | None
    denominator: int | None
    threshold: float | date | None
    status: str
    light: str | None


TargetKey = tuple[str, str, str]  # target, unit or "" for the plan, period


class Targets:
    """All targets of a world, on top of the figures of its metrics."""

    def __init__(self, world: World, figures: dict[Key, Figure]) -> None:
        self.world, self.plan = world, world.plan
        self.facts = TargetFacts(world, figures)
        self.targets = [self._read(row) for row in self.plan.targets]

    def _read(self, row: dict[str, str]) -> Target:
        binding = self.plan.bindings[row["target_id"]]
        told = [pair.partition("=") for pair in words(binding["parameters"])]
        parameters = {name: tuple(values.split("|")) for name, _, values in told}
        measure = binding["measure"]
        kinds = [k for scope in words(row["scope"]) for k in TARGET_KINDS.get(scope, ())]
        if measure.startswith("duty:"):
            owing = {o.unit for o in obligations(self.world) if f"duty:{o.duty}" == measure}
        else:
            owing = set(self.plan.doers[row["task_id"]])
        units = [u for u in self.plan.unit_ids if u in owing]
        units = [u for u in units if self.plan.unit_rows[u]["kind"] in kinds]
        return Target(row, measure, parameters, self.plan.day(row["due_date"]), units)

    def rows(self) -> dict[TargetKey, Row]:
        found: dict[TargetKey, Row] = {}
        # a step comes after the step of the same thing that is due before it
        for target in sorted(self.targets, key=lambda t: t.due or date.max):
            before = [t for t in self.targets if self._is_step_before(t, target)]
            for when in self.plan.asked:
                if not self.plan.holds(target.row, when.end):
                    continue
                for unit, told, threshold in self._told(target, when):
                    step = max(before, key=lambda t: t.due or date.min, default=None)
                    earlier = found.get((step.id, unit, when.name)) if step else None
                    behind = earlier is not None and earlier.status == "missed"
                    moves = target.metric in LAST_OF_SEVERAL and target.due is not None
                    told = replace(told, behind=behind, moves=moves)
                    asked = self._asked(target, when, threshold)
                    found[target.id, unit, when.name] = Row(
                        told.value,
                        told.figure.numerator,
                        told.figure.denominator,
                        threshold,
                        *status_of(asked, told),
                    )
        return found

    def _is_step_before(self, one: Target, other: Target) -> bool:
        dated = one.due is not None and other.due is not None and one.due < other.due
        return dated and one.goal == other.goal

    def _asked(self, target: Target, when: Period, threshold: float | date | None) -> Asked:
        is_open = target.is_yearly and when.judging <= self.plan.end
        return Asked(
            target.comparator,
            threshold,
            target.row["unit"],
            target.row["hardness"],
            target.row["kind"],
            target.row["legal_status"] == "in_force",
            target.due,
            when.judging,
            self.plan.as_of <= when.end or is_open,
        )

    def _told(
        self, target: Target, when: Period
    ) -> Iterable[tuple[str, Told, float | date | None]]:
        """What was measured for the plan ("") and each unit, with the line it is held against."""
        units = [
            unit
            for unit in target.units
            if self.plan.exists(unit, when.end)
            and not self.plan.is_excepted(unit, "metric", target.metric, when.end)
        ]
        by_unit = {unit: self._measured(target, when, unit) for unit in units}
        one_by_one = not (target.is_share or target.comparator in CHANGES)
        if by_unit and one_by_one and "plan" not in words(target.row["scope"]):
            yield "", self._worst(target, when, [t for t, _ in by_unit.values()]), target.threshold
        else:
            yield "", *self._measured(target, when, "")
        for unit, (told, threshold) in by_unit.items():
            yield unit, told, threshold

    def _worst(self, target: Target, when: Period, told: list[Told]) -> Told:
        """The worst unit's or month's value; the parts are those that reach the line, and those
        judged."""
        judged = [t for t in told if t.value is not None or t.awaited]
        line = target.threshold
        if not judged or line is None:
            return Told(NOTHING, None)
        asked = self._asked(target, when, line)
        reached = sum(t.value is not None and is_reached(asked, t.value) for t in judged)

        def badness(one: Told) -> float:
            if one.value is None:
                return float("inf")
            if isinstance(one.value, date):
                return one.value.toordinal()
            if target.comparator in (">=", ">", "exists"):
                return -one.value
            if target.comparator == "=" and isinstance(line, float):
                return abs(one.value - line)
            return one.value

        worst = max(judged, key=badness)
        return Told(Figure(None, reached, len(judged)), worst.value, worst.awaited)

    def _measured(
        self, target: Target, when: Period, unit: str
    ) -> tuple[Told, float | date | None]:
        if not target.is_measured:
            return Told(NOTHING, None), target.threshold
        if target.comparator in CHANGES:
            return self._change(target, when, unit)
        months = [m for m in self.plan.asked if m.kind == "month" and m.end >= self.plan.start]
        months = [m for m in months if when.start <= m.start <= when.end]
        if target.is_monthly and len(months) > 1:
            told = [self._measured(target, month, unit)[0] for month in months]
            return self._worst(target, when, told), target.threshold
        figure, awaited = self.facts.take(target, self._span(target, when), when, unit)
        value: float | date | None = figure.value
        if figure.value is not None and target.comparator == "by_date":
            value = EPOCH + timedelta(figure.value)
            figure = NOTHING
        return Told(figure, value, awaited), target.threshold

    def _change(self, target: Target, when: Period, unit: str) -> tuple[Told, float | date | None]:
        """No plan here has one of the year before: against the period before, of the same kind."""
        now, _ = self.facts.take(target, self._span(target, when), when, unit)
        alike = [p for p in self.plan.asked if p.kind == when.kind and p.end < when.start]
        if not alike:
            return Told(now, now.value), None
        then, _ = self.facts.take(target, alike[-1], alike[-1], unit)
        if then.value is not None:
            now, _ = self.facts.take(target, when, when, unit)
        return Told(now, now.value), then.value

    def _span(self, target: Target, when: Period) -> Period | None:
        """The span a target is measured over; None for a period before the plan."""
        if target.row["recurrence"] not in SPANNING and not target.is_yearly:
            return when
        end = when.end
        if target.due and target.row["recurrence"] == "once" and target.comparator != "by_date":
            end = min(end, target.due)
        return self.plan.period(self.plan.span_to(end))
