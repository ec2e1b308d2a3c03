"""Targets: each asks for its figure over the right span and gets a status and a light."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import duckdb
import polars as pl

from warehouse.lights import HANDED_IN_COMPARATORS, Answer, Question, gap_text, is_met, judge
from warehouse.measured import NO_FIGURE, Asked, Figure, Measured, Place
from warehouse.metrics import compute_metrics
from warehouse.models import run_models
from warehouse.reference import span_to
from warehouse.target_scopes import Scope, Setting, exemptions, read_settings, units_by_target

# Recurrences that are measured from the plan's start to the end of the chosen period; the others
# in the period itself.
SPANNING = frozenset({"continuous", "per_event", "once", "annual"})
MONTHLY = frozenset({"monthly", "monthly_end"})
CHANGES = frozenset({"increase", "decrease"})
MORE_IS_BETTER = frozenset({">=", ">", "exists"})
_DAY_ZERO = date(1970, 1, 1)

OFFICIAL_MEASURE = "ledger:official_feedback"

_LINE_SCHEMA: dict[str, Any] = {
    "number": pl.Int32, "plan_id": pl.Utf8, "target_id": pl.Utf8, "valid_from": pl.Date,
    "due": pl.Utf8, "unit": pl.Utf8, "missing": pl.List(pl.Utf8), "is_counted": pl.Boolean,
}  # fmt: skip
_ROW_SCHEMA: dict[str, Any] = {
    "number": pl.Int32, "period": pl.Utf8, "period_kind": pl.Utf8, "scope_type": pl.Utf8,
    "scope_id": pl.Utf8, "scope_name": pl.Utf8, "threshold": pl.Utf8, "value": pl.Utf8,
    "numerator": pl.Int64, "denominator": pl.Int64, "status": pl.Utf8, "light": pl.Utf8,
    "gap_text": pl.Utf8, "is_official": pl.Boolean,
}  # fmt: skip

_Row = tuple[Any, ...]


@dataclass(frozen=True)
class Line:
    """One version of a target: what it asks, of whom, and how it is measured."""

    number: int
    asked: Asked
    question: Question
    units: list[Scope]
    likeness: tuple[str, ...]

    @property
    def is_rolled_up(self) -> bool:
        """Whether the plan's figure is made of the units': what is asked of each of them, but for
        rates and changes."""
        is_one_by_one = not (self.question.is_rate or self.question.comparator in CHANGES)
        return is_one_by_one and "plan" not in self.asked.target["scope"].split(";")

    @property
    def is_yearly(self) -> bool:
        """Whether it is asked of the year as a whole, so that an earlier month leaves it open."""
        return is_yearly(self.asked.target)

    @property
    def is_monthly(self) -> bool:
        """Whether each month is asked by itself: what is not a share cannot be added up."""
        is_share = self.question.is_rate or self.question.comparator in CHANGES
        return self.asked.target["recurrence"] in MONTHLY and not (is_share or self.is_yearly)


def compute_targets(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `marts.target_figures` and `marts.target_values` (one row per target in force, begun
    period and scope), then build the progress models and the metrics that stand on the targets.

    `value` and `threshold` are text, since some are dates; numbers are unrounded.
    """
    targets = _Targets(con)
    con.register("lines", pl.DataFrame(targets.lines(), schema=_LINE_SCHEMA, orient="row"))
    con.register("found", pl.DataFrame(list(targets), schema=_ROW_SCHEMA, orient="row"))
    con.execute(
        """
        create or replace table marts.target_values as
        select t.plan_id, t.target_id, t.task_id, t.metric_id, t.metric_name_zh as title, t.kind,
            t.hardness, t.legal_status, t.comparator, f.threshold,
            nullif(t.stretch_value, '') as stretch, f.scope_type, f.scope_id, f.scope_name,
            f.period, f.period_kind, n.due, f.value, f.numerator, f.denominator, n.unit, f.status,
            f.light, f.gap_text,
            case when f.is_official then $official else t.measure end as measured_by,
            n.missing, n.is_counted, t.sort_order
        from found as f
        join lines as n on f.number = n.number
        join ref.targets as t
            on n.plan_id = t.plan_id and n.target_id = t.target_id and n.valid_from = t.valid_from
        order by t.plan_id, f.period, t.sort_order, f.scope_type desc, f.scope_id
        """,
        {"official": OFFICIAL_MEASURE},
    )
    con.unregister("found")
    con.unregister("lines")
    run_models(con, "progress")
    compute_metrics(con, progress=True)


class _Targets:
    """The rows of `marts.target_values` (`_ROW_SCHEMA`)."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._measured = Measured(con)
        self._exempt = exemptions(con)
        self._settings = read_settings(con)
        self._plans = {s.plan["plan_id"]: s.plan for s in self._settings}
        self._lines: dict[str, list[Line]] = defaultdict(list)
        units = units_by_target(con)
        # A step comes after the step of the same thing that is due before it.
        dated = sorted(self._measured.asked, key=lambda a: a.target["due_date"] or date.max)
        for number, asked in enumerate(dated):
            key = asked.target["plan_id"], asked.target["target_id"]
            line = Line(number, asked, _question(asked.target), units[key], asked.likeness)
            self._lines[key[0]].append(line)

    def lines(self) -> list[tuple[Any, ...]]:
        """What the rows of a target have in common (`_LINE_SCHEMA`)."""
        found = []
        for line in (line for lines in self._lines.values() for line in lines):
            target = line.asked.target
            key = (target["plan_id"], target["target_id"], target["valid_from"])
            missing = list(line.asked.measurement.missing)
            told = (_due_text(target), line.question.unit, missing, line.question.is_counted)
            found.append((line.number, *key, *told))
        return found

    def __iter__(self) -> Iterator[_Row]:
        for setting in self._settings:
            yield from self._rows_of(setting)

    def _rows_of(self, setting: Setting) -> Iterator[_Row]:
        steps: dict[tuple[str, ...], dict[str, str]] = {}
        end = setting.period["end_date"]
        for line in self._lines[setting.plan["plan_id"]]:
            target = line.asked.target
            if target["valid_from"] <= end < target["valid_to"]:
                earlier = steps.get(line.asked.goal, {}) if target["due_date"] else {}
                statuses: dict[str, str] = {}
                for scope, question, figure in self._figures(line, setting):
                    is_behind = earlier.get(scope.id) == "missed"
                    answer = _answer(line, question, figure, setting, is_behind=is_behind)
                    if line.asked.measurement.family == "last":
                        answer = replace(answer, is_provisional=question.due is not None)
                    status, light = judge(question, answer)
                    statuses[scope.id] = status
                    yield (
                        line.number, setting.period["period"], setting.period["period_kind"],
                        scope.kind, scope.id, scope.name, _text(question.threshold),
                        _text(answer.value), figure.numerator, figure.denominator, status, light,
                        gap_text(question, answer), figure.is_official,
                    )  # fmt: skip
                if target["due_date"]:
                    steps[line.asked.goal] = statuses

    def _figures(self, line: Line, setting: Setting) -> Iterator[tuple[Scope, Question, Figure]]:
        """The plan's figure of a target in a period, then that of each unit it is measured for."""
        plan = Scope("plan", setting.plan["plan_id"], setting.plan["short_title"])
        end, metric_id = setting.period["end_date"], line.asked.target["metric_id"]
        span = span_of(line.asked.target, setting.plan, setting.period)
        by_unit = [
            (unit, *self._ask(line, setting, span, unit))
            for unit in line.units
            if unit.valid_from <= end < unit.valid_to
            and self._applies(plan.id, unit.id, metric_id, end)
        ]
        if by_unit and line.is_rolled_up:
            figures = [figure for _, _, figure in by_unit]
            yield plan, line.question, _roll_up(line.question, figures)
        else:
            yield plan, *self._ask(line, setting, span, plan)
        yield from by_unit

    def _applies(self, plan_id: str, unit_id: str, metric_id: str, on: date) -> bool:
        """Whether the plan's matrix lets the metric apply to the unit on that day."""
        spans = self._exempt.get((plan_id, unit_id, metric_id), ())
        return not any(start <= on < end for start, end in spans)

    def _ask(
        self, line: Line, setting: Setting, span: str, scope: Scope
    ) -> tuple[Question, Figure]:
        """What is asked of a scope and what was measured for it."""
        asked, question = line.asked, line.question
        if not asked.is_live:
            return question, NO_FIGURE
        chosen = setting.period["period"]

        def figure(label: str) -> Figure:
            place = Place(setting.plan["plan_id"], label, scope.kind, scope.id)
            return self._measured.figure(asked, place, chosen)

        if line.is_monthly and len(setting.months) > 1:
            return question, _roll_up(question, [figure(month) for month in setting.months])
        now = figure(span)
        if question.comparator not in CHANGES:
            return question, now
        then = self._year_before(line, setting, scope)
        if then.value is None and setting.before is not None:
            of_chosen, then = figure(chosen), figure(setting.before)
            now = of_chosen if then.value is not None else now
        return replace(question, threshold=then.value), now

    def _year_before(self, line: Line, setting: Setting, scope: Scope) -> Figure:
        """The figure of the same thing over the same span, from the place's plan of that year."""
        plan, end = setting.plan, setting.period["end_date"]
        for other in self._plans.values():
            if other["place_id"] == plan["place_id"] and other["year"] == plan["year"] - 1:
                alike = (x for x in self._lines[other["plan_id"]] if x.likeness == line.likeness)
                for match in alike:
                    label = setting.period["period"].replace(str(plan["year"]), str(other["year"]))
                    then = {"period": label, "end_date": _year_earlier(end)}
                    span = span_of(match.asked.target, other, then)
                    scope_id = other["plan_id"] if scope.kind == "plan" else scope.id
                    place = Place(other["plan_id"], span, scope.kind, scope_id)
                    return self._measured.figure(match.asked, place, label)
        return NO_FIGURE


def _answer(
    line: Line, question: Question, figure: Figure, setting: Setting, *, is_behind: bool
) -> Answer:
    judging_date = setting.period["judging_date"]
    is_running = setting.period["is_running"]
    if line.is_yearly:
        is_running = is_running or judging_date <= setting.plan["period_end"]
    return Answer(
        value=_measured_value(question, figure),
        judging_date=judging_date,
        numerator=figure.numerator,
        denominator=figure.denominator,
        is_period_running=is_running,
        is_awaited=figure.is_awaited,
        is_behind=is_behind,
    )


def _measured_value(question: Question, figure: Figure) -> float | date | None:
    """The figure's value; for `by_date` the day that it counts from 1970-01-01."""
    if figure.value is None or question.comparator != "by_date":
        return figure.value
    return _DAY_ZERO + timedelta(days=int(figure.value))


def _roll_up(question: Question, figures: list[Figure]) -> Figure:
    """The figure of what is asked of units, or of months, one by one: the worst one's value; the
    parts are those met and those judged. What has no data is not judged."""
    judged = [f for f in figures if f.value is not None or f.is_awaited]
    if not judged or question.threshold is None:
        return NO_FIGURE
    values = [value for f in judged if (value := _measured_value(question, f)) is not None]
    met = sum(is_met(question, value) for value in values)

    def badness(figure: Figure) -> float:
        value = figure.value
        if value is None:
            return float("inf")
        if question.comparator in MORE_IS_BETTER:
            return -value
        if question.comparator == "=" and not isinstance(question.threshold, date):
            return abs(value - float(question.threshold or 0))
        return value

    worst = max(judged, key=badness)
    return Figure(worst.value, met, len(judged), is_awaited=worst.is_awaited)


def _question(target: Mapping[str, Any]) -> Question:
    """What the target asks; hand-in days become a share on time of 100 %."""
    comparator = target["comparator"]
    threshold: float | date | None
    if comparator in HANDED_IN_COMPARATORS:
        threshold, unit = 100.0, "%"
    elif comparator == "exists":
        threshold, unit = 1.0, target["unit"]
    elif comparator == "by_date":
        threshold, unit = target["due_date"], target["unit"]
    else:
        threshold, unit = (float(target["value"]) if target["value"] else None), target["unit"]
    return Question(
        comparator=comparator,
        threshold=threshold,
        unit=unit,
        hardness=target["hardness"],
        kind=target["kind"],
        legal_status=target["legal_status"],
        due=target["due_date"],
    )


def is_yearly(target: Mapping[str, Any]) -> bool:
    """Whether a target is asked of the year as a whole, however often something is due in it."""
    return bool(target["recurrence"] == "annual" or target["unit"].endswith("_per_year"))


def span_of(target: Mapping[str, Any], plan: Mapping[str, Any], period: Mapping[str, Any]) -> str:
    """The label of the span a target is measured over in a period (rows of `ref.targets`,
    `ref.plans`, `ref.periods`). A dated target stays judged as it stood on its due date; the day on
    which something was done is known also when it came later."""
    end = period["end_date"]
    if target["recurrence"] not in SPANNING and not is_yearly(target):
        return str(period["period"])
    due = target["due_date"]
    if due and target["recurrence"] == "once" and target["comparator"] != "by_date":
        end = min(end, due)
    return span_to(plan["period_start"], end)


def _year_earlier(day: date) -> date:
    """The same month a year before, on its last day or the 28th."""
    return day.replace(year=day.year - 1, day=min(day.day, 28))


def _due_text(target: Mapping[str, Any]) -> str | None:
    if target["comparator"] in HANDED_IN_COMPARATORS:
        return str(target["value"])
    return target["due_date"].isoformat() if target["due_date"] else None


def _text(value: float | date | None) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else repr(float(value))
