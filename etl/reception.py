"""The clerk's desk without its page: files taken in with what is told about each, or given back.

Taking in is `Pipeline.load` of a folder with its `received.csv`, so that a file dropped on a page
and one named on the command line go the same way.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

from etl.check_result import CheckResult
from etl.demo import holds_samples
from etl.outcome import LoadResult
from etl.pipeline import Pipeline, RequestError
from etl.received import FILE_NAME
from etl.returned import forget_returned
from warehouse.journal import Batch
from warehouse.plans import Plan
from warehouse.returns import Return, enter_return, replay_returns, withdraw_return
from warehouse.store import Store


@dataclass(frozen=True)
class Delivery:
    """One file to take in, with what is told about it: the day, the unit's name where the file is
    not to decide, the batch that it replaces."""

    name: str
    content: bytes
    received: date
    department: str | None = None
    replaces: str | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def receive(
    pipeline: Pipeline,
    plan_id: str,
    deliveries: Sequence[Delivery],
    folder: Path,
    *,
    is_practice: bool = False,
) -> LoadResult:
    """Land these files under a plan and publish once. They are written into `folder`, an empty one
    of the caller's.

    Raises RequestError where invented and real data would mix: a home with the samples only takes
    what is said to be for practice.
    """
    check_mixing(pipeline.journal.batches(), pipeline.plan(plan_id), is_practice=is_practice)
    names = own_names([delivery.name for delivery in deliveries])
    for name, delivery in zip(names, deliveries, strict=True):
        (folder / name).write_bytes(delivery.content)
    with (folder / FILE_NAME).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "received", "department", "replaces"))
        writer.writerows(
            (name, d.received.isoformat(), d.department or "", d.replaces or "")
            for name, d in zip(names, deliveries, strict=True)
        )
    return pipeline.load([folder], plan_id)


def check_mixing(batches: Sequence[Batch], plan: Plan, *, is_practice: bool) -> None:
    """Raises RequestError unless these batches and a new file may stand in one home."""
    if not holds_samples(batches):
        return
    if not plan.is_sample:
        raise RequestError(
            "这个数据目录里装着演示数据，真实台账不能混入。请用 --home 另建一个数据目录。"
        )
    if not is_practice:
        raise RequestError(
            "这个数据目录里装着演示数据：请先勾选“练习用，不是真实台账”；"
            "真实台账请用 --home 另建数据目录。"
        )


def own_names(names: Sequence[str]) -> list[str]:
    """The names as files of one folder: none twice, none that a folder passes over."""
    found: list[str] = []
    for told in names:
        name = told.lstrip(".~$") or "文件"
        path = PurePath(name)
        taken = {FILE_NAME, *(other.casefold() for other in found)}
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{path.stem}（{number}）{path.suffix}"
        found.append(name)
    return found


def return_of(
    delivery: Delivery,
    result: CheckResult | None,
    plan: Plan,
    unit_id: str | None,
    reason: str,
) -> Return:
    """A file given back on its day of receipt; `result` is None where it could not be read."""
    groups = result.groups if result is not None else ()
    rules: dict[str, int] = {}
    for group in groups:
        if group.severity == "error":
            rules[group.rule] = rules.get(group.rule, 0) + group.rows
    return Return(
        return_id="",
        place_id=plan.place_id,
        plan_id=plan.id,
        unit_id=unit_id,
        ledger=result.ledger if result is not None else None,
        file_name=delivery.name,
        sha256=delivery.sha256,
        returned_date=delivery.received,
        reason=reason,
        row_count=result.rows if result is not None else 0,
        wrong_row_count=result.wrong_rows if result is not None else 0,
        rules=rules,
    )


def give_back(store: Store, told: Return) -> Return:
    """Enter a return in the journal. Raises RequestError if the same file was given back on the
    same day, or stands taken in."""
    with store.writing():
        for other in replay_returns(store.journal.events()):
            is_same = (other.sha256, other.place_id, other.returned_date) == (
                told.sha256, told.place_id, told.returned_date,
            )  # fmt: skip
            if is_same and other.withdrawn is None:
                raise RequestError(
                    f"这份文件已经退回过（{other.return_id}，{other.returned_date}）。"
                )
        for batch in store.journal.batches():
            is_same = (batch.sha256, batch.place_id) == (told.sha256, told.place_id)
            if is_same and batch.state != "withdrawn":
                raise RequestError(
                    f"这份文件已经收下（批次 {batch.batch_id}），不能退回；"
                    "确要退回，请先撤回该批次。"
                )
        return enter_return(store.journal, told)


def take_back(store: Store, return_id: str, reason: str) -> None:
    """Let a return hold no longer, and delete what is kept of it. Raises RequestError if it does
    not hold."""
    with store.writing():
        standing: Mapping[str, Return] = {
            r.return_id: r for r in replay_returns(store.journal.events()) if r.withdrawn is None
        }
        if return_id not in standing:
            raise RequestError(f"没有有效的退回记录“{return_id}”。")
        withdraw_return(store.journal, return_id, reason)
        forget_returned(store.home, return_id)
