"""The turn of the year: closing a plan, opening it again, making the next one; plans as listed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing as closed_after
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from etl.outcome import Outcome
from etl.pipeline import Pipeline, RequestError
from warehouse import files
from warehouse.calendar import load_calendar
from warehouse.carry_over import CarriedItem, read_open_items
from warehouse.closing import Closing, closings_in_force, freeze_plan, last_cutoff
from warehouse.engines import open_warehouse
from warehouse.home import Home
from warehouse.index_trees import load_trees
from warehouse.next_plan import NextPlan, write_next_plan
from warehouse.plans import SHIPPED_PLANS, Plan, load_plan
from warehouse.reference import load_reference


@dataclass(frozen=True)
class Closed:
    """A plan that was closed (or that the gate kept from being closed)."""

    closing: Closing
    cutoff: date
    outcome: Outcome


def close_plan(pipeline: Pipeline, plan_id: str, as_of: date | None, reason: str) -> Closed:
    """Freeze all periods of a plan as known on `as_of` and publish.

    Without `as_of`: the live version's day, or the plan's last cut-off if that is later. Raises
    RequestError before that cut-off, for a day to come, when nothing was published, or when the
    plan is closed already.
    """
    plan = pipeline.plan(plan_id)
    with pipeline.store.writing():
        in_force = closings_in_force(pipeline.journal.events())
        for former in in_force:
            if former.plan_id == plan_id:
                raise RequestError(
                    f"方案 {plan_id} 已于 {former.as_of} 定稿。要改动请先 citycredit plan reopen。"
                )
        live = pipeline.store.current()
        if live is None:
            raise RequestError("还没有发布过任何数据，没有可定稿的数字。请先收台账。")
        cutoff = last_cutoff(plan)
        with pipeline.store.reader() as con:
            [(live_day,)] = con.sql("select as_of from meta.version_info").fetchall()
        day = as_of or max(live_day, cutoff)
        _refuse_too_early(plan, day, cutoff, pipeline.today)
        with _known_on(pipeline, day, live_day) as (con, verdict):
            if verdict is not None and verdict.is_refused:
                raise RequestError(
                    f"截至 {day} 的数据没有通过发布前核验（{'、'.join(verdict.gate_failed)}），"
                    "不能定稿。"
                )
            if not con.sql(
                "select 1 from ref.plans where plan_id = $plan", params={"plan": plan_id}
            ).fetchall():
                raise RequestError(
                    f"现行版本里还没有方案 {plan_id}。请先运行 citycredit build，再定稿。"
                )
            made = freeze_plan(con, pipeline.home, plan_id, day, reason, live)
        outcome = pipeline.publish(
            pipeline.accepted(), {"closed": [made.to_json()]}, closings=[*in_force, made]
        )
        if outcome.is_refused:
            shutil.rmtree(pipeline.home.closed / made.folder, ignore_errors=True)
    return Closed(made, cutoff, outcome)


def _refuse_too_early(plan: Plan, day: date, cutoff: date, today: date) -> None:
    facts = f"方案 {plan.id} 到 {plan.period_end} 为止，{cutoff} 截止收数"
    if cutoff > today:
        raise RequestError(f"{facts}，现在还不能定稿。请在 {cutoff} 当天或以后再定稿。")
    if day > today:
        raise RequestError(f"{facts}；{day} 还没有到。请把 --as-of 写成不晚于今天的日子，或省去。")
    if day < cutoff:
        raise RequestError(
            f"{facts}；按 {day} 的数据还不能定稿。请把 --as-of 写成 {cutoff} 或更晚，或省去。"
        )


@contextmanager
def _known_on(
    pipeline: Pipeline, day: date, live_day: date
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Outcome | None]]:
    """A warehouse as known on a day: the live version if it is of that day, else one built."""
    if day == live_day:
        with closed_after(pipeline.store), pipeline.store.reader() as con:
            yield con, None
        return
    target = files.temporary_beside(pipeline.home.scratch / "closing.duckdb")
    try:
        verdict = pipeline.build_as_of(day, target)
        with open_warehouse(target, read_only=True, config=pipeline.home.config) as con:
            yield con, verdict
    finally:
        target.unlink(missing_ok=True)


def reopen_plan(pipeline: Pipeline, plan_id: str, reason: str) -> Outcome:
    """Take a closing back and publish computed figures again. The frozen files stay.

    Raises RequestError if the plan is not closed.
    """
    pipeline.plan(plan_id)
    with pipeline.store.writing():
        in_force = closings_in_force(pipeline.journal.events())
        staying = [c for c in in_force if c.plan_id != plan_id]
        if len(staying) == len(in_force):
            raise RequestError(f"方案 {plan_id} 没有定稿，无需重开。")
        return pipeline.publish(
            pipeline.accepted(), {"reopened": [plan_id], "reason": reason}, closings=staying
        )


def make_next_plan(pipeline: Pipeline, plan_id: str, year: int | None) -> NextPlan:
    """Write the plan of a later year (default: the next) from this one into the home.

    What is still open is read from the live version, if there is one. Raises RequestError for a
    year that is not later, or a plan that is there already.
    """
    plan = pipeline.plan(plan_id)
    chosen = plan.year + 1 if year is None else year
    if chosen <= plan.year:
        raise RequestError(f"新方案的年度应晚于 {plan.year}，写的是 {chosen}。")
    new_id = f"{plan.place_id}-{chosen}"
    with pipeline.store.writing():
        if new_id in pipeline.sources.plans or (pipeline.home.plans / new_id).exists():
            raise RequestError(f"方案 {new_id} 已经有了，未作改动。")
        others = [p for p in pipeline.sources.plans.values() if p.place_id == plan.place_id]
        for other in others:
            if other.year == chosen:
                raise RequestError(f"{chosen} 年已有方案 {other.id}，未作改动。")
        items = _open_items(pipeline, plan)
        return write_next_plan(plan, chosen, items, pipeline.home, others)


def _open_items(pipeline: Pipeline, plan: Plan) -> list[CarriedItem] | None:
    """What is open in a plan by the live version; None if nothing was published yet."""
    if pipeline.store.current() is None:
        return None
    with closed_after(pipeline.store), pipeline.store.reader() as con:
        return read_open_items(con, plan.id, set(pipeline.sources.contracts))


def check_plan(folder: Path, home: Home | None = None) -> Plan:
    """Load one plan folder and fill the reference tables from it alone, with the calendar and the
    index trees of a home if there is one.

    Raises PlanError with file, line and reason.
    """
    trees = load_trees(home.index_trees if home is not None else None)
    calendar = load_calendar(home.calendar_path if home is not None else None)
    plan = load_plan(folder.absolute(), trees)
    with open_warehouse() as con:
        load_reference(con, {plan.id: plan}, calendar, plan.period_end, "check", trees)
    return plan


def list_plans(pipeline: Pipeline) -> list[dict[str, Any]]:
    """The rows of `citycredit plan list`: every plan, its state, and what came in too late."""
    closings = {c.plan_id: c for c in closings_in_force(pipeline.journal.events())}
    late = pipeline.live_outcome().late
    return [plan_row(plan, closings.get(plan.id), late) for plan in pipeline.sources.plans.values()]


def plan_row(
    plan: Plan, closing: Closing | None = None, late: Mapping[tuple[str, str], int] | None = None
) -> dict[str, Any]:
    """One row of `citycredit plan list`."""
    return {
        "plan": plan.id,
        "place": plan.place_id,
        "title": plan.title,
        "year": plan.year,
        "period_start": plan.period_start,
        "period_end": plan.period_end,
        "cutoff": last_cutoff(plan),
        "origin": "shipped" if plan.folder.parent == SHIPPED_PLANS else "home",
        "state": "final" if closing else "open",
        "closed_as_of": closing.as_of if closing else None,
        "closed_reason": closing.reason if closing else None,
        "late_batches": [
            {"batch": batch_id, "rows": rows}
            for (plan_id, batch_id), rows in (late or {}).items()
            if plan_id == plan.id
        ],
    }
