"""What comes in: which files, when each came in, from whom, and what it replaces.

`received.csv` beside the files says so, one line per file.
"""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from etl.landing import Incoming, Problem
from warehouse import files

FILE_NAME = "received.csv"
_MOST_BYTES = 16 * 1024 * 1024
_COLUMNS = ("file", "received", "department", "replaces")


class ReceivedError(Exception):
    """A `received.csv` that cannot be used; the text (Chinese) names file and line."""


@dataclass(frozen=True)
class Arrival:
    """What is told about one file; `replaces` is a batch id or the name of an earlier file."""

    received: date | None = None
    department: str | None = None
    replaces: str | None = None


def read_received(folder: Path, today: date) -> dict[str, Arrival]:
    """What `received.csv` in this folder says, by file name; empty if there is none.

    Raises ReceivedError for a missing column, a file named twice, and a date that is none or is
    yet to come.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return {}
    arrivals: dict[str, Arrival] = {}
    reader = csv.DictReader(io.StringIO(_content(path), newline=""))
    try:
        if "file" not in (reader.fieldnames or []):
            raise ReceivedError(f"{path} 第 1 行缺少 file 列；列应为 {','.join(_COLUMNS)}。")
        for row in reader:
            name = (row["file"] or "").strip()
            if not name:
                continue
            if name in arrivals:
                raise ReceivedError(f"{path} 第 {reader.line_num} 行：{name} 重复出现。")
            arrivals[name] = Arrival(
                received=_day(row.get("received"), path, reader.line_num, today),
                department=_text(row.get("department")),
                replaces=_text(row.get("replaces")),
            )
    except csv.Error as error:
        line = reader.reader.line_num
        raise ReceivedError(f"{path} 第 {line} 行不是完整的 CSV，请用表格软件另存一次。") from error
    return arrivals


def _content(path: Path) -> str:
    """The text: UTF-8, or what a Chinese Excel writes."""
    if path.stat().st_size > _MOST_BYTES:
        raise ReceivedError(f"{path} 过大，不像收件清单。请核对后重试。")
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReceivedError(f"{path} 既不是 UTF-8 也不是 GB18030 编码，请另存为 UTF-8。")


def _text(value: str | None) -> str | None:
    return (value or "").strip() or None


def _day(value: str | None, path: Path, line: int, today: date) -> date | None:
    text = _text(value)
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ReceivedError(
            f"{path} 第 {line} 行：收到日期 {text!r} 不是日期，如 2022-07-05。"
        ) from error
    if day > today:
        raise ReceivedError(f"{path} 第 {line} 行：收到日期 {text} 晚于今天，请核对。")
    return day


def gather(
    paths: Sequence[Path], told: Arrival, today: date
) -> tuple[list[Incoming], list[Problem]]:
    """The files to land, in order of receipt, then as given; and the paths that are none.

    A folder means the files in it, not below. What `told` says goes before `received.csv`.
    """
    incoming: list[Incoming] = []
    problems: list[Problem] = []
    arrivals: dict[Path, dict[str, Arrival]] = {}
    for path in paths:
        is_folder, refusal = _is_folder(path)
        if refusal is not None:
            problems.append(Problem(str(path), refusal))
            continue
        folder = path if is_folder else path.parent
        try:
            if folder not in arrivals:
                arrivals[folder] = read_received(folder, today)
        except ReceivedError as error:
            problems.append(Problem(str(folder / FILE_NAME), str(error)))
            continue
        found = [path]
        if is_folder:
            found, odd = files_in(path), odd_ones_in(path)
            problems += odd
            problems += [
                Problem(str(folder / name), f"{FILE_NAME} 提到了它，但文件夹里没有这个文件。")
                for name in arrivals[folder].keys() - {file.name for file in found}
            ]
        for file in found:
            arrival = arrivals[folder].get(file.name, Arrival())
            incoming.append(
                Incoming(
                    path=file,
                    received=told.received or arrival.received or today,
                    department=told.department or arrival.department,
                    replaces=told.replaces or arrival.replaces,
                )
            )
    return sorted(incoming, key=lambda one: one.received), problems


def _is_folder(path: Path) -> tuple[bool, str | None]:
    """Whether it is a folder, and why (Chinese) nothing can be read from it."""
    try:
        return stat.S_ISDIR(path.stat().st_mode), None
    except FileNotFoundError:
        return False, "文件不存在，请核对路径。"
    except OSError as error:
        return False, f"读不了（{files.reason_of(error)}），请核对路径。"
    except ValueError:
        return False, "路径里有空字符，请核对路径。"


def files_in(folder: Path) -> list[Path]:
    """The files that a folder hands in, by name: no hidden ones, no lock files of Excel."""
    return sorted(path for path in _handed_in(folder) if path.is_file() and not path.is_symlink())


def odd_ones_in(folder: Path) -> list[Problem]:
    """What lies in a folder like a file and is none; a link leads to what nobody handed in."""
    return [
        Problem(
            str(path),
            "这是快捷方式（符号链接），未打开它指向的内容。请放入文件本身。"
            if path.is_symlink()
            else "这不是普通文件，未收。请放入表格文件本身。",
        )
        for path in sorted(_handed_in(folder))
        if path.is_symlink() or not (path.is_file() or path.is_dir())
    ]


def _handed_in(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name != FILE_NAME and not path.name.startswith((".", "~$")):
            yield path
