"""Reading a workbook in a process of its own, with bounded memory and time.

For what cannot be looked into beforehand: the old binary format, and XML that is not written as
spreadsheet programs write it. A count in such a file can make the workbook library ask for more
memory than there is, which ends the process; here it ends only the child.

    python -m etl.readers.apart FILE KIND ANSWER
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from etl.readers.limits import Limits
from etl.readers.model import RawSheet, UnreadableFile

_ROOT = Path(__file__).resolve().parents[2]


def read_apart(path: Path, kind: str, limits: Limits) -> list[RawSheet]:
    """The sheets of a workbook, read by a child. Raises UnreadableFile, also if the child dies."""
    with tempfile.TemporaryDirectory(prefix="citycredit-") as folder:
        question, answer = Path(folder) / "question", Path(folder) / "answer"
        question.write_bytes(pickle.dumps((path.absolute(), kind, asdict(limits))))
        command = [sys.executable, "-m", __name__, str(question), str(answer)]
        try:
            subprocess.run(
                command,
                cwd=_ROOT,
                env=os.environ | {"POLARS_MAX_THREADS": "1", "RUST_BACKTRACE": "0"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=limits.seconds,
                check=True,
            )
            told = pickle.loads(answer.read_bytes())
        except subprocess.TimeoutExpired as error:
            raise _stopped(path, f"超过 {limits.seconds} 秒仍未读完") from error
        except (subprocess.CalledProcessError, OSError, EOFError) as error:
            raise _stopped(path, f"所需内存超过 {limits.memory >> 20:,} MB 或内容已损坏") from error
    if isinstance(told, UnreadableFile):
        raise told
    return list(told)


def _stopped(path: Path, why: str) -> UnreadableFile:
    return UnreadableFile(
        path.name,
        f"工作簿的写法不寻常，读取时{why}，已停止，未收任何内容。"
        "请用 Excel 打开，将内容复制到新工作簿，另存为 .xlsx 后再报。",
    )


def _answer(question: Path, answer: Path) -> None:
    """What the child does."""
    from etl.readers.excel import read_here

    path, kind, bounds = pickle.loads(question.read_bytes())
    limits = Limits(**bounds)
    with contextlib.suppress(ImportError, ValueError, OSError):
        # Windows has no such bound, nor the module: there a child that asks for too much only ends.
        resource: Any = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    try:
        told: object = read_here(path, kind, limits)
    except UnreadableFile as error:
        told = error
    answer.write_bytes(pickle.dumps(told, protocol=5))


if __name__ == "__main__":
    _answer(Path(sys.argv[1]), Path(sys.argv[2]))
