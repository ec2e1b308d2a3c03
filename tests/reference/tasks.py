"""Dated tasks: done ones over those due; routine ones: their state (semantics: Tasks)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tests.reference.files import Row
from tests.reference.plan import Period
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


def routine_states(
    world: World, figures: dict[tuple[str, str, str, str], tuple[int, int]]
) -> dict[tuple[str, str], str]:
    """(task, period) -> 滞后, 正常 or 未动, for the periods that are over on the as-of day."""
    states = {}
    for task in world.plan.table("tasks.csv"):
        leader = lead(world, task) if task["task_kind"] == "routine" else None
        for period in world.plan.periods:
            if leader and period.end < world.plan.as_of and ".." not in period.name:
                targets = bound_targets(world, task["task_id"], period, figures)
                told = reported_in(world, task["task_id"], leader, period)
                if False in targets or "延期" in told:
                    state = "滞后"
                elif True in targets or told & {"进行中", "已完成"}:
                    state = "正常"
                else:
                    state = "未动"
                states[task["task_id"], period.name] = state
    return states


def bound_targets(
    world: World,
    task_id: str,
    period: Period,
    figures: dict[tuple[str, str, str, str], tuple[int, int]],
) -> set[bool]:
    """Whether each of the task's targets that has a value is met: shares of 100 %, and the days of
    entry, which none exceeds when no record is late."""
    verdicts = set()
    for target in world.plan.table("targets.csv"):
        metric = {
            "publicity_entry_workdays": "late_report_rate",
            "publicity_full_entry_rate": "publicity_report_rate",
        }.get(target["metric_id"], target["metric_id"])
        monthly = target["recurrence"] == "monthly"
        span = period.name if monthly else world.plan.span_to(period.months[-1])
        plan_id = world.plan.folder.name
        hit, of = figures.get((metric, "plan", plan_id, span), (0, 0))
        if target["task_id"] == task_id and of:
            verdicts.add(hit == 0 if metric == "late_report_rate" else hit == of)
    return verdicts


def reported_in(world: World, task_id: str, unit: str, period: Period) -> set[str]:
    """The statuses that the lead reported on days of the period."""
    year, first = period.end.year, period.months[0]
    return {
        fold(row["status"])
        for row in world.of("task_status")
        if fold(row["task_id"]) == task_id
        and world.plan.unit_of(row) == unit
        and date(year, first, 1) <= newness(row)[0] <= period.end
    }
