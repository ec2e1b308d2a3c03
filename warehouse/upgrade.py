"""Bringing an older home up to the format of this program, step by step.

Each step does one thing to the folder and may run again: a kill at any moment leaves a home that
says its old format, and the next upgrade finishes it. Per step: `home.toml` is kept beside as
`home.toml.format<N>`, the step runs, the journal says `upgraded`, and last `home.toml` names the
new format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse import files
from warehouse.home import FORMAT_VERSION, Home
from warehouse.journal import Journal

_FORMAT_LINE = re.compile(r"^format_version *= *[0-9]+", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """One change of the format: which format it leads to, what it does (Chinese), and how."""

    to_format: int
    title: str
    run: Callable[[Path], None]


def _add_folders(root: Path) -> None:
    for name in ("closed", "cache", "index"):
        (root / name).mkdir(exist_ok=True)


STEPS: Sequence[Step] = (
    Step(2, "增加目录：定稿 closed/、缓存 cache/、指标体系 index/", _add_folders),
)  # fmt: skip


def upgrade(home: Home, steps: Sequence[Step] = STEPS) -> list[Step]:
    """Run the steps that `home` (opened by `Home.open_older`) still needs; gives those.

    Holds the writer lock. Raises HomeError as the lock and the journal do; what was done stays
    done, and a second call goes on from there.
    """
    done = []
    with home.writer():
        # Another program may have upgraded it while we waited.
        version = Home.open_older(home.root).format_version
        for step in steps:
            if version < step.to_format <= FORMAT_VERSION:
                _take(home, step)
                done.append(step)
    return done


def _take(home: Home, step: Step) -> None:
    toml = home.root / "home.toml"
    text = toml.read_text(encoding="utf-8")
    backup = home.root / f"home.toml.format{step.to_format - 1}"
    if not backup.exists():
        files.write_atomically(backup, text)
    step.run(home.root)
    journal = Journal(home)
    if not any(e["event"] == "upgraded" and e["to"] == step.to_format for e in journal.events()):
        journal.append("upgraded", to=step.to_format, what=step.title)
    files.write_atomically(toml, _FORMAT_LINE.sub(f"format_version = {step.to_format}", text))
