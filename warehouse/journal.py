"""The journal: an append-only JSONL file from which every batch's state is derived.

One line is one event and is written by one call, flushed and synced under the writer lock, so an
event either happened or did not. A last line without its line feed was torn by a crash: readers
pass over it, the next writer cuts it off.

An event has `event`, `at` (UTC) and its own fields. These may stand in any event and are what the
replay obeys: `landed` (list of whole batches), `relanded` (list of changed fields per batch),
`accepted`, `held`, `withdrawn` (lists of batch ids), `reason` (why).

| event | written when |
|---|---|
| `landed` | files came in: their originals and landed tables are already on disk |
| `held` | the publish gate failed |
| `published` | a version was made; also the moment at which its batches become accepted |
| `rolled_back` | an older version was made live again |
| `withdrawn` | a batch that was not live was taken back |
| `returned` | a file was given back without being taken in: see `warehouse.returns` |
| `return_withdrawn` | such a return holds no longer |
| `revealed` | somebody asked for unmasked values (audit) |
| `upgraded` | the home was brought to a newer format |

A `published` event may also carry `closed` (closings of plans) or `reopened` (plan ids): see
`warehouse.closing`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from warehouse.home import Home, HomeError

State = Literal["landed", "accepted", "held", "withdrawn"]
_MOVES: tuple[State, ...] = ("accepted", "held", "withdrawn")


class JournalError(HomeError):
    """The journal is damaged somewhere other than in its torn last line, or cannot be written."""


@dataclass(frozen=True)
class Batch:
    """One landed sheet of one file. `landing` is the file name below `landing/`."""

    batch_id: str
    sequence: int
    file_name: str
    sha256: str
    sheet_name: str
    ledger: str
    standard: str | None
    header_row: int | None
    place_id: str
    plan_id: str
    department: str | None
    received_date: date
    landed_at: str
    rows: int
    replaces_batch_id: str | None
    contract_version: str
    reader_version: str
    header_map: list[list[Any]]
    landing: str
    state: State = "landed"
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The batch as it is written into a `landed` event (state and reason are derived)."""
        row: dict[str, Any] = {
            f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("state", "reason")
        }
        row["received_date"] = self.received_date.isoformat()
        return row

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Batch:
        return cls(**{**row, "received_date": date.fromisoformat(row["received_date"])})


def batch_id_of(sequence: int) -> str:
    """`B000001` for 1."""
    return f"B{sequence:06d}"


class Journal:
    """The journal of one home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._path = home.journal_path

    def append(self, event: str, **details: Any) -> None:
        """Write one event durably. The caller holds the writer lock.

        Raises JournalError (nothing written) when the disk is full or the lock is not held.
        """
        if not self._home.is_writer:
            raise JournalError("内部错误：没有写入锁就要写日志账。")
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"event": event, "at": at, **details}, ensure_ascii=False) + "\n"
        _append_line(self._path, line.encode("utf-8"))

    def events(self) -> list[dict[str, Any]]:
        """All events, oldest first, without a torn last line. Raises JournalError if damaged."""
        return list(self._read())

    def batches(self) -> list[Batch]:
        """Every batch that ever landed, with its present state, in order of sequence."""
        return replay(self.events())

    def batch(self, batch_id: str) -> Batch | None:
        """One batch, or None if there never was one of this id."""
        return next((b for b in self.batches() if b.batch_id == batch_id), None)

    def _read(self) -> Iterator[dict[str, Any]]:
        if not self._path.exists():
            return
        whole, _, _torn = self._path.read_bytes().rpartition(b"\n")
        for number, line in enumerate(whole.split(b"\n") if whole else [], start=1):
            try:
                event = json.loads(line)
            except ValueError as error:
                raise JournalError(
                    f"日志账 {self._path} 第 {number} 行已损坏，无法解读。请从备份恢复该文件。"
                ) from error
            if not isinstance(event, dict) or "event" not in event:
                raise JournalError(
                    f"日志账 {self._path} 第 {number} 行不是一个事件。请从备份恢复。"
                )
            yield event


def replay(events: list[dict[str, Any]]) -> list[Batch]:
    """The batches that these events leave, in order of sequence."""
    batches: dict[str, Batch] = {}
    for event in events:
        for row in event.get("landed", []):
            batch = Batch.from_json(row)
            batches[batch.batch_id] = batch
        for row in event.get("relanded", []):
            changed = {key: value for key, value in row.items() if key != "batch_id"}
            batches[row["batch_id"]] = replace(batches[row["batch_id"]], **changed)
        for state in _MOVES:
            for batch_id in event.get(state, []):
                batches[batch_id] = replace(
                    batches[batch_id], state=state, reason=event.get("reason")
                )
    return sorted(batches.values(), key=lambda batch: batch.sequence)


def next_sequence(batches: list[Batch]) -> int:
    """The number of the batch that lands next; numbers are never used twice."""
    return max((batch.sequence for batch in batches), default=0) + 1


def _append_line(path: Path, line: bytes) -> None:
    with path.open("ab+") as file:
        end = _cut_torn_line(file)
        try:
            # One unbuffered call: a kill leaves a prefix of the line, never two lines mixed.
            written = os.write(file.fileno(), line)
            os.fsync(file.fileno())
        except OSError as error:
            file.truncate(end)
            raise JournalError(
                f"日志账写不进去：{path}（{error.strerror}）。请检查磁盘空间。"
            ) from error
        if written != len(line):
            file.truncate(end)
            raise JournalError(f"日志账写不进去：{path}（磁盘已满）。请腾出空间后重试。")


def _cut_torn_line(file: Any) -> int:
    """Cut what follows the last line feed; gives the length of what stays."""
    end: int = file.seek(0, os.SEEK_END)
    position = end
    while position > 0:
        start = max(0, position - 65536)
        file.seek(start)
        found = file.read(position - start).rfind(b"\n")
        if found >= 0:
            position = start + found + 1
            break
        position = start
    if position != end:
        file.truncate(position)
    return position
