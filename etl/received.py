"""`received.csv`: when each file beside it came in, from whom, and what it replaces."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE_NAME = "received.csv"
_COLUMNS = ("file", "received", "department", "replaces")


class ReceivedError(Exception):
    """A `received.csv` that cannot be used; the text (Chinese) names file and line."""


@dataclass(frozen=True)
class Arrival:
    """What is told about one file; `replaces` is a batch id or the name of an earlier file."""

    received: date | None = None
    department: str | None = None
    replaces: str | None = None


def read_received(folder: Path) -> dict[str, Arrival]:
    """What `received.csv` in this folder says, by file name; empty if there is none.

    Raises ReceivedError for a missing column, a file named twice or a date that is none.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return {}
    arrivals: dict[str, Arrival] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if "file" not in (reader.fieldnames or []):
                raise ReceivedError(f"{path} 第 1 行缺少 file 列；列应为 {','.join(_COLUMNS)}。")
            for row in reader:
                name = (row["file"] or "").strip()
                if not name:
                    continue
                if name in arrivals:
                    raise ReceivedError(f"{path} 第 {reader.line_num} 行：{name} 重复出现。")
                arrivals[name] = Arrival(
                    received=_day(row.get("received"), path, reader.line_num),
                    department=_text(row.get("department")),
                    replaces=_text(row.get("replaces")),
                )
    except UnicodeDecodeError as error:
        raise ReceivedError(f"{path} 不是 UTF-8 编码，请另存为 UTF-8。") from error
    return arrivals


def _text(value: str | None) -> str | None:
    return (value or "").strip() or None


def _day(value: str | None, path: Path, line: int) -> date | None:
    text = _text(value)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ReceivedError(
            f"{path} 第 {line} 行：收到日期 {text!r} 不是日期，应写成 2022-07-05。"
        ) from error
