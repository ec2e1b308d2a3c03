"""All figures of one place and plan: (metric, scope, unit, period) -> (numerator, denominator)."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

from tests.reference.duties import duty_facts
from tests.reference.files import load_batches, load_ledgers
from tests.reference.plan import Plan
from tests.reference.rates import decision_facts, first_pass_facts, record_facts
from tests.reference.records import World
from tests.reference.tasks import task_facts
from tests.reference.text import day
from tests.reference.workdays import Calendar

CALENDARS = Path(__file__).parents[2] / "warehouse" / "calendars"
Key = tuple[str, str, str, str]


def figures(
    folder: Path, plan_folder: Path, as_of: date | None = None
) -> dict[Key, tuple[int, int]]:
    """Recompute everything. ``as_of``: the newest received date if not told."""
    world = open_world(folder, plan_folder, as_of)
    totals: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for facts in (record_facts, first_pass_facts, decision_facts, duty_facts, task_facts):
        for metric, unit, period, hit, of in facts(world):
            for scope in (("department", unit), ("plan", plan_folder.name)):
                totals[metric, *scope, period][0] += hit
                totals[metric, *scope, period][1] += of
    return {key: (hit, of) for key, (hit, of) in totals.items()}


def open_world(folder: Path, plan_folder: Path, as_of: date | None = None) -> World:
    """The place as known on a day."""
    batches = load_batches(folder)
    newest = max(batch.received for batch in batches)
    return World(batches, load_ledgers(), Plan(plan_folder, as_of or newest), load_calendar())


def load_calendar() -> Calendar:
    """Holidays and make-up days of the published years."""
    exceptions: dict[date, bool] = {}
    for path in sorted(CALENDARS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                if row.get("is_workday") and (when := day(row.get("date"))):
                    exceptions[when] = row["is_workday"] == "1"
    return Calendar(exceptions, {when.year for when in exceptions})
