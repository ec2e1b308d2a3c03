"""The targets of a plan in every month, quarter and year: figure, status and light, for the plan
and for each unit that a target is asked of (design: Targets)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.reference.duties import coverage, obligations
from tests.reference.evidence import (
    Event,
    articles,
    counted_honour,
    declared,
    declared_in,
    deliverables,
    honours,
    meetings,
)
from tests.reference.files import CONTRACTS
from tests.reference.lights import Asked, Told, is_reached, status_of
from tests.reference.plan import TARGET_KINDS, Period, words
from tests.reference.records import World
from tests.reference.tally import Figure, Key, whole
from tests.reference.tasks import parts

SPANNING = ("continuous", "per_event", "once", "annual")
ON_TIME = ("by_day_of_month", "by_weekday")
CHANGES = ("increase", "decrease")
# Deliverables that list several things count by their amounts, the others by their titles.
BY_AMOUNT = {
    "special_project_count", "key_task_count", "task_group_count", "gov_integrity_field_count",
    "gov_integrity_measure_count", "system_link_stage_count",
}  # fmt: skip
BY_SUM = {  # declared month by month; the others as they last stood
    "custom_evaluation_demand_count", "credit_info_increment", "batch_credit_review_count",
    "credit_report_issued_count",
}  # fmt: skip
MEETING_KINDS = {  # counted only for the target or clause that a row names
    "training_session_count": ("培训",),
    "blacklist_training_session_count": ("培训",),
    "soe_training": ("培训",),
    "coordination_meeting_count": ("会商", "会议"),
}
COUNTED_NODES = {"education_node_count": "node", "publicity_field_count": "field"}
OF_TASKS = ("task_on_time_completion", "leading_group_coverage")
LAST_OF_SEVERAL = ("index_national_rank", "provincial_assessment_rank")
NOTHING = Figure(None)
EPOCH = date(1970, 1, 1)


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
Take = tuple[Figure, bool]  # figure, whether it is still awaited


@dataclass
class Target:
    """One version of a target, with its binding."""

    row: dict[str, str]
    measure: str
    parameters: dict[str, tuple[str, ...]]
    due: date | None
    units: list[str]

    @property
    def id(self) -> str:
        return self.row["target_id"]

    @property
    def metric(self) -> str:
        return self.row["metric_id"]

    @property
    def comparator(self) -> str:
        return self.row["comparator"]

    @property
    def threshold(self) -> float | date | None:
        if self.comparator in ON_TIME:
            return 100.0
        if self.comparator == "exists":
            return 1.0
        if self.comparator == "by_date":
            return self.due
        return float(self.row["value"]) if self.row["value"] else None

    @property
    def goal(self) -> object:
        """What the steps towards one goal share; a goal of one clause has the clause's steps."""
        clause = self.row["task_id"] if self.is_of_clause else ""
        return (self.metric, self.comparator, self.measure, self.parameters, clause)

    @property
    def is_of_clause(self) -> bool:
        """Whether it takes only what was done for its clause (or for itself)."""
        of_clause = (*MEETING_KINDS, *OF_TASKS, "policy_repost_count")
        return not self.parameters and (self.measure == "deliverable" or self.metric in of_clause)

    @property
    def is_yearly(self) -> bool:
        return self.row["recurrence"] == "annual" or self.row["unit"].endswith("_per_year")

    @property
    def is_monthly(self) -> bool:
        """Whether each month is asked by itself: shares are pooled."""
        pooled = self.is_share or self.comparator in CHANGES or self.is_yearly
        return self.row["recurrence"] in ("monthly", "monthly_end") and not pooled

    @property
    def is_share(self) -> bool:
        return self.comparator in ON_TIME or (
            self.row["unit"] == "%" and self.comparator != "exists"
        )

    @property
    def ledgers(self) -> list[str]:
        kind, _, names = self.measure.partition(":")
        return names.split("+") if kind == "ledger" else [] if kind == "duty" else [kind]

    @property
    def is_measured(self) -> bool:
        is_there = all((CONTRACTS / f"{name}.toml").exists() for name in self.ledgers)
        return is_there and self.row["legal_status"] == "in_force"

    def names(self, event: Event) -> bool:
        """Whether a thing that was done is this target's: by its parameters; without any, by its
        own number, else by the clause's."""
        if self.parameters:
            told = {"kind": event.values.get("deliverable_type", ""), **event.values}
            return all(told[name] in allowed for name, allowed in self.parameters.items())
        return event.target == self.id or (not event.target and event.task == self.row["task_id"])


class Targets:
    """All targets of a world, on top of the figures of its metrics."""

    def __init__(self, world: World, figures: dict[Key, Figure]) -> None:
        self.world, self.plan, self.figures = world, world.plan, figures
        self.used = {row.batch.ledger for rows in world.rows.values() for row in rows}
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
        figure, awaited = self._figure(target, self._span(target, when), when, unit)
        value: float | date | None = figure.value
        if figure.value is not None and target.comparator == "by_date":
            value = EPOCH + timedelta(figure.value)
            figure = NOTHING
        return Told(figure, value, awaited), target.threshold

    def _change(self, target: Target, when: Period, unit: str) -> tuple[Told, float | date | None]:
        """No plan here has one of the year before: against the period before, of the same kind."""
        now, _ = self._figure(target, self._span(target, when), when, unit)
        alike = [p for p in self.plan.asked if p.kind == when.kind and p.end < when.start]
        if not alike:
            return Told(now, now.value), None
        then, _ = self._figure(target, alike[-1], alike[-1], unit)
        if then.value is not None:
            now, _ = self._figure(target, when, when, unit)
        return Told(now, now.value), then.value

    def _span(self, target: Target, when: Period) -> Period | None:
        """The span a target is measured over; None for a period before the plan."""
        if target.row["recurrence"] not in SPANNING:
            return when
        end = when.end
        if target.due and target.row["recurrence"] == "once" and target.comparator != "by_date":
            end = min(end, target.due)
        return self.plan.period(self.plan.span_to(end))

    # -- figures ---------------------------------------------------------------------------

    def _figure(self, target: Target, span: Period | None, chosen: Period, unit: str) -> Take:
        found = self._facts(target, span, unit) if span else None
        in_use = self._source(target) in self.used and not self._owes_no_part(target, unit)
        if target.comparator == "by_date":
            value = found.value if found else None
            awaited = value is None and (found is not None or in_use)
            return Figure(value), awaited
        counts = self._is_count(target) or target.comparator == "exists"
        if found is None and counts and in_use:
            found = Figure(0.0, 0)
        asks_none = target.comparator == "=" and target.threshold == 0
        if asks_none and target.measure.startswith("ledger:") and not (found and found.value):
            is_covered = self._is_covered(target, chosen, unit)
            found = (
                (found if found and found.value is not None else Figure(0.0, 0))
                if is_covered
                else None
            )
        if found is None or found.value is None:
            return found or NOTHING, False
        if target.comparator == "exists":
            return found._replace(value=1.0 if found.value > 0 else 0.0), False
        return found, False

    def _owes_no_part(self, target: Target, unit: str) -> bool:
        owed = parts(self.world, target.row["task_id"]) if target.metric in OF_TASKS else []
        return target.metric in OF_TASKS and not any(unit in ("", doer) for _, doer in owed)

    def _source(self, target: Target) -> str:
        """The ledger whose silence means that there is none."""
        if target.measure in ("deliverable", "declaration"):
            return target.measure
        name = target.measure.removeprefix("ledger:")
        single = ("publicity_article", "meeting_training", "honour", "contact", "task_status")
        return name if name in single else ""

    def _is_count(self, target: Target) -> bool:
        if target.measure == "declaration":
            return False
        rates = ("task_on_time_completion", "leading_group_coverage", "liaison_officer_coverage")
        return target.metric not in (*rates, "repair_officer_coverage")

    def _is_covered(self, target: Target, chosen: Period, unit: str) -> bool:
        """Whether a hand-in, or a nil, speaks of days of the period."""
        return any(
            start <= chosen.end and end >= chosen.start
            for ledger, who, start, end in coverage(self.world)
            if ledger in target.ledgers and unit in ("", who)
        )

    def _facts(self, target: Target, span: Period, unit: str) -> Figure | None:
        """The target's own figure over a span, or its metric's."""
        measure, metric = target.measure, target.metric
        if measure == "declaration":
            return self._declared(target, span, unit)
        if measure.startswith("duty:"):
            keys = {
                "credit_application_report_submission": metric,
                "publicity_update_regularity": measure.replace("duty:", "kept:"),
            }
            return self._of_metric(keys.get(metric, measure), span, unit)
        if measure == "deliverable":
            return self._delivered(target, span, unit)
        if metric == "task_on_time_completion":
            return self._finished(target, span, unit)
        if metric == "leading_group_coverage":
            return self._reported_done(target, span, unit)
        if metric in MEETING_KINDS:
            kinds = MEETING_KINDS[metric]
            events = [e for e in meetings(self.world) if e.values["kind"] in kinds]
            return self._number(target, events, span, unit, lambda e: e.key)
        if metric == "policy_repost_count":
            return self._number(target, articles(self.world), span, unit, lambda e: e.key)
        if target.parameters and measure == "ledger:publicity_article":
            column = COUNTED_NODES[metric]
            events = articles(self.world)
            return self._number(target, events, span, unit, lambda e: e.values[column])
        if target.parameters and measure == "ledger:honour":
            return self._honoured(target, span, unit)
        if self.plan.facts["figures"] == "official":
            official = self._of_metric(f"official_{metric}", span, unit)
            if official and official.value is not None:
                return official
        return self._of_metric(metric, span, unit)

    def _of_metric(self, metric: str, span: Period, unit: str) -> Figure | None:
        scope = ("department", unit) if unit else ("plan", self.plan.id)
        return self.figures.get((metric, *scope, span.name))

    def _mine(
        self, target: Target, events: Iterable[Event], span: Period, unit: str
    ) -> list[Event]:
        return [
            e for e in events if span.holds(e.when) and unit in ("", e.unit) and target.names(e)
        ]

    def _number(
        self,
        target: Target,
        events: Iterable[Event],
        span: Period,
        unit: str,
        thing: Callable[[Event], object],
    ) -> Figure | None:
        """How many different things; for a day, that of the last."""
        found = self._mine(target, events, span, unit)
        if not found:
            return None
        if target.comparator == "by_date":
            return Figure(max((e.when - EPOCH).days for e in found))
        number = len({thing(e) for e in found})
        return Figure(number, number)

    def _delivered(self, target: Target, span: Period, unit: str) -> Figure | None:
        if target.metric not in BY_AMOUNT:
            return self._number(target, deliverables(self.world), span, unit, lambda e: e.key)
        found = self._mine(target, deliverables(self.world), span, unit)
        return Figure(sum(e.amount for e in found)) if found else None

    def _honoured(self, target: Target, span: Period, unit: str) -> Figure | None:
        known = min(span.end, self.plan.as_of)
        taken = [
            h
            for h in honours(self.world)
            if unit in ("", h.unit)
            and h.awarded <= span.end
            and all(h.values[name] in allowed for name, allowed in target.parameters.items())
        ]
        things = {counted_honour(target.metric, h, span, known) for h in taken} - {None}
        return Figure(len(things), len(things)) if taken else None

    def _declared(self, target: Target, span: Period, unit: str) -> Figure | None:
        roll = "sum" if target.metric in BY_SUM else "last"
        roll = target.parameters.get("roll", (roll,))[0]
        told = [d for d in declared(self.world) if d.metric == target.metric]
        told = [d for d in told if unit in ("", d.unit) and d.target in ("", target.id)]
        return declared_figure(declared_in(span, told, roll)) if told else None

    def _finished(self, target: Target, span: Period, unit: str) -> Figure | None:
        """The day on which the last part of a clause was done; None while one is not."""
        owed = [p for p in parts(self.world, target.row["task_id"]) if unit in ("", p[1])]
        if not owed or "task_status" not in self.used:
            return None
        days = [self._done_by(span, *part) for part in owed]
        told = [(when - EPOCH).days for when in days if when]
        return Figure(max(told) if len(told) == len(days) else None)

    def _reported_done(self, target: Target, span: Period, unit: str) -> Figure | None:
        owed = [p for p in parts(self.world, target.row["task_id"]) if unit in ("", p[1])]
        if not owed or "task_status" not in self.used:
            return None
        done = sum(self._done_by(span, *part) is not None for part in owed)
        return Figure(100 * done / len(owed), done, len(owed))

    def _done_by(self, span: Period, task: str, unit: str) -> date | None:
        when = self.world.completed(task, unit)
        known = min(span.end, self.plan.as_of)
        return when if when and when <= known else None


def declared_figure(told: list) -> Figure | None:  # type: ignore[type-arg]
    """A rate where denominators are told, else the sum of the values."""
    if not told:
        return None
    below = [d.denominator for d in told if d.denominator is not None]
    above = [d.numerator or 0 for d in told if d.denominator is not None]
    if below:
        value = 100 * sum(above) / sum(below) if sum(below) else None
        return Figure(value, whole(sum(above)), whole(sum(below)))
    values = [d.value for d in told if d.value is not None]
    return Figure(sum(values) if values else None)
