"""Tasks that have a deadline: done ones over those due (semantics: Tasks)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.reference.files import Row
from tests.reference.rates import Fact
from tests.reference.records import World
from tests.reference.text import day, fold, name_key


def task_facts(world: World) -> Iterator[Fact]:
    """Tasks done by their targets' ledgers are left out: those ledgers are not there yet."""
    for task in world.plan.table("tasks.csv"):
        deadline = day(task["deadline"])
        if deadline is None or task["done_by"] == "target":
            continue
        for unit in who_does(world, task):
            for period in world.plan.periods:
                asked = min(period.end, world.plan.as_of)
                if deadline <= asked:
                    done = is_done(world, task["task_id"], unit, asked)
                    yield "task_completion_rate", unit, period.name, int(done), 1


def who_does(world: World, task: dict[str, str]) -> list[str]:
    if task["task_kind"] == "each":
        return world.plan.unit_ids
    leader = lead(world, task) if task["task_kind"] == "deliverable" else None
    return [leader] if leader else []


def lead(world: World, task: dict[str, str]) -> str | None:
    """The clause's actor, else the first lead, else the first responsible name on the roster."""
    if task["clause_actor"]:
        return named(world, task["clause_actor"])
    if task["lead_departments"]:
        return named(world, task["lead_departments"].split(";")[0])
    units = (named(world, n) for n in task["responsible_departments"].split(";"))
    return next(filter(None, units), None)


def named(world: World, name: str) -> str | None:
    """A unit by its name, an alias or a clause name that it stands for."""
    wanted = name_key(name)
    for unit in world.plan.units:
        if wanted in {name_key(n) for n in [unit["name"], *unit["clause_names"].split(";")]}:
            return unit["unit_id"]
    return next((u for known, u, _, _ in world.plan.names if known == wanted), None)


def is_done(world: World, task_id: str, unit: str, asked: date) -> bool:
    told = [
        row
        for row in world.of("task_status")
        if fold(row["task_id"]) == task_id and world.plan.unit_of(row) == unit
    ]
    if not told:
        return False
    newest = max(told, key=newness)
    completed = day(newest["completed_date"])
    is_completed = fold(newest["status"]) == "已完成"
    return is_completed and completed is not None and completed <= asked


def newness(row: Row) -> tuple[date, tuple[date, int, int]]:
    return (day(row["report_date"]) or row.batch.received, row.order)
