"""Verifying a home: is everything still there, readable, and does it all say the same?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

import duckdb

from warehouse import files
from warehouse.closing import ClosingError, closings_in_force, read_manifest
from warehouse.compaction import is_whole, plan_groups
from warehouse.contracts import load_contracts
from warehouse.engines import open_warehouse
from warehouse.home import Home
from warehouse.journal import Batch, JournalError
from warehouse.store import Store, StoreError, live_version

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """Something wrong (error) or remarkable (warning) about one thing; message in Chinese."""

    level: Level
    subject: str
    message: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def verify(home: Home) -> list[Finding]:
    """Look at journal, pointer, versions, originals and frozen figures (by sha256), landing tables
    and cache.

    Reads only. An interrupted write is a warning: the next writer finishes it by itself.
    """
    store = Store(home)
    try:
        events = store.journal.events()
        batches = store.journal.batches()
    except (JournalError, KeyError, TypeError) as error:
        return [Finding("error", home.JOURNAL_NAME, f"日志账有误：{error}。请从备份恢复。")]
    return [
        *_verify_pointer(store, live_version(events)),
        *_verify_withdrawn(events, batches),
        *_verify_versions(store),
        *_verify_originals(home, batches),
        *_verify_landing(home, batches),
        *_verify_closings(home, events),
        *_verify_cache(home, batches),
    ]


def _verify_pointer(store: Store, by_journal: str | None) -> Iterator[Finding]:
    try:
        live = store.current()
    except StoreError as error:
        yield Finding("error", "current", f"{error} 重新 rollback 或 build 即可恢复。")
        return
    if live is not None and not store.path(live).exists():
        yield Finding("error", "current", f"指向的版本 {live} 的文件不在。请 rollback 或 build。")
    if live != by_journal:
        yield Finding(
            "warning",
            "current",
            f"现行版本是 {live}，日志账记的是 {by_journal}：上次发布被中断，下一次写入会自动补上。",
        )


def _verify_withdrawn(events: list[dict[str, Any]], batches: list[Batch]) -> Iterator[Finding]:
    """Batches once withdrawn that the last rollback counted in, and nobody withdrew since."""
    accepted = {b.batch_id for b in batches if b.state == "accepted"}
    rollbacks = [event for event in events if event["event"] == "rolled_back"]
    for batch_id in rollbacks[-1].get("withdrawn_again", []) if rollbacks else []:
        if batch_id in accepted:
            yield Finding(
                "warning",
                batch_id,
                "此前已撤回，回滚后又计入了。不该计入的请再次 citycredit withdraw。",
            )


def _verify_versions(store: Store) -> Iterator[Finding]:
    for version in store.versions():
        if not version.is_kept:
            continue
        try:
            with store.reader_of(version.name) as con:
                yield from _verify_version(con, version.name, version.batches)
        except (duckdb.Error, StoreError) as error:
            reason = type(error).__name__
            yield Finding("error", version.name, f"版本文件打不开或已损坏（{reason}）。")


def _verify_version(
    con: duckdb.DuckDBPyConnection, name: str, batch_ids: list[str]
) -> Iterator[Finding]:
    inside = con.sql("select version from meta.version_info").fetchall()
    if inside != [(name,)]:
        yield Finding("error", name, f"文件自称是版本 {inside}。")
    batches = con.sql("select batch_id, ledger, rows from meta.batches order by 1").fetchall()
    if {batch_id for batch_id, _, _ in batches} != set(batch_ids):
        yield Finding("error", name, "所含批次与日志账不一致。请重新 build。")
    counted: dict[str, int] = {}
    for ledger in sorted({ledger for _, ledger, _ in batches}):
        counts = con.table(f"staging.{ledger}").aggregate("batch_id, count(*) as n").fetchall()
        counted.update(counts)
    for batch_id, _, expected in batches:
        found = counted.get(batch_id, 0)
        if found != expected:
            yield Finding(
                "error",
                name,
                f"批次 {batch_id} 应有 {expected} 行，实有 {found} 行。请重新 build。",
            )


def _verify_originals(home: Home, batches: list[Batch]) -> Iterator[Finding]:
    for sha256, file_name in {b.sha256: b.file_name for b in batches}.items():
        path = home.original(sha256)
        if not path.exists():
            yield Finding(
                "error", file_name, f"原件 {sha256[:12]}… 不在。请从备份恢复 originals/。"
            )
        elif files.sha256_of(path) != sha256:
            yield Finding("error", file_name, f"原件 {sha256[:12]}… 内容已变。请从备份恢复。")


def _verify_landing(home: Home, batches: list[Batch]) -> Iterator[Finding]:
    with open_warehouse() as con:
        for batch in batches:
            if batch.state == "withdrawn":
                continue
            path = home.landing / batch.landing
            try:
                found = con.read_parquet(str(path)).aggregate("count(*)").fetchall()[0][0]
            except duckdb.Error:
                yield Finding(
                    "error",
                    batch.batch_id,
                    "落地表不在或已损坏。请运行 citycredit reland 由原件重建。",
                )
                continue
            if found != batch.rows:
                yield Finding(
                    "error",
                    batch.batch_id,
                    f"落地表应有 {batch.rows} 行，实有 {found} 行。请 reland。",
                )


def _verify_closings(home: Home, events: list[dict[str, Any]]) -> Iterator[Finding]:
    """The frozen figures of closed plans are what they were."""
    for closing in closings_in_force(events):
        try:
            read_manifest(home, closing)
        except ClosingError as error:
            yield Finding("error", closing.plan_id, str(error))


def _verify_cache(home: Home, batches: list[Batch]) -> Iterator[Finding]:
    """A cache file that is damaged costs time only: the next build makes it anew."""
    accepted = [batch for batch in batches if batch.state == "accepted"]
    with open_warehouse() as con:
        for contract in load_contracts().values():
            for group in plan_groups(home, contract, accepted):
                if (home.cache / group.name).exists() and not is_whole(con, home, group):
                    yield Finding(
                        "warning", group.name, "缓存文件已损坏，下一次建库会重做，也可以直接删去。"
                    )
