"""What the commands do to a home: load, build, accept, withdraw, reland, roll back, build as of.

Each publishes at most once, at its end. A failing gate leaves the live version untouched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from etl.build import Progress, Sources, build_warehouse, silent
from etl.landing import Incoming, Landed, Landing, LandingError, Problem
from etl.logs import log_crash
from etl.outcome import LoadResult, Outcome, count_quarantined, list_late
from etl.received import Arrival, gather
from etl.returned import forget_old_copies
from warehouse.calendar import load_calendar
from warehouse.closing import Closing, closings_in_force
from warehouse.compaction import clean_cache, used_names
from warehouse.contracts import load_contracts
from warehouse.home import Home, HomeError
from warehouse.journal import Batch
from warehouse.plans import Plan, load_plans
from warehouse.returns import returns_in_force
from warehouse.store import Details, Store

if TYPE_CHECKING:
    from expectations.gate import GateResult

# What a build needs on disk, as a multiple of the landed Parquet it reads (measured: a few times,
# since Parquet is compressed and the version also holds staging, marts and violations).
_SPACE_FACTOR = 8


class RequestError(Exception):
    """What was asked for makes no sense here (unknown plan, batch …); Chinese."""


class GateError(Exception):
    """The publish gate failed; nothing was published."""

    def __init__(self, verdict: GateResult) -> None:
        super().__init__("、".join(verdict.failed))
        self.verdict = verdict


class Pipeline:
    """The road of the data into one home. `today` is the day the command was given."""

    def __init__(self, home: Home, today: date, progress: Progress = silent) -> None:
        self.home = home
        self.store = Store(home)
        self.journal = self.store.journal
        self.today = today
        self.progress = progress
        self.sources = Sources(
            home=home,
            contracts=load_contracts(),
            plans=load_plans(*home.plan_folders),
            calendar=load_calendar(home.calendar_path),
        )

    def plan(self, plan_id: str) -> Plan:
        """The plan of this id. Raises RequestError naming those that there are."""
        return find_plan(self.sources.plans, plan_id)

    # Changes

    def load(
        self,
        paths: Sequence[Path],
        plan_id: str,
        received: date | None = None,
        replaces: str | None = None,
    ) -> LoadResult:
        """Land these files and folders under a plan and publish once."""
        plan = self.plan(plan_id)
        incoming, problems = gather(paths, Arrival(received, None, replaces), self.today)
        with self.store.writing():
            if replaces is not None:
                check_replaced(self.journal.batch(replaces), replaces, plan)
            result = self._land_and_publish([(plan, incoming)])
        return replace(result, problems=problems + result.problems)

    def load_many(self, folders: Sequence[tuple[str, Path]]) -> LoadResult:
        """Land several (plan id, folder) and publish once, at the end."""
        work: list[tuple[Plan, list[Incoming]]] = []
        problems: list[Problem] = []
        for plan_id, folder in folders:
            incoming, wrong = gather([folder], Arrival(), self.today)
            work.append((self.plan(plan_id), incoming))
            problems += wrong
        with self.store.writing():
            result = self._land_and_publish(work)
        return replace(result, problems=problems + result.problems)

    def build(self) -> Outcome:
        """Build the warehouse anew from the accepted (and just landed) batches, and publish it."""
        with self.store.writing():
            return self._publish_landed()

    def accept(
        self, batch_ids: Sequence[str], force: bool = False, reason: str | None = None
    ) -> Outcome:
        """Take held batches in. The gate judges again; `force` (with a reason) overrules it."""
        with self.store.writing():
            batches = [self._batch(batch_id) for batch_id in batch_ids]
            for batch in batches:
                if batch.state == "withdrawn":
                    raise RequestError(
                        f"批次 {batch.batch_id} 已撤回，不能接受；请重新报送原文件。"
                    )
            entering = [b for b in batches if b.state != "accepted"]
            if not entering:
                return self.live_outcome()
            self._check_no_twins(entering)
            return self.publish(
                self.accepted() + entering,
                {"accepted": [b.batch_id for b in entering], "reason": reason},
                force=force,
            )

    def withdraw(self, batch_id: str, reason: str) -> Outcome:
        """Take a batch back. What was live with it is built anew without it."""
        with self.store.writing():
            batch = self._batch(batch_id)
            if batch.state == "withdrawn":
                raise RequestError(f"批次 {batch_id} 此前已经撤回。")
            if batch.state != "accepted":
                self.journal.append("withdrawn", withdrawn=[batch_id], reason=reason)
                return self.live_outcome()
            staying = [b for b in self.accepted() if b.batch_id != batch_id]
            return self.publish(staying, {"withdrawn": [batch_id], "reason": reason})

    def reland(self, ledger: str | None = None) -> tuple[Outcome, list[Problem]]:
        """Read the originals again with today's readers and contracts, and publish the outcome.

        Ids, received dates and states stay. Batches that cannot be read any more keep what they
        have and are named. If the gate fails, every batch keeps what it had.
        """
        if ledger is not None and ledger not in self.sources.contracts:
            raise RequestError(f"没有台账“{ledger}”。现有：{'、'.join(self.sources.contracts)}。")
        problems: list[Problem] = []
        with self.store.writing():
            batches = [b for b in self.journal.batches() if b.state != "withdrawn"]
            chosen = [b for b in batches if ledger in (None, b.ledger)]
            relanded: dict[str, Batch] = {}
            with Landing(self.home, self.sources.contracts) as landing:
                for number, batch in enumerate(chosen):
                    self.progress("重新落地", number, len(chosen))
                    try:
                        relanded[batch.batch_id] = landing.reland(batch)
                    except LandingError as error:
                        problems.append(Problem(batch.file_name, str(error)))
            admitted = [relanded.get(b.batch_id, b) for b in batches if b.state == "accepted"]
            outcome = self.publish(admitted, {"relanded": [_changed(b) for b in relanded.values()]})
        return outcome, problems

    def build_as_of(self, as_of: date, target: Path) -> Outcome:
        """Build the warehouse as it was known on a day into a file; the live one is not touched."""
        batches = [
            b for b in self.journal.batches() if b.state == "accepted" and b.received_date <= as_of
        ]
        seen: dict[str, Any] = {}

        events = self.journal.events()
        closings, returns = closings_in_force(events), returns_in_force(events, as_of)

        def fill(con: duckdb.DuckDBPyConnection, name: str) -> Details:
            seen["gate"] = build_warehouse(
                con, self.sources, batches, as_of, name, self.progress, closings, returns
            )
            return {}

        self.store.build_into(target, fill, f"as-of-{as_of.isoformat()}")
        verdict: GateResult = seen["gate"]
        return Outcome(self.store.current(), verdict.status, list(verdict.failed))

    def live_outcome(self) -> Outcome:
        """The live version as it stands, for a command that had nothing to change."""
        name = self.store.current()
        if name is None:
            return Outcome(None, "not_run")
        with self.store.reader() as con:
            return Outcome(name, "passed", [], count_quarantined(con), list_late(con))

    # Inside

    def _land_and_publish(self, work: Sequence[tuple[Plan, list[Incoming]]]) -> LoadResult:
        self.store.check_space()
        landed = Landed()
        coming = [one.path for _, incoming in work for one in incoming]
        with Landing(self.home, self.sources.contracts, coming) as landing:
            for plan, incoming in work:
                landing.land(self._reported(incoming), plan, landed)
            try:
                landing.enter(landed)
            except LandingError as error:
                landed.new.clear()
                landed.problems.append(Problem("全部文件", str(error)))
        is_pending = any(b.state == "landed" for b in self.journal.batches())
        outcome = self._publish_landed() if is_pending else self.live_outcome()
        states = {b.batch_id: b for b in self.journal.batches()}
        return LoadResult(
            new=[states[b.batch_id] for b in landed.new],
            duplicates=[states[b.batch_id] for b in landed.duplicates],
            problems=landed.problems,
            skipped=landed.skipped,
            notices=landed.notices,
            outcome=outcome,
        )

    def _reported(self, incoming: list[Incoming]) -> Iterable[Incoming]:
        for number, one in enumerate(incoming):
            self.progress(f"读取 {one.path.name}", number, len(incoming))
            yield one

    def _publish_landed(self) -> Outcome:
        """Publish accepted and landed batches; what was only landed is held if that fails.

        Also if the build crashes: a batch that stayed landed would stop every later load. A full
        disk and the like (HomeError) are no fault of a batch, so it stays for the next attempt.
        """
        landed = [b for b in self.journal.batches() if b.state == "landed"]
        ids = [b.batch_id for b in landed]
        reason = "发布前核验未通过："
        try:
            outcome = self.publish(self.accepted() + landed, {"accepted": ids})
        except HomeError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it would come again
            log_crash(error)
            reason = ""
            told = f"建库时出错（{type(error).__name__}），请把 logs/ 里的日志发给维护人员"
            outcome = Outcome(self.store.current(), "failed", [told])
        if outcome.is_refused and ids:
            self.journal.append("held", held=ids, reason=reason + "、".join(outcome.gate_failed))
        return outcome

    def publish(
        self,
        batches: Sequence[Batch],
        details: Details,
        force: bool = False,
        closings: Sequence[Closing] | None = None,
    ) -> Outcome:
        """Build a version of these batches and make it live, unless the gate refuses it.

        `details` go into the journal's line. `closings`: those in force unless told otherwise.
        The caller holds `store.writing()`.
        """
        events = self.journal.events()
        returns = returns_in_force(events)
        if closings is None:
            closings = closings_in_force(events)
        days = [b.received_date for b in batches] + [c.as_of for c in closings]
        as_of = max(days, default=self.today)
        ids = [b.batch_id for b in sorted(batches, key=lambda b: b.sequence)]
        seen: dict[str, Any] = {}

        def fill(con: duckdb.DuckDBPyConnection, name: str) -> Details:
            verdict = build_warehouse(
                con, self.sources, batches, as_of, name, self.progress, closings, returns
            )
            seen["gate"] = verdict
            seen["quarantined"], seen["late"] = count_quarantined(con), list_late(con)
            if verdict.status != "passed" and not force:
                raise GateError(verdict)
            told = {key: value for key, value in details.items() if value is not None}
            if verdict.status != "passed":
                told["forced_gate"] = list(verdict.failed)
            return {"as_of": as_of.isoformat(), "batches": ids, **told}

        needed = _SPACE_FACTOR * sum(self._landing_size(b) for b in batches)
        try:
            version = self.store.publish(fill, needed)
        except GateError as error:
            return Outcome(
                self.store.current(), "failed", list(error.verdict.failed), seen["quarantined"]
            )
        forget_old_copies(self.home, events, self.today)
        clean_cache(self.home, used_names(self.home, self.sources.contracts, batches))
        status = "passed" if seen["gate"].status == "passed" else "forced"
        failed = list(seen["gate"].failed)
        return Outcome(version, status, failed, seen["quarantined"], seen["late"])

    def _landing_size(self, batch: Batch) -> int:
        path = self.home.landing / batch.landing
        return path.stat().st_size if path.exists() else 0

    def accepted(self) -> list[Batch]:
        """The batches that a build takes."""
        return [b for b in self.journal.batches() if b.state == "accepted"]

    def _batch(self, batch_id: str) -> Batch:
        batch = self.journal.batch(batch_id)
        if batch is None:
            raise RequestError(f"没有批次“{batch_id}”。批次号见收件结果或数据溯源页。")
        return batch

    def _check_no_twins(self, entering: Sequence[Batch]) -> None:
        """After a rollback the same bytes may have two batches; only one may be taken in."""
        present = {(b.sha256, b.place_id, b.ledger, b.sheet_name): b for b in self.accepted()}
        for batch in entering:
            twin = present.get((batch.sha256, batch.place_id, batch.ledger, batch.sheet_name))
            if twin is not None:
                raise RequestError(
                    f"批次 {batch.batch_id} 与已接受的 {twin.batch_id} 是同一份数据。"
                )


def find_plan(plans: Mapping[str, Plan], plan_id: str) -> Plan:
    """The plan of this id. Raises RequestError naming those that there are."""
    if plan_id not in plans:
        raise RequestError(f"没有方案“{plan_id}”。现有方案：{'、'.join(plans)}。")
    return plans[plan_id]


def check_replaced(batch: Batch | None, told: str, plan: Plan) -> None:
    """Raises RequestError unless this batch can be replaced by a file of this plan."""
    if batch is None:
        raise RequestError(f"没有批次“{told}”，不能替换。批次号见收件结果或数据溯源页。")
    if batch.place_id != plan.place_id:
        raise RequestError(f"批次 {told} 不属于方案 {plan.id} 的地方，不能替换。")
    if batch.state == "withdrawn":
        raise RequestError(f"批次 {told} 已撤回，不能替换；请直接报送。")


def _changed(batch: Batch) -> dict[str, Any]:
    """What a `relanded` entry of the journal says: only what may change."""
    row = batch.to_json()
    kept = (
        "batch_id", "standard", "header_row", "rows", "contract_version", "reader_version",
        "header_map", "landing",
    )  # fmt: skip
    return {name: row[name] for name in kept}
