"""Recurring hand-ins: who owed what for which month, and was it in time (semantics: Duties)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from tests.reference.files import Row
from tests.reference.plan import first_of_next
from tests.reference.rates import Fact
from tests.reference.records import World
from tests.reference.text import day, fold


def duty_facts(world: World) -> Iterator[Fact]:
    for duty in world.plan.table("duties.csv"):
        covered = covered_months(world, duty["ledgers"].split("+"))
        for unit in world.plan.unit_ids:
            for month, due in obligations(world, duty):
                if not applies(world, unit, duty, due):
                    continue
                handed = hand_in(world, duty["duty_id"], unit, month, covered)
                for period in world.plan.periods:
                    if due.year != world.plan.year or due.month not in period.months:
                        continue
                    if handed is not None or due < period.judging:
                        on_time = handed is not None and handed <= due
                        for metric in (duty["metric_id"], "duty_on_time_rate"):
                            yield metric, unit, period.name, int(on_time), 1


def obligations(world: World, duty: dict[str, str]) -> Iterator[tuple[str, date]]:
    """(month covered, due day) within the plan year, from the first one on."""
    plan, offset = world.plan, int(duty["due_month_offset"])
    first_due = day(duty["first_due"]) or plan.first_day
    for k in range(-offset, 12):
        year, month = plan.year + k // 12, k % 12 + 1
        start = date(year, month, 1)
        for _ in range(offset):
            start = first_of_next(start.year, start.month)
        plain = min(start.replace(day=1) + timedelta(int(duty["due_day"]) - 1), month_end(start))
        if plain < first_due:
            continue
        due = moved(world, plain)
        if plan.first_day <= due <= plan.last_day:
            yield f"{year}-{month:02d}", due


def month_end(start: date) -> date:
    return first_of_next(start.year, start.month) - timedelta(1)


def moved(world: World, due: date) -> date:
    """The due day after the plan's holiday policy."""
    policy = world.plan.facts["holiday_policy"]
    if policy == "extend":
        return world.calendar.next_workday(due) or due
    while policy == "advance" and not world.calendar.is_workday(due):
        due -= timedelta(1)
    return due


def applies(world: World, unit: str, duty: dict[str, str], due: date) -> bool:
    row = next(u for u in world.plan.units if u["unit_id"] == unit)
    named = duty["units"].split(";")
    if row["kind"] not in named and unit not in named:
        return False
    for exception in world.plan.table("applicability.csv"):
        about = (exception["unit_id"], exception["subject"], exception["subject_id"])
        start = day(exception["valid_from"]) or date.min
        end = day(exception["valid_to"]) or date.max
        if about == (unit, "duty", duty["duty_id"]) and start <= due < end:
            return exception["state"] == "applies"
    return True


def covered_months(world: World, ledgers: list[str]) -> dict[tuple[str, str], date]:
    """(unit, month) -> the first day on which a batch that covers it was received.

    A batch covers, per unit, the months of its decision dates; with none, the month before."""
    months: dict[tuple[int, str], set[str]] = defaultdict(set)
    received: dict[tuple[int, str], date] = {}
    for row in world.of(*ledgers, replaced=True):
        key = (row.batch.order, world.plan.unit_of(row))
        decided = day(row["decision_date"])
        months[key] |= {decided.isoformat()[:7]} if decided else set()
        received[key] = row.batch.received
    covered: dict[tuple[str, str], date] = {}
    for (order, unit), found in months.items():
        when = received[order, unit]
        before = (when.replace(day=1) - timedelta(1)).isoformat()[:7]
        for month in found or {before}:
            covered[unit, month] = min(covered.get((unit, month), when), when)
    return covered


def hand_in(
    world: World, duty_id: str, unit: str, month: str, covered: dict[tuple[str, str], date]
) -> date | None:
    """The earliest day of a hand-in or of a nil declaration that no row contradicts."""
    days = [covered[unit, month]] if (unit, month) in covered else []
    for row in world.of("submission"):
        about = (fold(row["duty_id"]), world.plan.unit_of(row), fold(row["period"]))
        if about != (duty_id, unit, month):
            continue
        kind = fold(row["submission_type"])
        if kind == "报送" or (kind in ("零报送", "无此类事项") and (unit, month) not in covered):
            days.append(submitted(row))
    return min(days, default=None)


def submitted(row: Row) -> date:
    return day(row["submitted_date"]) or row.batch.received
