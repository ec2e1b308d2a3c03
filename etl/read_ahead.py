"""Reading many small files ahead, in processes of their own.

Reading a workbook is Python's work, one file after another on one processor. A load of many files
lets other processes read the next ones meanwhile; what is landed, and in which order, stays the
same. The processes are started with the interpreter and this module: what the caller's main
program is (a command, the server of the pages) does not matter to them. A reader ends when its
input does, so a killed load leaves none behind.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from etl.intake import Table, take_in
from etl.readers import UnreadableFile, steady
from warehouse import files
from warehouse.contracts import Contract

_FEWEST_FILES = 40
# A large file is read in this process, by all its processors, without being passed on.
_SMALL_BYTES = 4 << 20
_MOST_READERS = 4
# Read and not yet landed, for each reader.
_WAITING = 4


@dataclass(frozen=True)
class Reading:
    """What a file holds (of all its sheets, skipped ones too), and the sha256 of its content."""

    tables: list[Table]
    sha256: str


def read(path: Path, contracts: Mapping[str, Contract]) -> Reading:
    """Read one file in this process; rows and sha256 are those of the same content.

    Raises UnreadableFile if it cannot be read, changes meanwhile, or no sheet fits.
    """
    with steady(path):
        return Reading(take_in(path, contracts), files.sha256_of(path))


class ReadAhead:
    """Reads the files of one load, in their order; ahead if there are many.

    A reader that fails to start, or dies, only makes the load slower: its file is read here.
    """

    def __init__(self, paths: Sequence[Path], contracts: Mapping[str, Contract]) -> None:
        self._contracts = contracts
        small = [path for path in paths if _is_small(path)]
        count = min(_MOST_READERS, os.cpu_count() or 1)
        is_worth = len(small) >= _FEWEST_FILES and count > 1
        self._coming = deque(small if is_worth else ())
        self._begun: deque[tuple[Path, Future[Reading]]] = deque()
        self._threads = ThreadPoolExecutor(count) if is_worth else None
        self._readers = [_Reader(contracts) for _ in range(count if is_worth else 0)]
        self._idle: SimpleQueue[_Reader] = SimpleQueue()
        for reader in self._readers:
            self._idle.put(reader)
        self._most_begun = count * _WAITING

    def close(self) -> None:
        """End the readers; what they have read and nobody asked for is lost."""
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        for reader in self._readers:
            reader.close()

    def read(self, path: Path) -> Reading:
        """What the next file holds. Raises what `read` raises."""
        if self._threads is not None:
            while self._coming and len(self._begun) < self._most_begun:
                ahead = self._coming.popleft()
                self._begun.append((ahead, self._threads.submit(self._ask, ahead)))
            if self._begun and self._begun[0][0] == path:
                return self._begun.popleft()[1].result()
        return read(path, self._contracts)

    def _ask(self, path: Path) -> Reading:
        reader = self._idle.get()
        try:
            answer = reader.ask(path)
        finally:
            self._idle.put(reader)
        if isinstance(answer, UnreadableFile):
            raise answer
        return answer or read(path, self._contracts)


class _Reader:
    """A process that answers paths with what their files hold (`process`, while it runs)."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        # One thread of polars: the readers share the processors among themselves.
        environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
        self.process: subprocess.Popen[bytes] | None = None
        with contextlib.suppress(OSError):
            self.process = subprocess.Popen(
                [sys.executable, "-c", f"from {__name__} import main; main()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
            )
            self._send(contracts)

    def _send(self, value: object) -> None:
        if self.process is not None and self.process.stdin is not None:
            pickle.dump(value, self.process.stdin)
            self.process.stdin.flush()

    def ask(self, path: Path) -> Reading | UnreadableFile | None:
        """What the reader answers; None if it could not, whatever the reason."""
        if self.process is None or self.process.stdout is None:
            return None
        try:
            self._send(path)
            answer: Reading | UnreadableFile | None = pickle.load(self.process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError):
            self.close()
            return None
        return answer

    def close(self) -> None:
        """End the process."""
        if self.process is None:
            return
        process, self.process = self.process, None
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        process.terminate()
        process.wait()


def _is_small(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.stat().st_size < _SMALL_BYTES
    return False


def _answer(path: Path, contracts: Mapping[str, Contract]) -> Reading | UnreadableFile | None:
    try:
        return read(path, contracts)
    except UnreadableFile as error:
        return error
    except Exception:  # noqa: BLE001 - it comes again, and is told, where the file is read then
        return None


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the requests end."""
    contracts: Any = pickle.load(requests)
    while True:
        path = pickle.load(requests)
        pickle.dump(_answer(path, contracts), answers)
        answers.flush()


def main() -> None:
    """The program of a reader: answers on what was stdout, so that nothing else gets there."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started it decides
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(EOFError, OSError):
        _serve(sys.stdin.buffer, answers)
