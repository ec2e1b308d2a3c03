"""Files that were dropped at the desk: what the check says of each, and what became of it.

What a visitor dropped and what was found in it stay in the session and end with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboard.filters import PlanView
from dashboard.uploads import Upload, on_disk
from etl.check import check_file
from etl.check_result import CheckResult
from etl.edge import today
from etl.readers import UnreadableFile
from etl.received import FILE_NAME, Arrival, read_received
from etl.reception import Delivery
from warehouse.journal import Batch
from warehouse.plans import Plan

CHECKED, DONE = "_desk_checked", "_desk_done"
FITS, UNREADABLE = "可报", "读不了"
REPLACES_NONE = "不替换（新的一份）"
_KEPT = 40


@dataclass(frozen=True)
class Arrived:
    """One dropped file with what the clerk says of it and what the check found."""

    upload: Upload
    delivery: Delivery
    outcome: CheckResult | UnreadableFile
    twins: tuple[Batch, ...]  # batches that these bytes are already

    @property
    def result(self) -> CheckResult | None:
        return self.outcome if isinstance(self.outcome, CheckResult) else None

    @property
    def grade(self) -> str:
        return UNREADABLE if self.result is None else self.result.grade

    @property
    def key(self) -> str:
        return self.upload.file_id

    @property
    def done(self) -> str:
        """What became of it in this session, in words."""
        found: dict[str, str] = st.session_state.get(DONE, {})
        return found.get(self.key, "")

    @property
    def is_new(self) -> bool:
        """Whether it can be taken in: readable, and none of it there already."""
        return self.result is not None and not self.twins and not self.done

    @property
    def reason(self) -> str:
        """Why it could not be read."""
        return self.outcome.reason if isinstance(self.outcome, UnreadableFile) else ""


def told_arrivals(uploads: Sequence[Upload]) -> dict[str, Arrival]:
    """What a `received.csv` among the dropped files says of the others, by file name. Raises
    ReceivedError."""
    lists = [upload for upload in uploads if upload.name == FILE_NAME]
    if not lists:
        return {}
    with on_disk(lists[-1]) as path:
        return read_received(path.parent, today())


def arrived(
    view: PlanView,
    plan: Plan,
    upload: Upload,
    received: date,
    batches: Sequence[Batch],
    told: Arrival | None = None,
) -> Arrived:
    """A dropped file, checked as the clerk has told about it so far, else as the list tells."""
    state = st.session_state
    listed = told or Arrival()
    chosen = state.get(replaces_key(upload)) or REPLACES_NONE
    delivery = Delivery(
        name=upload.name,
        content=upload.content,
        received=listed.received or received,
        department=state.get(unit_key(upload)) or listed.department,
        replaces=_batch_named(listed.replaces, plan, batches)
        if chosen == REPLACES_NONE
        else chosen.rpartition(" ")[2],
    )
    sha256 = delivery.sha256
    twins = tuple(
        b
        for b in batches
        if b.sha256 == sha256 and b.place_id == plan.place_id and b.state != "withdrawn"
    )
    return Arrived(upload, delivery, _checked(view, plan, upload, delivery), twins)


def _batch_named(told: str | None, plan: Plan, batches: Sequence[Batch]) -> str | None:
    """The batch that a list names by its id or by the name of its file, the newest of that name;
    else as it was told, so that landing says what is wrong with it."""
    found = [
        b.batch_id
        for b in batches
        if told in (b.batch_id, b.file_name)
        and b.place_id == plan.place_id
        and b.state != "withdrawn"
    ]
    return found[-1] if found else told


def _checked(
    view: PlanView, plan: Plan, upload: Upload, delivery: Delivery
) -> CheckResult | UnreadableFile:
    """The outcome of a file; kept in the session, since every click draws the page anew. What has
    been decided keeps the verdict that it was decided by."""
    kept: dict[tuple[object, ...], CheckResult | UnreadableFile]
    kept = st.session_state.setdefault(CHECKED, {})
    is_done = upload.file_id in st.session_state.get(DONE, {})
    key: tuple[object, ...] = (
        upload.file_id, "" if is_done else view.source.version, view.plan_id, delivery.received,
        delivery.department, delivery.replaces,
    )  # fmt: skip
    if is_done and key not in kept:
        earlier = [outcome for k, outcome in kept.items() if k[0] == upload.file_id]
        if earlier:
            kept[key] = earlier[-1]
    if key not in kept:
        while len(kept) >= _KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = _check(view, plan, upload, delivery)
    return kept[key]


def _check(
    view: PlanView, plan: Plan, upload: Upload, delivery: Delivery
) -> CheckResult | UnreadableFile:
    with st.spinner(f"正在检查 {upload.name} …"):
        try:
            with on_disk(upload) as path:
                return check_file(
                    path,
                    plan,
                    delivery.received,
                    home=view.source.store.home,
                    replaces=delivery.replaces,
                    department=delivery.department,
                    is_traced=True,
                )
        except UnreadableFile as error:
            return error


def unit_key(upload: Upload) -> str:
    """The widget in which the clerk says whose a file is."""
    return f"desk_unit_{upload.file_id}"


def replaces_key(upload: Upload) -> str:
    """The widget in which the clerk says what a file replaces."""
    return f"desk_replaces_{upload.file_id}"
