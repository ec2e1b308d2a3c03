"""What commands write: one JSON document or readable tables on stdout, the rest on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from etl.build import Progress as Report


class Format(StrEnum):
    """How a command prints."""

    TEXT = "text"
    JSON = "json"


class Output:
    """The two streams of one command.

    While a command works, whatever libraries print goes to stderr, so that with `json` stdout
    holds exactly one document.
    """

    def __init__(self, form: Format, stdout: TextIO | None = None) -> None:
        self.form = form
        self._stdout = stdout or sys.stdout
        self.messages = Console(stderr=True, highlight=False)

    @property
    def is_json(self) -> bool:
        return self.form is Format.JSON

    def document(self, value: Any) -> None:
        """The one JSON document. NaN is refused: it is no JSON."""
        text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain, allow_nan=False)
        self._stdout.write(text + "\n")
        self._stdout.flush()

    def line(self, text: str) -> None:
        """A line of a readable answer."""
        self._stdout.write(text + "\n")
        self._stdout.flush()

    def table(
        self, title: str, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]
    ) -> None:
        """A readable table: `columns` gives key → heading."""
        table = Table(title=title, title_justify="left")
        for heading in columns.values():
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*(_shown(row.get(key)) for key in columns))
        width = None if self._stdout.isatty() else 200
        Console(file=self._stdout, width=width, highlight=False, markup=False).print(table)

    def say(self, text: str) -> None:
        """A message beside the answer (stderr)."""
        self.messages.print(text, markup=False, soft_wrap=True)

    @contextmanager
    def working(self) -> Iterator[Report]:
        """A progress bar on stderr (only where somebody looks) for the time of the work."""
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.messages,
            transient=True,
            disable=not self.messages.is_terminal,
        )
        with redirect_stdout(sys.stderr), bar:
            task = bar.add_task("准备", total=None)

            def report(stage: str, done: int, total: int) -> None:
                bar.update(task, description=stage, completed=done, total=total)

            yield report


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _shown(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
