"""One pure function for lights: from what is asked and what was measured to status and light."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

Status = Literal["met", "missed", "pending", "no_data", "historical"]
Light = Literal["green", "yellow", "red", "grey"]
Number = float | int

COUNTED_KINDS = frozenset({"stated", "deadline"})
NEVER_RED = frozenset({"principle", "strive", "explore"})
DAY_COMPARATORS = frozenset({"within_days", "by_date"})
HANDED_IN_COMPARATORS = frozenset({"by_day_of_month", "by_weekday"})

# A rate may miss its target by one record or half a point before it turns red (docs/semantics.md).
RATE_TOLERANCE_POINTS = 0.5
COUNT_TOLERANCE = 1.0
_DAY_WORDS = {"working_day": " 个工作日", "calendar_day": " 个自然日", "day": " 天"}
_EPSILON = 1e-9


@dataclass(frozen=True)
class Question:
    """What a target asks.

    threshold: a number in the target's unit (rates 0–100), or a date for `by_date`.
    due: the day by which it must stand; None for continuous and recurring targets.
    """

    comparator: str
    threshold: Number | date | None
    unit: str
    hardness: str = "must"
    kind: str = "stated"
    legal_status: str = "in_force"
    due: date | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it has a say in lights; other kinds are 工作要求（本办理解）."""
        return self.kind in COUNTED_KINDS and self.legal_status == "in_force"

    @property
    def is_rate(self) -> bool:
        """Whether it is a share of 100; `exists` is a yes or no, whatever its metric's unit."""
        if self.comparator == "exists":
            return False
        return self.unit == "%" or self.comparator in HANDED_IN_COMPARATORS


@dataclass(frozen=True)
class Answer:
    """What was measured: value in the target's unit, its parts where countable, and the days.

    judging_date: the day on which the question is asked. is_period_running: the period has not
    ended on that day, so that what is not met yet may still be. is_awaited: there is no value
    because what is asked for by a date is not there yet, not because nobody handed anything in.
    is_behind: what should have come before it was missed. is_provisional: the value is the last of
    several and moves both ways, so that only the due day decides.
    """

    value: Number | date | None
    judging_date: date
    numerator: int | None = None
    denominator: int | None = None
    is_period_running: bool = False
    is_awaited: bool = False
    is_behind: bool = False
    is_provisional: bool = False


def judge(question: Question, answer: Answer) -> tuple[Status, Light | None]:
    """Status and light of one target.

    historical → no light. No value or no threshold → grey, unless the value is awaited. Met →
    green, but pending while a provisional value waits for its day. Not met but not due yet →
    pending: yellow on schedule, red behind it. Missed → red, yellow within the tolerance (rates:
    one record or 0.5 points; counts: one; days and dates: none). principle, strive, explore and
    uncounted kinds never turn red.
    """
    if question.legal_status != "in_force":
        return "historical", None
    if question.threshold is None or (answer.value is None and not answer.is_awaited):
        return "no_data", "grey"
    if answer.value is not None and is_met(question, answer.value):
        if answer.is_provisional and _is_open(question, answer):
            return "pending", "yellow"
        return "met", "green"
    can_be_red = question.is_counted and question.hardness not in NEVER_RED
    if _is_open(question, answer):
        return "pending", "red" if answer.is_behind and can_be_red else "yellow"
    return "missed", "red" if can_be_red and not _is_near(question, answer) else "yellow"


def is_met(question: Question, value: Number | date) -> bool:
    """Whether a value satisfies the comparator. Dates compare with dates, numbers with numbers."""
    threshold = question.threshold
    if isinstance(value, date) or isinstance(threshold, date):
        if not (isinstance(value, date) and isinstance(threshold, date)):
            raise TypeError("by_date compares a date with a date")
        return value <= threshold
    assert threshold is not None
    match question.comparator:
        case ">=" | "by_day_of_month" | "by_weekday" | "exists":
            return value >= threshold - _EPSILON
        case "<=" | "within_days":
            return value <= threshold + _EPSILON
        case "=":
            return abs(value - threshold) <= _EPSILON
        case ">" | "increase":
            return value > threshold + _EPSILON
        case "<" | "decrease":
            return value < threshold - _EPSILON
    raise ValueError(f"unknown comparator {question.comparator}")


def missing_records(question: Question, answer: Answer) -> int | None:
    """How many more hits a rate needs to reach its target (差几条); None where not countable."""
    if not question.is_rate or answer.numerator is None or not answer.denominator:
        return None
    if isinstance(question.threshold, date) or question.threshold is None:
        return None
    wanted = question.threshold / 100 * answer.denominator
    if question.comparator == "<=":
        return max(0, answer.numerator - math.floor(wanted + _EPSILON))
    return max(0, math.ceil(wanted - _EPSILON) - answer.numerator)


def gap_text(question: Question, answer: Answer) -> str:
    """The words beside a light: 差 3 条, 差 2, 超 1 天; empty when met or not measurable."""
    value, threshold = answer.value, question.threshold
    if threshold is None or question.legal_status != "in_force":
        return ""
    if value is None:
        return "未完成" if answer.is_awaited else ""
    if is_met(question, value):
        return ""
    records = missing_records(question, answer)
    if records is not None:
        return f"差 {records} {'次' if question.comparator in HANDED_IN_COMPARATORS else '条'}"
    if isinstance(value, date) or isinstance(threshold, date):
        assert isinstance(value, date)
        assert isinstance(threshold, date)
        return f"晚 {(value - threshold).days} 天"
    gap = abs(value - threshold)
    word = "超" if question.comparator in {"<=", "within_days", "decrease"} else "差"
    return f"{word} {gap:g}{_DAY_WORDS.get(question.unit, '')}"


def _is_open(question: Question, answer: Answer) -> bool:
    """Not met, but the day has not come: a due date ahead, or a running period that can still
    bring what is asked (more of something; a limit once broken stays broken)."""
    if question.due is not None:
        return answer.judging_date <= question.due
    if not answer.is_period_running:
        return False
    if question.comparator == "=":
        value, threshold = answer.value, question.threshold
        return value is None or threshold is None or value < threshold  # type: ignore[operator]
    return question.comparator in {">=", ">", "exists", "increase"}


def _is_near(question: Question, answer: Answer) -> bool:
    value, threshold = answer.value, question.threshold
    if isinstance(value, date) or isinstance(threshold, date) or value is None or threshold is None:
        return False
    if question.comparator in DAY_COMPARATORS:
        return False
    if question.is_rate:
        records = missing_records(question, answer)
        by_record = records is not None and records <= 1
        return by_record or abs(value - threshold) <= RATE_TOLERANCE_POINTS + _EPSILON
    return abs(value - threshold) <= COUNT_TOLERANCE + _EPSILON
