"""Dated tasks: done ones over those due; routine ones: their state (semantics: Tasks)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.reference.files import Row
from tests.reference.plan import Period
from tests.reference.records import World
from tests.reference.tally import Tally
from tests.reference.text import day, fold

Statuses = Mapping[tuple[str, str], set[str]]  # (task, period) -> statuses of its targets
COUNTED = ("deliverable", "each")


def task_facts(world: World, tally: Tally, statuses: Statuses) -> None:
    """Completion of deliverables (by their leads) and of what each unit must do."""
    plan = world.plan
    for task_id in plan.tasks:
        deadline = plan.deadline(task_id)
        for unit in who_does(world, task_id):
            done = completed(world, task_id, unit, statuses)
            if done is None:
                continue
            for period in plan.begun:
                known = min(period.end, plan.as_of)
                where = (unit, period.name)
                is_done = done <= known
                tally.rate("task_year_progress_rate", *where, hit=is_done)
                if deadline is None:
                    continue
                if deadline <= known:
                    tally.rate("task_completion_rate", *where, hit=is_done)
                left = (deadline - period.judging).days
                if done > period.judging:
                    tally.count("task_overdue_count", *where, number=left < 0)
                    tally.count("task_upcoming_count", *where, number=0 <= left <= 30)


def completed(world: World, task_id: str, unit: str, statuses: Statuses) -> date | None:
    """The day on which a task was done, `date.max` while it is not; None where a target decides
    whose ledger is not there yet: such a task is left out."""
    if world.plan.tasks[task_id]["done_by"] != "target":
        return world.completed(task_id, unit) or date.max
    told = statuses.get((task_id, str(world.plan.year)), set())
    if not told or "no_data" in told:
        return None
    deadline = world.plan.deadline(task_id)
    return deadline if told == {"met"} and deadline else date.max


def who_does(world: World, task_id: str) -> list[str]:
    """Who must do a dated task: each unit it names, or its lead."""
    kind, leader = world.plan.tasks[task_id]["task_kind"], world.plan.leads[task_id]
    if kind == "each":
        return world.plan.doers[task_id]
    return [leader] if kind == "deliverable" and leader else []


def parts(world: World, task_id: str) -> list[tuple[str, str]]:
    """(task, unit) of all that must be done for a clause and what is below it; routine tasks only
    where there is nothing else. What a target decides is left out."""
    below = [task_id]
    for known in below:
        below += [t["task_id"] for t in world.plan.tasks.values() if t["parent_id"] == known]
    counted = [t for t in below if world.plan.tasks[t]["task_kind"] in COUNTED]
    routine = [t for t in below if world.plan.tasks[t]["task_kind"] == "routine"]
    found = []
    for leaf in counted or routine:
        if world.plan.tasks[leaf]["done_by"] != "target":
            leader = world.plan.leads[leaf]
            units = who_does(world, leaf) if counted else [leader] if leader else []
            found += [(leaf, unit) for unit in units]
    return found


def routine_facts(world: World, tally: Tally, statuses: Statuses) -> None:
    for (task_id, name), state in routine_states(world, statuses).items():
        unit = world.plan.leads[task_id]
        tally.rate("routine_normal_rate", unit, name, hit=state == "正常")


def routine_states(world: World, statuses: Statuses) -> dict[tuple[str, str], str]:
    """(task, period) -> 滞后, 正常 or 未动, for the begun periods and spans."""
    states = {}
    for task_id, task in world.plan.tasks.items():
        leader = world.plan.leads[task_id]
        if task["task_kind"] != "routine" or not leader:
            continue
        for period in world.plan.begun:
            targets = statuses.get((task_id, period.name), set())
            told = reported_in(world, task_id, leader, period)
            if "missed" in targets or "延期" in told:
                state = "滞后"
            elif "met" in targets or told & {"进行中", "已完成"}:
                state = "正常"
            else:
                state = "未动"
            states[task_id, period.name] = state
    return states


def reported_in(world: World, task_id: str, unit: str, period: Period) -> set[str]:
    """The statuses that the lead reported on days of the period."""
    told = world.reports.get((task_id, unit), [])
    return {fold(row["status"]) for row in told if period.holds(reported_on(row))}


def reported_on(row: Row) -> date:
    return day(row["report_date"]) or row.batch.received
