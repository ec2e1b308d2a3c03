"""All figures of one place and plan, from its files."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from tests.reference.cases import case_facts
from tests.reference.duties import duty_facts
from tests.reference.evidence import (
    contact_facts,
    declared,
    declared_in,
    event_facts,
    official_facts,
)
from tests.reference.files import load_batches, load_ledgers
from tests.reference.index import index_facts
from tests.reference.plan import Plan
from tests.reference.rates import decision_facts, first_pass_facts, record_facts
from tests.reference.records import World
from tests.reference.tally import Figure, Key, Tally
from tests.reference.target_facts import BY_SUM, declared_figure
from tests.reference.targets import Row, TargetKey, Targets
from tests.reference.tasks import routine_facts, routine_states, task_facts
from tests.reference.text import day
from tests.reference.workdays import Calendar

CALENDARS = Path(__file__).parents[2] / "warehouse" / "calendars"


@dataclass
class Reading:
    """What the files of a place say on a day."""

    world: World
    figures: dict[Key, Figure]
    targets: dict[TargetKey, Row]
    routines: dict[tuple[str, str], str]


@cache
def read(folder: Path, plan_folder: Path, as_of: date | None = None) -> Reading:
    """Recompute everything. ``as_of``: the newest received date of the place if not told."""
    return compute(open_world(folder, plan_folder, as_of))


def compute(world: World) -> Reading:
    tally = measure(world)
    targets = Targets(world, tally.figures).rows()
    statuses: dict[tuple[str, str], set[str]] = defaultdict(set)
    tasks = {row["target_id"]: row["task_id"] for row in world.plan.targets}
    for (target, unit, period), row in targets.items():
        if not unit:
            statuses[tasks[target], period].add(row.status)
    task_facts(world, tally, statuses)
    routine_facts(world, tally, statuses)
    return Reading(world, tally.figures, targets, routine_states(world, statuses))


def measure(world: World) -> Tally:
    """The figures that need no target: all but those of tasks."""
    tally = Tally(world.plan.id)
    for facts in (
        record_facts, first_pass_facts, decision_facts, duty_facts, official_facts, contact_facts,
        event_facts, declared_facts, index_facts, case_facts,
    ):  # fmt: skip
        facts(world, tally)
    return tally


def figure_of(world: World, key: Key) -> tuple[int, int]:
    """(numerator, denominator) of one figure, 0 where there is none."""
    of_tasks = key[0].startswith(("task_", "routine_"))
    figures = compute(world).figures if of_tasks else measure(world).figures
    figure = figures.get(key, Figure(None))
    return figure.numerator or 0, figure.denominator or 0


def declared_facts(world: World, tally: Tally) -> None:
    """Declared figures by metric, whatever target they name."""
    for when in world.plan.periods:
        for metric in {one.metric for one in declared(world)}:
            told = [one for one in declared(world) if one.metric == metric]
            taken = declared_in(when, told, "sum" if metric in BY_SUM else "last")
            for unit in [None, *sorted({one.unit for one in taken})]:
                figure = declared_figure([d for d in taken if unit in (None, d.unit)])
                if figure:
                    tally.put(metric, unit, when.name, figure)


def open_world(folder: Path, plan_folder: Path, as_of: date | None = None) -> World:
    """The place as known on a day."""
    plan = Plan(plan_folder, as_of or newest_day(folder), load_ledgers())
    return World(load_batches(folder), load_ledgers(), plan, load_calendar())


def newest_day(folder: Path) -> date:
    """The day on which the last file of a place came."""
    return max(batch.received for batch in load_batches(folder))


@cache
def load_calendar() -> Calendar:
    """Holidays and make-up days of the published years."""
    exceptions: dict[date, bool] = {}
    for path in sorted(CALENDARS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                if row.get("is_workday") and (when := day(row.get("date"))):
                    exceptions[when] = row["is_workday"] == "1"
    return Calendar(exceptions, {when.year for when in exceptions})
