"""The versioned warehouse: each publish is a new file, one small text file points to the live one.

A process that has a DuckDB file open locks writers out, and one that keeps it open over a rename
reads old data for ever. So no file is ever written twice: a version is built under a temporary
name, checkpointed, synced, renamed to a name never used before, entered in the journal, and only
then the pointer is replaced. The journal is the truth; the pointer follows it. A writer killed
between the two left a whole version behind, and the next writer moves the pointer on (`writing`).
"""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from warehouse import files
from warehouse.closing import remove_orphans
from warehouse.engines import open_warehouse
from warehouse.home import Home, HomeError
from warehouse.journal import Journal

_NAME = re.compile(r"w(\d{6,})")
_OPEN_ATTEMPTS = 40
_OPEN_PAUSE_SECONDS = 0.05

# How DuckDB says that it could not write: at once, at a commit, or after it gave up.
_DISK_TROUBLES = (
    duckdb.IOException,
    duckdb.TransactionException,
    duckdb.FatalException,
    duckdb.OutOfMemoryException,
)

# What the builder of a version wants to have written into the journal with it.
Details = dict[str, Any]
# Fills an empty warehouse; gets the connection and the name that the version will have.
Builder = Callable[[duckdb.DuckDBPyConnection, str], Details]


class StoreError(HomeError):
    """The store cannot do what was asked; the text (Chinese) says why and how to mend it."""


@dataclass(frozen=True)
class Version:
    """A published version: its number, what it knew, and whether it can still be gone back to."""

    name: str
    number: int
    published_at: str
    as_of: date | None
    batches: list[str]
    is_live: bool
    is_kept: bool
    size_bytes: int | None


class Store:
    """The warehouse versions of one home. Safe to share between threads."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.journal = Journal(home)
        self._guard = threading.Lock()
        self._open: tuple[str, duckdb.DuckDBPyConnection] | None = None

    # Reading

    def current(self) -> str | None:
        """The name of the live version (`w000001`), or None if nothing was published yet."""
        try:
            name = self.home.pointer_path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        if not _NAME.fullmatch(name):
            raise StoreError(
                f"指针文件 {self.home.pointer_path} 内容有误：{name[:40]!r}。请运行 verify。"
            )
        return name

    def path(self, version: str) -> Path:
        """The file of a version."""
        return self.home.versions / f"{version}.duckdb"

    def reader(self) -> duckdb.DuckDBPyConnection:
        """A read-only cursor of the live version, for one query in one thread; close it after use.

        Raises StoreError if nothing was published yet.
        """
        with self._guard:
            return self._connection().cursor()

    def reader_of(self, version: str) -> duckdb.DuckDBPyConnection:
        """A read-only connection to one kept version. Raises StoreError if it is not kept."""
        path = self.path(version)
        if not path.exists():
            raise StoreError(f"版本 {version} 不存在或已清理。可用版本见 citycredit versions。")
        return open_warehouse(path, read_only=True, config=self.home.config)

    def close(self) -> None:
        """Let go of the version that `reader` keeps open."""
        with self._guard:
            if self._open is not None:
                self._open[1].close()
                self._open = None

    def _connection(self) -> duckdb.DuckDBPyConnection:
        """The shared connection, reopened when the pointer moved.

        A version may be cleaned up between reading its name and opening it (only if several
        publishes happened in between), so a failure is tried again with the name of that moment.
        """
        for attempt in range(_OPEN_ATTEMPTS):
            name = self.current()
            if name is None:
                raise StoreError(
                    "还没有发布过任何数据。请先运行 citycredit load 或 citycredit demo。"
                )
            if self._open is not None and self._open[0] == name:
                return self._open[1]
            try:
                con = open_warehouse(self.path(name), read_only=True, config=self.home.config)
            except duckdb.IOException as error:
                if attempt == _OPEN_ATTEMPTS - 1:
                    raise StoreError(
                        f"现行版本 {name} 打不开（文件损坏或被占用）。请运行 citycredit verify，"
                        "必要时 citycredit rollback 或 citycredit build。"
                    ) from error
                time.sleep(_OPEN_PAUSE_SECONDS)
                continue
            # The former connection is only let go of: cursors of other threads may still read it.
            self._open = (name, con)
            return con
        raise AssertionError("unreachable: the loop returns or raises")

    def versions(self) -> list[Version]:
        """Every version ever published, newest first."""
        live = self.current()
        found = []
        for event in self.journal.events():
            if event["event"] != "published":
                continue
            name = event["version"]
            path = self.path(name)
            kept = path.exists()
            as_of = event.get("as_of")
            found.append(
                Version(
                    name=name,
                    number=number_of(name),
                    published_at=event["at"],
                    as_of=date.fromisoformat(as_of) if as_of else None,
                    batches=event.get("batches", []),
                    is_live=name == live,
                    is_kept=kept,
                    size_bytes=path.stat().st_size if kept else None,
                )
            )
        return found[::-1]

    # Writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the writer lock; on the way in finishes or removes what a killed writer left.

        Everything that changes the home happens inside. Reentrant: only the outermost recovers.
        """
        is_inner = self.home.is_writer
        with self.home.writer():
            if not is_inner:
                self._recover()
            yield

    def _recover(self) -> None:
        h = self.home
        for folder in (h.root, h.landing, h.versions, h.scratch, h.cache):
            _remove_temporaries(folder)
        for folder in self.home.originals.iterdir():
            _remove_temporaries(folder)
        events = self.journal.events()
        known = {event["version"] for event in events if event["event"] == "published"}
        for path in self.home.versions.glob("w*.duckdb"):
            if path.stem not in known:
                _remove_version(path)
        referred = {batch.landing for batch in self.journal.batches()}
        for path in self.home.landing.glob("*.parquet"):
            if path.name not in referred:
                path.unlink(missing_ok=True)
        remove_orphans(self.home, events)
        live = live_version(events)
        if live is not None and live != _pointer_text(self.home) and self.path(live).exists():
            self._move_pointer(live)

    def publish(self, build: Builder, needed_bytes: int = 0) -> str:
        """Build a new version and make it live; gives its name.

        `build` fills the empty warehouse and returns what to add to the journal's `published`
        event (`batches`, `accepted`, `as_of`, …). If it raises, nothing has happened: the live
        version and the journal are as before. `needed_bytes`: what the build is guessed to need;
        it is asked for, besides the configured reserve, before anything is written.
        Raises StoreError when the disk is (or becomes) too full.
        """
        with self.writing():
            self.check_space(needed_bytes)
            temporary = files.temporary_beside(self.home.versions / "build.duckdb")
            try:
                name = self._next_name()
                details = self._fill(temporary, build, name)
                files.sync_file(temporary)
                files.settle(temporary, self.path(name))
                self.journal.append("published", version=name, **details)
                self._move_pointer(name)
            except OSError as error:
                raise StoreError(_disk_message(self.home.root, error)) from error
            finally:
                for leftover in (temporary, temporary.with_name(temporary.name + ".wal")):
                    leftover.unlink(missing_ok=True)
            self._clean_up()
            return name

    def build_into(self, target: Path, build: Builder, name: str) -> Details:
        """Build a warehouse into a file outside the versions; the live version is not touched."""
        target = target.absolute()
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = files.temporary_beside(target)
        try:
            details = self._fill(temporary, build, name)
            files.sync_file(temporary)
            files.settle(temporary, target)
        except OSError as error:
            raise StoreError(_disk_message(target.parent, error)) from error
        finally:
            for leftover in (temporary, temporary.with_name(temporary.name + ".wal")):
                leftover.unlink(missing_ok=True)
        return details

    def rollback(self, version: str) -> list[str]:
        """Make a kept version live again, and its batches the accepted ones.

        Gives those that had been withdrawn since and are counted in again.

        Batches that are not in it are held (回滚), so that the next build starts from what this
        version held instead of quietly bringing them back; `accept` takes each in again.
        Raises StoreError if the version was never published or is no longer kept.
        """
        with self.writing():
            event = next(
                (
                    event
                    for event in reversed(self.journal.events())
                    if event["event"] == "published" and event["version"] == version
                ),
                None,
            )
            if event is None or not self.path(version).exists():
                raise StoreError(
                    f"版本 {version} 不存在或已清理，不能回滚。可用版本见 citycredit versions。"
                )
            inside = event.get("batches", [])
            batches = self.journal.batches()
            withdrawn = [
                b.batch_id for b in batches if b.batch_id in inside and b.state == "withdrawn"
            ]
            self.journal.append(
                "rolled_back",
                version=version,
                accepted=[b.batch_id for b in batches if b.batch_id in inside],
                withdrawn_again=withdrawn,
                held=[
                    b.batch_id
                    for b in batches
                    if b.batch_id not in inside and b.state in ("accepted", "landed")
                ],
                reason=f"回滚到 {version}",
            )
            self._move_pointer(version)
            return withdrawn

    def check_space(self, needed_bytes: int = 0) -> None:
        """Raises StoreError if the disk has less free than the reserve and what is needed."""
        free = shutil.disk_usage(self.home.root).free
        needed = needed_bytes + self.home.config.min_free_mb * 1_000_000
        if free < needed:
            raise StoreError(
                f"磁盘空间不足：{self.home.root} 所在磁盘剩 {free / 1e6:,.0f} MB，"
                f"需要 {needed / 1e6:,.0f} MB。请腾出空间（或调低 config.toml 的 min_free_mb）。"
            )

    def _fill(self, path: Path, build: Builder, name: str) -> Details:
        try:
            con = open_warehouse(path, config=self.home.config, scratch=self.home.scratch)
            try:
                details = build(con, name)
                con.execute("checkpoint")
            finally:
                con.close()
        except _DISK_TROUBLES as error:
            raise StoreError(_disk_message(path.parent, error)) from error
        return details

    def _next_name(self) -> str:
        used = [number_of(e["version"]) for e in self.journal.events() if e["event"] == "published"]
        return f"w{max(used, default=0) + 1:06d}"

    def _move_pointer(self, name: str) -> None:
        files.write_atomically(self.home.pointer_path, name + "\n")

    def _clean_up(self) -> None:
        """Remove versions beyond the number to keep, but none that is live, pinned or open."""
        events = self.journal.events()
        spared = {self.current(), pinned_version(events)}
        kept = sorted(
            (path for path in self.home.versions.glob("w*.duckdb") if _NAME.fullmatch(path.stem)),
            key=lambda path: number_of(path.stem),
        )
        for path in kept[: -self.home.config.keep_versions]:
            if path.stem not in spared and not self._is_open(path):
                _remove_version(path)

    def _is_open(self, path: Path) -> bool:
        """Whether anybody reads this file: DuckDB then refuses to open it for writing."""
        try:
            open_warehouse(path, config=self.home.config).close()
        except (duckdb.IOException, duckdb.ConnectionException):
            return True
        return False


def number_of(version: str) -> int:
    """7 for `w000007`. Raises StoreError for anything else."""
    match = _NAME.fullmatch(version)
    if match is None:
        raise StoreError(f"版本名有误：{version!r}（应如 w000001）。")
    return int(match.group(1))


def live_version(events: list[dict[str, Any]]) -> str | None:
    """The version that is live by the journal: the last published or rolled back to."""
    for event in reversed(events):
        if event["event"] in ("published", "rolled_back"):
            return str(event["version"])
    return None


def pinned_version(events: list[dict[str, Any]]) -> str | None:
    """The version that the last rollback went to; it is kept until another rollback."""
    for event in reversed(events):
        if event["event"] == "rolled_back":
            return str(event["version"])
    return None


def _pointer_text(home: Home) -> str | None:
    try:
        return home.pointer_path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def _remove_temporaries(folder: Path) -> None:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if not files.is_temporary(path.name):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _remove_version(path: Path) -> None:
    for victim in (path, path.with_name(path.name + ".wal")):
        try:
            victim.unlink(missing_ok=True)
        except PermissionError:
            # Windows does not delete an open file; the next writer tries again.
            return


def _disk_message(folder: Path, error: Exception) -> str:
    if isinstance(error, OSError):
        reason = files.reason_of(error)
    else:
        reason = f"磁盘空间或内存不足（{type(error).__name__}）"
    return f"写入 {folder} 失败：{reason}。原有数据未受影响；请检查磁盘空间与权限后重试。"
