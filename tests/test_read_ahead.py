"""Reading ahead in other processes: the same answers in the same order, whatever befalls them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from etl import read_ahead
from etl.read_ahead import ReadAhead, Reading, read
from etl.readers import UnreadableFile
from warehouse.contracts import load_contracts

CONTRACTS = load_contracts()
MANY = 45
"""More than the number from which on it pays (40)."""


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Blanks of the penalty ledger with one row each, every seventh file none that can be read."""
    titles = [column.title for column in CONTRACTS["admin_penalty"].columns]
    found = []
    for number in range(MANY):
        path = tmp_path / f"{number:02}.csv"
        row = [f"示例{number}" for _ in titles]
        text = "随便\n写写\n" if number % 7 == 0 else f"{','.join(titles)}\n{','.join(row)}\n"
        path.write_text(text, encoding="utf-8")
        found.append(path)
    return found


def told(answer: Reading | UnreadableFile) -> tuple[object, ...]:
    """An answer as what can be compared: frames as rows."""
    if isinstance(answer, UnreadableFile):
        return (answer.file_name, answer.reason)
    tables = [
        (t.sheet, t.ledger, t.standard, t.header_map, t.problems, t.missing_fields, t.frame.rows())
        for t in answer.tables
    ]
    return (answer.sha256, tables)


def answers(files: ReadAhead, paths: list[Path]) -> list[tuple[object, ...]]:
    """What comes of each file, errors too."""
    found = []
    for path in paths:
        try:
            found.append(told(files.read(path)))
        except UnreadableFile as error:
            found.append(told(error))
    return found


def expected(paths: list[Path]) -> list[tuple[object, ...]]:
    """The same without any other process."""
    found = []
    for path in paths:
        try:
            found.append(told(read(path, CONTRACTS)))
        except UnreadableFile as error:
            found.append(told(error))
    return found


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were started, on a machine of two processors."""
    found: list[subprocess.Popen[bytes]] = []
    original = subprocess.Popen

    def start(*arguments: object, **options: object) -> object:
        found.append(original(*arguments, **options))  # type: ignore[call-overload]
        return found[-1]

    monkeypatch.setattr(read_ahead.subprocess, "Popen", start)
    monkeypatch.setattr(read_ahead.os, "cpu_count", lambda: 2)
    return found


def test_answers_and_errors_are_those_of_reading_here(
    paths: list[Path], started: list[subprocess.Popen[bytes]]
) -> None:
    """45 files of which 7 cannot be read; two readers, and none is left afterwards."""
    files = ReadAhead(paths, CONTRACTS)
    found = answers(files, paths)
    files.close()
    assert found == expected(paths)
    assert sum(len(one) == 2 and one[0] in {p.name for p in paths} for one in found) == 7
    assert [process.poll() is not None for process in started] == [True, True]


def test_few_files_and_large_ones_are_read_here(
    paths: list[Path], started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """39 files do not pay; of 45 of which 6 count as large, 39 are small."""
    ReadAhead(paths[:39], CONTRACTS).close()
    small = sorted(path.stat().st_size for path in paths)[38]
    for path in paths[39:]:
        path.write_text(path.read_text(encoding="utf-8") + "\n" * small, encoding="utf-8")
    monkeypatch.setattr(read_ahead, "_SMALL_BYTES", small + 1)
    ReadAhead(paths, CONTRACTS).close()
    assert started == []


def test_a_large_file_among_small_ones_keeps_its_place(
    paths: list[Path], started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read here while the others are read ahead."""
    largest = max(path.stat().st_size for path in paths)
    paths[20].write_text(paths[20].read_text(encoding="utf-8") + "\n" * largest, encoding="utf-8")
    monkeypatch.setattr(read_ahead, "_SMALL_BYTES", largest + 1)
    files = ReadAhead(paths, CONTRACTS)
    found = answers(files, paths)
    files.close()
    assert len(started) == 2
    assert found == expected(paths)


def test_readers_that_die_cost_only_time(
    paths: list[Path], started: list[subprocess.Popen[bytes]]
) -> None:
    """Both are killed after the third file; what they had begun is read here."""
    files = ReadAhead(paths, CONTRACTS)
    found = answers(files, paths[:3])
    for process in started:
        process.kill()
    found += answers(files, paths[3:])
    files.close()
    assert found == expected(paths)


def test_readers_that_cannot_start_cost_only_time(
    paths: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where no more processes are allowed."""

    def refuse(*arguments: object, **options: object) -> object:
        raise OSError("no more processes")

    monkeypatch.setattr(read_ahead.subprocess, "Popen", refuse)
    monkeypatch.setattr(read_ahead.os, "cpu_count", lambda: 2)
    files = ReadAhead(paths, CONTRACTS)
    found = answers(files, paths)
    files.close()
    assert found == expected(paths)


@pytest.mark.skipif(os.name == "nt", reason="kills and ps are of POSIX")
def test_a_killed_load_leaves_no_reader_behind(paths: list[Path]) -> None:
    """Killed in the middle, with readers at work: they end by themselves."""
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from etl import read_ahead\n"
        "from warehouse.contracts import load_contracts\n"
        "read_ahead.os.cpu_count = lambda: 2\n"
        "files = read_ahead.ReadAhead([Path(p) for p in sys.argv[1:]], load_contracts())\n"
        "files.read(Path(sys.argv[2]))\n"
        "pids = [r.process.pid for r in files._readers]\n"
        "print(*pids, flush=True)\n"
        "time.sleep(600)\n"
    )
    command = [sys.executable, "-c", script, *map(str, paths[1:])]
    load = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert load.stdout is not None
    readers = [int(word) for word in load.stdout.readline().split()]
    load.kill()
    load.wait()
    load.stdout.close()
    assert len(readers) == 2
    for _ in range(300):
        if not any(is_alive(pid) for pid in readers):
            break
        time.sleep(0.1)
    left = [pid for pid in readers if is_alive(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


def is_alive(pid: int) -> bool:
    """Whether a process runs. One that ended and that nobody has waited for does not."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")
