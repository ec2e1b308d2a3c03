"""What a target asks, and what was done for it: the figure over a span (semantics: Targets)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from tests.reference.duties import coverage
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
from tests.reference.plan import Period
from tests.reference.records import World
from tests.reference.tally import Figure, Key, whole
from tests.reference.tasks import parts

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
RATES_OF_CASES = (
    "commitment_publicity_rate", "commitment_fulfilment_record_rate", "commitment_upload_rate",
    "gov_commitment_publicity_rate", "gov_commitment_record_rate", "governance_exit_rate",
    "gov_dishonesty_rectified_rate",
)  # fmt: skip
OF_TASKS = ("task_on_time_completion", "leading_group_coverage")
NOTHING = Figure(None)
EPOCH = date(1970, 1, 1)
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


class TargetFacts:
    """The facts of a world as targets take them, and the figures of its metrics."""

    def __init__(self, world: World, figures: dict[Key, Figure]) -> None:
        self.world, self.plan, self.figures = world, world.plan, figures
        self.used = {row.batch.ledger for rows in world.rows.values() for row in rows}

    def take(self, target: Target, span: Period | None, chosen: Period, unit: str) -> Take:
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
        single = (
            *("publicity_article", "meeting_training", "honour", "contact", "task_status"),
            *("gov_default_case", "commitment"),
        )
        if target.metric == "gov_arrears_settled":
            return ""  # who owes nothing has nothing to pay
        return name if name in single else ""

    def _is_count(self, target: Target) -> bool:
        if target.measure == "declaration":
            return False
        rates = ("task_on_time_completion", "leading_group_coverage", "liaison_officer_coverage")
        return target.metric not in (*rates, "repair_officer_coverage", *RATES_OF_CASES)

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
