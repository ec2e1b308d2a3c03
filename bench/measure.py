"""Run a command as a child and say what it cost; write results as JSON."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent / "out"
# Linux counts the resident set in KiB, macOS in bytes.
_RSS_PER_MIB = 1024 * 1024 if platform.system() == "Darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """Wall clock and processor seconds of a child, its peak resident memory in MiB."""

    seconds: float
    cpu_seconds: float
    peak_mib: int


def run(*command: str | Path, home: Path | None = None) -> tuple[Cost, str]:
    """Run a child to its end; give its cost and what it wrote to stdout.

    Each child is waited for by itself, so that its peak memory is its own. Raises RuntimeError
    with the child's last words when it fails.
    """
    environment = dict(os.environ)
    if home is not None:
        environment["CITYCREDIT_HOME"] = str(home)
        environment["CITYCREDIT_KEY_FILE"] = str(home) + ".key"
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        child = subprocess.Popen(list(map(str, command)), stdout=out, stderr=err, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", errors="replace"))
    if child.returncode != 0:
        raise RuntimeError(
            f"exit {child.returncode}: {command}\n{texts[0][-500:]}{texts[1][-2000:]}"
        )
    cost = Cost(
        seconds=round(seconds, 2),
        cpu_seconds=round(usage.ru_utime + usage.ru_stime, 2),
        peak_mib=usage.ru_maxrss // _RSS_PER_MIB,
    )
    return cost, texts[0]


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "python": platform.python_version(),
        "duckdb": version("duckdb"),
        "polars": version("polars"),
        "streamlit": version("streamlit"),
    }


def report(name: str, results: dict[str, Any]) -> None:
    """Print the results and keep them in `bench/out/<name>.json`."""
    OUT.mkdir(parents=True, exist_ok=True)
    plain = {
        key: asdict(value) if isinstance(value, Cost) else value for key, value in results.items()
    }
    text = json.dumps({"machine": machine(), **plain}, ensure_ascii=False, indent=2)
    (OUT / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(text)
