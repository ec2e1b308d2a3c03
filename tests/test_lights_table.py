"""The light function over every comparator, hardness, kind, legal status, moment and outcome.

The expected status and light come from the rules written below in words and sets; nothing of
`warehouse.lights` but its question and answer is used for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import product

import pytest

from warehouse.lights import Answer, Light, Question, Status, judge
from warehouse.plans import load_plans

DUE = date(2022, 6, 30)
HARDNESS = ("must", "principle", "strive", "explore")
KINDS = ("stated", "deadline", "inferred", "enumerated", "checkable")
LEGAL = ("in_force", "historical", "not_applicable")
# Where the judging day stands: to a due date, or in a period without one.
MOMENTS = {
    "before": (DUE, date(2022, 6, 29), False),
    "at": (DUE, DUE, False),
    "after": (DUE, date(2022, 7, 1), False),
    "running": (None, date(2022, 6, 15), True),
    "over": (None, date(2022, 7, 10), False),
}
Measured = tuple[float | date | None, int | None, int | None]


@dataclass(frozen=True)
class Case:
    """What is asked, and what was measured for each outcome. `near` is within the tolerance."""

    comparator: str
    unit: str
    threshold: float | date | None
    outcomes: dict[str, Measured]

    def __str__(self) -> str:
        return f"{self.comparator} {self.threshold} {self.unit}"


def rate(hits: int, judged: int) -> Measured:
    return 100 * hits / judged, hits, judged


def number(value: float) -> Measured:
    return value, None, None


# 300 records: one short is 99.67 %. 1,000 records: five short is exactly half a point.
ALL_OF_THEM = {"met": rate(300, 300), "near": rate(299, 300), "far": rate(297, 300)}
CASES = [
    Case(">=", "%", 100.0, ALL_OF_THEM),
    Case(
        ">=", "%", 100.0, {"met": rate(1000, 1000), "near": rate(995, 1000), "far": rate(994, 1000)}
    ),
    Case("=", "%", 100.0, ALL_OF_THEM),
    Case("by_day_of_month", "%", 100.0, ALL_OF_THEM),
    Case("by_weekday", "%", 100.0, ALL_OF_THEM),
    # five of a hundred may be late; a sixth is one record, a seventh is two and 2 points
    Case("<=", "%", 5.0, {"met": rate(5, 100), "near": rate(6, 100), "far": rate(7, 100)}),
    Case(">=", "domain", 5.0, {"met": number(5), "near": number(4), "far": number(3)}),
    Case("<=", "rank", 8.0, {"met": number(8), "near": number(9), "far": number(10)}),
    Case("=", "list", 4.0, {"met": number(4), "near": number(3), "far": number(2)}),
    Case("=", "record", 0.0, {"met": number(0), "near": number(1), "far": number(2)}),
    Case(">", "time", 1000.0, {"met": number(1001), "near": number(1000), "far": number(998)}),
    Case("<", "item", 3.0, {"met": number(2), "near": number(3), "far": number(5)}),
    # a yes or no: a no is one short, whatever the unit of its metric
    Case("exists", "mechanism", 1.0, {"met": number(1), "near": number(0)}),
    Case("exists", "%", 1.0, {"met": number(1), "near": number(0)}),
    Case("by_date", "date", DUE, {"met": (DUE, None, None), "far": (date(2022, 7, 1), None, None)}),
    Case("within_days", "working_day", 7.0, {"met": number(7), "far": number(8)}),
    Case("increase", "item", 10.0, {"met": number(11), "near": number(10), "far": number(8)}),
    Case("decrease", "item", 10.0, {"met": number(9), "near": number(10), "far": number(12)}),
    # nothing earlier to compare with
    Case("increase", "item", None, {"none": number(5)}),
    Case("decrease", "%", None, {"none": rate(5, 10)}),
]
# What a running period can still bring: more of something. "= 0" is broken by the first one.
MORE_MAY_COME = {">= % 100.0", "= % 100.0", ">= domain 5.0", "= list 4.0", "> time 1000.0"}
MORE_MAY_COME |= {"exists mechanism 1.0", "exists % 1.0", "increase item 10.0"}


def expected(
    case: Case, outcome: str, hardness: str, kind: str, legal: str, moment: str, *, behind: bool
) -> tuple[Status, Light | None]:
    """The rules in words: design of lights, docs/semantics.md."""
    if legal != "in_force":
        return "historical", None
    if outcome == "none":
        return "no_data", "grey"
    if outcome == "met":
        return "met", "green"
    never_red = hardness in ("principle", "strive", "explore") or kind not in ("stated", "deadline")
    may_come = f"{case.comparator} {case.unit} {case.threshold}" in MORE_MAY_COME
    if outcome == "awaited" and case.comparator in (">=", ">", "=", "exists", "increase"):
        may_come = True
    if moment in ("before", "at") or (moment == "running" and may_come):
        return "pending", "red" if behind and not never_red else "yellow"
    return "missed", "yellow" if never_red or outcome == "near" else "red"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_combination(case: Case) -> None:
    outcomes = case.outcomes | {"none": (None, None, None)}
    if case.threshold is not None:
        outcomes |= {"awaited": (None, None, None)}
    wrong, count = [], 0
    for outcome, hardness, kind, legal, moment, behind in product(
        outcomes, HARDNESS, KINDS, LEGAL, MOMENTS, (False, True)
    ):
        due, day, running = MOMENTS[moment]
        question = Question(case.comparator, case.threshold, case.unit, hardness, kind, legal, due)
        value, hits, judged = outcomes[outcome]
        answer = Answer(value, day, hits, judged, running, outcome == "awaited", behind)
        wanted = expected(case, outcome, hardness, kind, legal, moment, behind=behind)
        count += 1
        if judge(question, answer) != wanted:
            wrong.append((outcome, hardness, kind, legal, moment, behind, judge(question, answer)))
    assert wrong == []
    assert count == len(outcomes) * 4 * 5 * 3 * 5 * 2


def test_every_comparator_of_the_plans_is_in_the_table() -> None:
    asked = {t["comparator"] for plan in load_plans().values() for t in plan.targets}
    assert asked <= {case.comparator for case in CASES}
