"""How far a city is from a rank, and what regained points would give: pure functions.

The full list of a period is not published, so what is not known stays a range or nothing at all.
All rows given are of one period, one group and one version of the index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

_EPSILON = 1e-9

GapState = Literal["exact", "range", "at_least", "at_most", "unknown", "contradictory"]


@dataclass(frozen=True)
class Standing:
    """A city's published rank and score in a period."""

    rank: int
    score: float


@dataclass(frozen=True)
class Gap:
    """The points missing to a rank: between `low` and `high`, negative where the city is ahead.

    state: `exact` (low = high), `range`, `at_least` (no upper bound known), `at_most` (no lower
    bound known), `unknown`, `contradictory` (known scores do not fall with the rank).
    is_reached: the published rank is the line or better; None where the city has no rank.
    known_cities: how many other cities' scores there are.
    """

    line_rank: int
    state: GapState
    low: float | None
    high: float | None
    is_reached: bool | None
    known_cities: int


@dataclass(frozen=True)
class Movable:
    """Points of one indicator that may be regained: what it lost and its known parts do not
    explain."""

    indicator_id: str
    lost: float
    is_historical: bool = False


@dataclass(frozen=True)
class Outcome:
    """What regained points would give, other cities' scores as published.

    best_rank, worst_rank: the rank would be within; an open end is None, and both are where nothing
    can be said. They are equal only when every city of the group is known.
    gaps: the gap to each line after it.
    """

    gained: float
    score: float
    best_rank: int | None
    worst_rank: int | None
    known_cities: int
    is_complete: bool
    gaps: tuple[Gap, ...]


def gap_to_rank(
    line_rank: int, own_rank: int | None, own_score: float | None, others: Iterable[Standing]
) -> Gap:
    """The points between a city and the score at a rank.

    The score at the rank is known where a city holds that place (a tie holds as many places as it
    has known cities); otherwise it lies between the scores of the nearest known places above and
    below. A bound that the city's own rank already says is left out.
    """
    field = list(others)
    is_reached = None if own_rank is None else own_rank <= line_rank
    state: GapState = "unknown"
    low: float | None = None
    high: float | None = None
    if own_score is not None and own_rank == line_rank:
        state, low, high = "exact", 0.0, 0.0
    elif own_score is not None:
        own = [] if own_rank is None else [Standing(own_rank, own_score)]
        if _contradicts([*field, *own]):
            state = "contradictory"
        else:
            low, high = (
                None if score is None else score - own_score
                for score in _score_at(line_rank, _places(field))
            )
            if is_reached is False and low is not None and low <= _EPSILON:
                low = None
            if is_reached is True and high is not None and high >= -_EPSILON:
                high = None
            state = _state(low, high)
    return Gap(line_rank, state, low, high, is_reached, len(field))


def what_if(
    own: Standing | None,
    own_score: float,
    regained: Mapping[str, float],
    movable: Iterable[Movable],
    others: Iterable[Standing],
    group_size: int | None,
    lines: Sequence[int] = (),
) -> Outcome:
    """The score after regaining points, the gaps left, and at most a range of ranks.

    `own` is the published standing where there is a rank. Raises ValueError (Chinese) for an
    indicator that is not there or historical, and for points that are negative or more than lost.
    """
    allowed = {one.indicator_id: one for one in movable}
    for indicator_id, points in regained.items():
        _check_regained(indicator_id, points, allowed.get(indicator_id))
    field = list(others)
    gained = sum(regained.values())
    score = own_score + gained
    is_complete = group_size is not None and own is not None and len(field) >= group_size - 1
    best, worst = _rank_range(own, score, field, is_complete=is_complete)
    gaps = tuple(gap_to_rank(line, None, score, field) for line in lines)
    return Outcome(gained, score, best, worst, len(field), is_complete, gaps)


def _check_regained(indicator_id: str, points: float, one: Movable | None) -> None:
    if one is None:
        raise ValueError(f"指标 {indicator_id} 没有可追回的失分")
    if one.is_historical:
        raise ValueError(f"指标 {indicator_id} 为历史口径，不作追回测算")
    if not 0 <= points <= one.lost + _EPSILON:
        raise ValueError(f"指标 {indicator_id} 可追回 0 至 {one.lost:g} 分，现填 {points:g} 分")


def _rank_range(
    own: Standing | None, score: float, field: Sequence[Standing], *, is_complete: bool
) -> tuple[int | None, int | None]:
    """(best, worst) rank of a city that has at least its published score; an open end is None.

    Cities with more points stay ahead of it: behind the last known of them it is at best. It is no
    worse than a known city with no more points, nor than its own rank.
    """
    if not field or _contradicts([*field, *([own] if own else [])]):
        return None, None
    ahead = [place for place, other in _places(field).items() if other > score + _EPSILON]
    passed = [one.rank for one in field if one.score <= score + _EPSILON]
    limits = [*passed, *([own.rank] if own else [])]
    worst = min(limits, default=None)
    if is_complete:
        best: int | None = max(ahead, default=0) + 1
    else:
        best = max(ahead) + 1 if ahead else None
    says_nothing = best is None and (worst is None or (own is not None and worst == own.rank))
    is_single = best is not None and best == worst and not is_complete
    is_impossible = best is not None and worst is not None and best > worst
    return (None, None) if says_nothing or is_single or is_impossible else (best, worst)


def _places(field: Iterable[Standing]) -> dict[int, float]:
    """place -> score. Tied cities also hold the places after their rank, as many as are known."""
    standings = list(field)
    found = {one.rank: one.score for one in standings}
    for rank, tied in Counter(one.rank for one in standings).items():
        for place in range(rank + 1, rank + tied):
            found.setdefault(place, found[rank])
    return found


def _contradicts(standings: Iterable[Standing]) -> bool:
    """Whether a worse rank has more points than a better one, or one rank two scores."""
    ordered = sorted(standings, key=lambda one: (one.rank, -one.score))
    return any(
        later.score > earlier.score + _EPSILON
        or (later.rank == earlier.rank and later.score < earlier.score - _EPSILON)
        for earlier, later in pairwise(ordered)
    )


def _score_at(rank: int, places: Mapping[int, float]) -> tuple[float | None, float | None]:
    """(lowest, highest) possible score at a place."""
    if rank in places:
        return places[rank], places[rank]
    worse = min((place for place in places if place > rank), default=None)
    better = max((place for place in places if place < rank), default=None)
    return (
        None if worse is None else places[worse],
        None if better is None else places[better],
    )


def _state(low: float | None, high: float | None) -> GapState:
    if low is not None and high is not None:
        return "exact" if high - low <= _EPSILON else "range"
    if low is not None:
        return "at_least"
    return "unknown" if high is None else "at_most"
