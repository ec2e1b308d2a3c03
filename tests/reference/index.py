"""The city index and assessments from above: the figure a period stands on, and how far the city
is from the plan's lines (semantics: Index)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from tests.reference.evidence import cell, errors_of
from tests.reference.files import Row
from tests.reference.plan import UNKNOWN_UNIT, Period
from tests.reference.records import World
from tests.reference.tally import Figure, Tally
from tests.reference.text import day, days_of, name_key, number, period

RANK = "index_national_rank"
SMALL = 1e-9


@dataclass(frozen=True)
class Standing:
    """A city's published figure of one month."""

    city: str
    month: date
    group: tuple[str, str]  # version and group: only within them cities are compared
    score: float | None
    rank: int | None


@dataclass(frozen=True)
class Gap:
    """Points from a city to the score at a rank."""

    line_rank: int
    own_rank: int | None
    own_score: float | None
    is_reached: bool | None
    state: str
    low: float | None
    high: float | None
    known: int


def city_key(name: str | None) -> str:
    key = name_key(name) or ""
    return key.removesuffix("市") if len(key) > 2 else key


def standings(world: World) -> list[Standing]:
    """Official figures: of several rows of one city and month the one published last."""
    newest: dict[tuple[str, date], tuple[object, Row]] = {}
    for row in world.of("city_index"):
        label = period(row["period"])
        if label is None or cell(row, "value_source") != "官方" or errors_of(world)[row]:
            continue
        month, last = days_of(label)
        if (last - month).days > 31:
            continue  # a quarter or a year
        key = (city_key(row["city_name"]), month)
        order = (day(row["published_date"]) or date.min, row.order)
        if key not in newest or order > newest[key][0]:  # type: ignore[operator]
            newest[key] = (order, row)
    return [
        Standing(
            city,
            month,
            (cell(row, "index_version"), cell(row, "group_name")),
            number(row["score"]),
            whole_number(row["rank"]),
        )
        for (city, month), (_, row) in newest.items()
    ]


def whole_number(text: str | None) -> int | None:
    value = number(text)
    return None if value is None else int(value)


def own_standing(world: World, when: Period) -> Standing | None:
    """The last official month of the plan's city up to the period's end."""
    city = city_key(world.plan.facts.get("index_city"))
    told = [s for s in standings(world) if s.city == city and s.month <= when.end]
    return max(told, key=lambda s: s.month, default=None)


def index_facts(world: World, tally: Tally) -> None:
    for when in world.plan.begun:
        own = own_standing(world, when)
        if world.plan.facts["index_scope"] == "own" and own and own.rank is not None:
            tally.put(RANK, None, when.name, Figure(own.rank))
        if rank := assessed(world, when):
            tally.put("provincial_assessment_rank", None, when.name, Figure(rank))


def assessed(world: World, when: Period) -> int | None:
    """The rank in the last assessment of the place up to the period's end."""
    told = []
    for row in world.of("external_assessment"):
        label = period(row["period"])
        is_metric = cell(row, "metric_id") == "provincial_assessment_rank"
        if label and is_metric and is_ours(world, row) and not errors_of(world)[row]:
            end = days_of(label)[1]
            if end <= when.end:
                told.append((end, day(row["published_date"]) or date.min, row.order, row))
    if not told:
        return None
    row = max(told, key=lambda t: t[:3])[3]
    rank, field = whole_number(row["rank"]), whole_number(row["field_size"])
    return rank if rank and rank <= (field or rank) else None


def is_ours(world: World, row: Row) -> bool:
    """For an own plan the city by name; else neither a unit of the roster nor the city above."""
    city = city_key(world.plan.facts.get("index_city"))
    is_city = city_key(row["unit_name"]) == city
    if world.plan.facts["index_scope"] == "own":
        return is_city
    return world.plan.unit_of(row) == UNKNOWN_UNIT and not is_city


def gaps(world: World) -> dict[tuple[str, str], Gap]:
    """(period, target or stretch) -> gap, for a plan whose own city is ranked."""
    found = {}
    if world.plan.facts["index_scope"] != "own":
        return {}
    told = standings(world)
    for target in world.plan.targets:
        if target["metric_id"] != RANK or target["legal_status"] != "in_force":
            continue
        for when in world.plan.asked:
            own = own_standing(world, when)
            if own is None or not world.plan.holds(target, when.end):
                continue
            field = [
                s
                for s in told
                if s.city != own.city and (s.month, s.group) == (own.month, own.group)
                if s.rank is not None and s.score is not None
            ]
            for line, column in (("target", "value"), ("stretch", "stretch_value")):
                if target[column]:
                    found[when.name, line] = gap_to(int(target[column]), own, field)
    return found


def gap_to(line: int, own: Standing, field: list[Standing]) -> Gap:
    """What is known of the points to a rank: a number, bounds, or nothing."""
    reached = None if own.rank is None else own.rank <= line
    state, low, high = "unknown", None, None
    if own.score is not None and own.rank == line:
        state, low, high = "exact", 0.0, 0.0
    elif own.score is not None:
        ranked = [*field, own] if own.rank is not None else field
        if contradictory(ranked):
            state = "contradictory"
        else:
            low, high = bounds(line, field)
            low = None if low is None else low - own.score
            high = None if high is None else high - own.score
            if reached is False and low is not None and low <= SMALL:
                low = None  # that a better place has more points is no news
            if reached is True and high is not None and high >= -SMALL:
                high = None
            state = state_of(low, high)
    return Gap(line, own.rank, own.score, reached, state, low, high, len(field))


def contradictory(told: list[Standing]) -> bool:
    """A worse rank with more points, or one rank with two scores."""
    points = [(s.rank or 0, s.score or 0.0) for s in told]
    return any(
        (rank > better and score > more + SMALL) or (rank == better and abs(score - more) > SMALL)
        for rank, score in points
        for better, more in points
    )


def bounds(line: int, field: list[Standing]) -> tuple[float | None, float | None]:
    """(lowest, highest) score at a rank. Tied cities hold as many places as there are of them."""
    places: dict[int, float] = {}
    for s in field:
        places[s.rank or 0] = s.score or 0.0
    for rank, number_of in Counter(s.rank or 0 for s in field).items():
        for place in range(rank, rank + number_of):
            places.setdefault(place, places[rank])
    if line in places:
        return places[line], places[line]
    below = [place for place in places if place > line]
    above = [place for place in places if place < line]
    return (
        places[min(below)] if below else None,
        places[max(above)] if above else None,
    )


def state_of(low: float | None, high: float | None) -> str:
    if low is None:
        return "unknown" if high is None else "at_most"
    if high is None:
        return "at_least"
    return "exact" if high - low <= SMALL else "range"
