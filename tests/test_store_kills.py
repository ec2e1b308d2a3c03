"""Writers are killed at random moments while readers query: nothing is lost, nothing is half."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.homes import make_home, make_penalty_csv
from tests.kill_workers import load_once, publish_all, read_for_ever, write_for_ever
from warehouse.home import Home
from warehouse.store import Store
from warehouse.verify import verify

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and forkserver"),
]
KILLS = 24
KILLS_OF_THE_COMMAND = 2


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return make_home(tmp_path, monkeypatch)


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def test_killed_writers_lose_nothing_and_disturb_no_reader(home: Home, tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.kill_workers"])
    store = Store(home)
    first = [b.batch_id for b in load_once(store)]
    acknowledged = tmp_path / "acknowledged"
    stop = tmp_path / "stop"
    findings = [tmp_path / f"reader{n}" for n in range(2)]
    readers = [
        context.Process(target=read_for_ever, args=(str(home.root), str(path), str(stop)))
        for path in findings
    ]
    for reader in readers:
        reader.start()
    chance = random.Random(20221010)
    for number in range(KILLS):
        promises = size_of(acknowledged)
        writer = context.Process(target=write_for_ever, args=(str(home.root), str(acknowledged)))
        writer.start()
        # Each fourth is killed after a load that it finished, however slow the machine is; the
        # others from before the lock is taken to the middle of some later load.
        while number % 4 == 0 and size_of(acknowledged) == promises and writer.is_alive():
            time.sleep(0.02)
        time.sleep(chance.uniform(0.01, 0.6))
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
    stop.touch()
    for reader in readers:
        reader.join(60)
    for path in findings:
        checks, *wrong = path.read_text(encoding="utf-8").splitlines()
        assert wrong == []
        assert int(checks) > 0
    # Whatever the last kill left is no error, and the next writer puts it in order.
    assert [f for f in verify(home) if f.level == "error"] == []
    with store.writing():
        live = publish_all(store)
    assert verify(home) == []
    assert store.versions()[0].name == live
    promised = {*first, *acknowledged.read_text(encoding="utf-8").split()}
    assert promised <= set(store.versions()[0].batches)
    assert len(promised) > 2, "no writer ever finished a load: the kills came too early"
    assert {b.state for b in store.journal.batches()} == {"accepted"}
    assert not list(home.root.rglob(".tmp-*"))


def test_killed_load_commands_leave_all_or_nothing(home: Home, tmp_path: Path) -> None:
    incoming = tmp_path / "in"
    incoming.mkdir()
    for number in (1, 2):
        make_penalty_csv(incoming / f"处罚{number}.csv", first=number * 100, rows=5)
    command = [
        *(sys.executable, "-m", "etl.cli", "load", str(incoming), "--plan", "BC"),
        *("--received", "2022-07-05", "--home", str(home.root), "--format", "json"),
    ]
    started = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    whole = time.monotonic() - started
    store = Store(home)
    chance = random.Random(7)
    for number in range(KILLS_OF_THE_COMMAND):
        first = 1000 + number * 100
        make_penalty_csv(incoming / "处罚1.csv", first=first, rows=5)
        make_penalty_csv(incoming / "处罚2.csv", first=first + 50, rows=5)
        before = len(store.journal.batches())
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # Start-up alone takes a third; the rest is landing, building and publishing.
        time.sleep(whole * chance.uniform(0.3, 1.0))
        process.kill()
        process.wait()
        assert len(store.journal.batches()) - before in (0, 2)
        assert [f for f in verify(home) if f.level == "error"] == []
        with store.reader() as con:
            assert con.sql("select count(*) from meta.batches").fetchall()[0][0] % 2 == 0
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
    assert '"passed"' in done.stdout
    assert {b.state for b in store.journal.batches()} == {"accepted"}
    assert verify(home) == []
    with store.reader() as con:
        # Every batch that ever landed is there with all its rows.
        batches, rows = con.sql(
            "select (select count(*) from meta.batches), "
            "(select count(*) from staging.admin_penalty)"
        ).fetchall()[0]
    assert batches == len(store.journal.batches())
    assert rows == 5 * batches
