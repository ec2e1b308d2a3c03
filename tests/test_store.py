"""The store: versions appear whole, readers never notice, rollback stays."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.homes import make_batch, make_home
from warehouse.home import Home, HomeError
from warehouse.store import Store, StoreError, number_of

Build = Callable[[duckdb.DuckDBPyConnection, str], dict[str, Any]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return make_home(tmp_path, monkeypatch)


@pytest.fixture
def store(home: Home) -> Store:
    return Store(home)


def holding(number: int, batches: list[str] | None = None) -> Build:
    """Builds a warehouse that holds one number."""

    def build(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
        con.execute("create table held as select ?::int as number", [number])
        return {"batches": batches or [], "accepted": batches or []}

    return build


def read(store: Store) -> int:
    with store.reader() as con:
        return int(con.sql("select number from held").fetchall()[0][0])


def test_nothing_published_yet(store: Store) -> None:
    assert store.current() is None
    assert store.versions() == []
    with pytest.raises(StoreError, match="还没有发布过"):
        store.reader()


def test_publish_moves_readers_on(store: Store) -> None:
    assert store.publish(holding(1)) == "w000001"
    other = Store(store.home)
    assert (read(store), read(other)) == (1, 1)
    assert store.publish(holding(2)) == "w000002"
    assert (read(store), read(other)) == (2, 2)


def test_a_query_under_way_keeps_its_version(store: Store) -> None:
    store.publish(holding(1))
    con = store.reader()
    for number in range(2, 8):
        store.publish(holding(number))
    assert con.sql("select number from held").fetchall() == [(1,)]
    assert read(store) == 7


def test_a_failing_build_changes_nothing(store: Store) -> None:
    store.publish(holding(1))
    before = sorted(p.name for p in store.home.root.rglob("*"))

    def fail(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
        con.execute("create table half as select 1 as a")
        raise ValueError("gate")

    with pytest.raises(ValueError, match="gate"):
        store.publish(fail)
    assert sorted(p.name for p in store.home.root.rglob("*")) == before
    assert read(store) == 1


def test_three_versions_are_kept(store: Store) -> None:
    for number in range(1, 6):
        store.publish(holding(number))
    kept = [v.name for v in store.versions() if v.is_kept]
    assert kept == ["w000005", "w000004", "w000003"]
    assert [v.is_live for v in store.versions()] == [True, False, False, False, False]


def test_a_version_that_another_process_reads_is_not_deleted(store: Store) -> None:
    store.publish(holding(1))
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(store.path("w000001"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        for number in range(2, 6):
            store.publish(holding(number))
        assert store.path("w000001").exists()
        assert not store.path("w000002").exists()
        reader.communicate("\n")
    store.publish(holding(6))
    assert not store.path("w000001").exists()


def test_rollback_holds_what_came_later(store: Store) -> None:
    with store.writing():
        store.journal.append("landed", landed=[make_batch(n).to_json() for n in (1, 2, 3)])
    store.publish(holding(1, ["B000001"]))
    store.publish(holding(2, ["B000001", "B000002"]))
    store.rollback("w000001")
    assert store.current() == "w000001"
    assert read(store) == 1
    # B000003 had only landed; it is held too, or the next load would publish it unasked.
    assert {b.batch_id: b.state for b in store.journal.batches()} == {
        "B000001": "accepted",
        "B000002": "held",
        "B000003": "held",
    }
    assert store.journal.batch("B000002").reason == "回滚到 w000001"  # type: ignore[union-attr]


def test_rollback_brings_back_what_was_withdrawn_since(store: Store) -> None:
    with store.writing():
        store.journal.append("landed", landed=[make_batch(1).to_json()])
    store.publish(holding(1, ["B000001"]))
    store.publish(lambda con, name: {"batches": [], "withdrawn": ["B000001"]})
    store.rollback("w000001")
    assert [b.state for b in store.journal.batches()] == ["accepted"]


def test_the_pinned_version_outlives_the_number_to_keep(store: Store) -> None:
    for number in (1, 2, 3):
        store.publish(holding(number))
    store.rollback("w000001")
    for number in range(4, 9):
        assert store.publish(holding(number)) == f"w{number:06d}"
    assert store.path("w000001").exists()


@pytest.mark.parametrize("version", ["w000009", "w000001"])
def test_rollback_to_what_is_not_there(store: Store, version: str) -> None:
    for number in range(1, 6):
        store.publish(holding(number))
    with pytest.raises(StoreError, match="不存在或已清理"):
        store.rollback(version)
    assert store.current() == "w000005"


def test_an_interrupted_publish_is_finished_by_the_next_writer(store: Store) -> None:
    store.publish(holding(1))
    store.publish(holding(2))
    # What a kill between journal and pointer leaves.
    store.home.pointer_path.write_text("w000001\n", encoding="utf-8")
    assert read(store) == 1
    with store.writing():
        pass
    assert read(store) == 2


def test_leftovers_of_killed_writers_are_removed(store: Store) -> None:
    store.publish(holding(1))
    leftovers = [
        store.home.versions / ".tmp-abc-build.duckdb",
        store.home.versions / ".tmp-abc-build.duckdb.wal",
        store.path("w000002"),  # renamed, but never entered in the journal
        store.home.landing / "B000001.parquet",  # written, but never entered in the journal
        store.home.root / ".tmp-abc-current",
    ]
    for path in leftovers:
        path.write_bytes(b"half")
    assert store.publish(holding(2)) == "w000002"
    assert [path.name for path in leftovers if path.exists()] == ["w000002.duckdb"]
    assert read(store) == 2


def test_threads_share_a_store(store: Store) -> None:
    store.publish(holding(1))
    seen: list[int] = []
    errors: list[Exception] = []

    def query() -> None:
        try:
            for _ in range(50):
                seen.append(read(store))
        except Exception as error:  # noqa: BLE001 - collected for the assertion below
            errors.append(error)

    threads = [threading.Thread(target=query) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in (2, 3, 4, 5):
        store.publish(holding(number))
    for thread in threads:
        thread.join()
    assert errors == []
    assert set(seen) <= {1, 2, 3, 4, 5}


def test_a_second_writer_waits_then_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYCREDIT_LOCK_TIMEOUT_SECONDS", "0.1")
    with home.writer(), pytest.raises(HomeError, match="另一个程序正在写入"):
        Store(Home.open(home.root)).publish(holding(1))


def test_too_little_space_is_said_before_anything_is_written(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYCREDIT_MIN_FREE_MB", str(10**9))
    with pytest.raises(StoreError, match=r"磁盘空间不足.*min_free_mb"):
        Store(Home.open(home.root)).publish(holding(1))
    assert list(home.versions.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
@pytest.mark.parametrize("limit", [0, 40, 4096, 300_000])
def test_a_disk_that_fills_up_leaves_the_old_version(store: Store, limit: int) -> None:
    """`limit`: no file may grow beyond so many bytes, wherever that strikes."""
    store.publish(holding(1))
    code = """
        import resource, sys
        from warehouse.home import Home
        from warehouse.store import Store, StoreError
        from warehouse.journal import JournalError
        store = Store(Home.open(sys.argv[1]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
        def build(con, name):
            con.execute("create table held as select 2 as number")
            con.execute("create table big as select hash(i) as h from range(200000) as t (i)")
            return {"batches": []}
        try:
            store.publish(build)
        except (StoreError, JournalError) as error:
            print(error, file=sys.stderr)
            sys.exit(2)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(store.home.root), str(limit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "磁盘" in done.stderr
    assert read(store) == 1
    assert store.publish(holding(3)) == "w000002"
    assert read(store) == 3


def test_version_names() -> None:
    assert number_of("w000012") == 12
    for wrong in ("w12", "x000001", "", "w000001.duckdb"):
        with pytest.raises(StoreError):
            number_of(wrong)


def test_a_broken_pointer_is_named(store: Store) -> None:
    store.home.pointer_path.write_text("../../etc/passwd\n", encoding="utf-8")
    with pytest.raises(StoreError, match="指针文件"):
        store.current()
