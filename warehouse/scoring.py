"""Scores and ranks: pure functions from figures and weights to points, score, rank and gain.

A score is the office's own estimate (测算). What a part asks and weighs is the plan's
(assessment.csv); timeliness is never in what mending is worth, for it cannot be mended.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

# Scores that differ by less than this are equal: the order of adding must not decide a rank.
TOLERANCE = 1e-9

# What can honestly be mended: decisions not yet reported, and records with errors.
REPORT_METRICS = frozenset({"publicity_report_rate", "publicity_full_entry_rate"})
COMPLIANCE_METRICS = frozenset({"publicity_compliance_rate"})

State = Literal["applied", "no_data", "not_applicable"]
Source = Literal["own", "official"]


@dataclass(frozen=True)
class Part:
    """One part of the score as the plan has it in force: what it weighs and asks."""

    part_id: str
    title: str
    metric_id: str
    weight: float
    comparator: str
    target: float


@dataclass(frozen=True)
class Measured:
    """A figure of a metric in its unit, and whose it is."""

    value: float
    numerator: int | None = None
    denominator: int | None = None
    source: Source = "own"


@dataclass(frozen=True)
class PartScore:
    """A part of one unit's score: applied with its points, or left out with the reason."""

    part: Part
    state: State
    reason: str = ""
    measured: Measured | None = None

    @property
    def attainment(self) -> float | None:
        """Share of the target reached, 0–1; None for a part that is left out."""
        if self.measured is None:
            return None
        return attainment(self.part.comparator, self.measured.value, self.part.target)

    @property
    def points(self) -> float | None:
        """Points of the part's weight; None for a part that is left out."""
        share = self.attainment
        return None if share is None else self.part.weight * share


def attainment(comparator: str, value: float, target: float) -> float:
    """How far a value reaches a target, 0–1.

    `>=`: value ÷ target, at most 1. `<=` (and `=`, for which any distance is an excess): 1 when
    met, else 1 − excess ÷ target, or ÷ 1 where the target is 0. Raises ValueError for a comparator
    that a part cannot have.
    """
    if comparator == ">=":
        if value >= target:
            return 1.0
        return max(0.0, value / target) if target > 0 else 0.0
    if comparator == "<=":
        excess = max(0.0, value - target)
    elif comparator == "=":
        excess = abs(value - target)
    else:
        raise ValueError(f"考核部分的比较方式“{comparator}”不能计分，请改为 >=、<= 或 =")
    return max(0.0, 1.0 - excess / (target or 1.0))


def total_score(parts: Iterable[PartScore]) -> float | None:
    """Σ weight × attainment ÷ Σ weights of the applied parts × 100; None when none applies."""
    applied = [(p.part.weight, p.points) for p in parts if p.points is not None]
    weight = math.fsum(w for w, _ in applied)
    if weight <= 0:
        return None
    return min(100.0, 100.0 * math.fsum(points for _, points in applied if points) / weight)


def has_come(parts: Iterable[PartScore]) -> bool:
    """Whether anything a unit did is in its figures: a hand-in, a record, a task done. What is
    merely missing says nothing of a place or period from which nothing has come yet."""
    return any(
        bool(p.measured.value if p.measured.numerator is None else p.measured.numerator)
        for p in parts
        if p.measured is not None
    )


def without_figures(parts: Iterable[PartScore]) -> list[PartScore]:
    """The parts of a unit in a period from which nothing has come: none of them counts."""
    return [
        p if p.measured is None else PartScore(p.part, "no_data", "本期还没有收到数据")
        for p in parts
    ]


def rank(scores: Mapping[str, float]) -> dict[str, int]:
    """unit -> rank among the scores, best first: 1, 1, 3 for ties (within TOLERANCE)."""
    ranks: dict[str, int] = {}
    best_first = sorted(scores.items(), key=lambda item: -item[1])
    for number, (unit, score) in enumerate(best_first, start=1):
        before = best_first[number - 2] if number > 1 else None
        is_tied = before is not None and before[1] - score <= TOLERANCE
        ranks[unit] = ranks[before[0]] if before is not None and is_tied else number
    return ranks


def is_small_sample(
    parts: Iterable[PartScore], record_count: int, min_records: int, record_metrics: set[str]
) -> bool:
    """Whether a score that rests on records has too few of them to be ranked.

    A unit to which any part on records applies needs `min_records` of them, also when it declared
    nil: its other parts would rank it before units with work to show. Parts on hand-ins and tasks
    count everything that was owed and are no sample, so a unit without power is ranked on any.
    """
    rests_on_records = any(
        p.part.metric_id in record_metrics and p.state != "not_applicable" for p in parts
    )
    return rests_on_records and record_count < min_records


def why_not_ranked(
    score: float | None, *, is_rankable: bool, is_small: bool, record_count: int, min_records: int
) -> str:
    """Why a unit has no rank (Chinese); empty when it is ranked."""
    if not is_rankable:
        return "只列不排"
    if score is None:
        return "本期没有可计分的数据"
    if not is_small:
        return ""
    if not record_count:
        return "没有双公示记录，不排位"
    return f"样本少（{record_count} 条，少于 {min_records} 条）"


def left_out(parts: Iterable[PartScore]) -> str:
    """The parts that do not count, each with its reason, in one text; empty if all count."""
    return "；".join(f"{p.part.title}（{p.reason}）" for p in parts if p.measured is None)


def mended(parts: Sequence[PartScore], *, are_errors_correctable: bool) -> tuple[PartScore, ...]:
    """The parts as they were if every missed record was reported and, where a correction still
    counts, every error corrected. Nothing else changes."""
    wanted = REPORT_METRICS | (COMPLIANCE_METRICS if are_errors_correctable else frozenset())
    return tuple(
        replace(p, measured=whole(p.measured))
        if p.measured is not None and p.part.metric_id in wanted
        else p
        for p in parts
    )


def whole(measured: Measured) -> Measured:
    """A rate with its whole denominator reached."""
    return replace(measured, value=100.0, numerator=measured.denominator)


def lacking(measured: Measured | None) -> int:
    """How many of the judged are not reached by a rate."""
    if measured is None or measured.denominator is None or measured.numerator is None:
        return 0
    return measured.denominator - measured.numerator
