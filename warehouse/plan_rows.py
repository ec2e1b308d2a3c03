"""Rows of a plan's files: each remembers its file and line, so that an error can point at it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FAR_PAST, FAR_FUTURE = date(1900, 1, 1), date(2200, 1, 1)

Validity = tuple[date, date]
"""Half open: from the first day to before the second; open ends are FAR_PAST and FAR_FUTURE."""


class PlanError(Exception):
    """A plan folder that cannot be used: names the file, the line and the reason (Chinese)."""

    def __init__(self, file: Path | str, line: int | None, reason: str) -> None:
        where = f"{file}" + (f" 第 {line} 行" if line else "")
        super().__init__(f"方案文件有误：{where}：{reason}")
        self.file, self.line, self.reason = str(file), line, reason


@dataclass(frozen=True)
class Row(Mapping[str, str]):
    """One CSV row that remembers its file and line, so that errors can point at it.

    year: the plan's year, for dates that leave it out.
    """

    cells: dict[str, str]
    file: Path
    line: int
    year: int

    def __getitem__(self, key: str) -> str:
        return self.cells[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def names(self, key: str) -> list[str]:
        """The `;`-separated names of a cell."""
        return [n.strip() for n in self.cells.get(key, "").split(";") if n.strip()]

    def error(self, reason: str) -> PlanError:
        return PlanError(self.file, self.line, reason)

    def day(self, key: str) -> date | None:
        """A date cell; `--MM-DD` and `xx-MM-DD` take the plan's year; empty gives None."""
        text = self.cells.get(key, "").strip()
        if not text:
            return None
        for prefix in ("--", "xx-"):
            if text.startswith(prefix):
                text = f"{self.year}-{text.removeprefix(prefix)}"
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.error(f"“{key}”不是日期：{text}，应写成 2022-06-30") from None

    @property
    def validity(self) -> Validity:
        """When the row holds, by its columns `valid_from` and `valid_to`."""
        return self.day("valid_from") or FAR_PAST, self.day("valid_to") or FAR_FUTURE

    def holds(self, day: date) -> bool:
        """Whether the row holds on a day."""
        start, end = self.validity
        return start <= day < end


def overlap(one: Validity, other: Validity) -> bool:
    """Whether two validities share a day."""
    return one[0] < other[1] and other[0] < one[1]


def read_rows(path: Path, required: str, year: int, *, optional: bool = False) -> list[Row]:
    """The rows of a CSV file that has at least these columns; none where an optional file is not
    there. Raises PlanError."""
    if not path.is_file():
        if optional:
            return []
        raise PlanError(path, None, "缺少这个文件（没有内容时也要有表头）")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(required.split()) - set(reader.fieldnames or [])
        if missing:
            raise PlanError(path, 1, f"缺少列：{'、'.join(sorted(missing))}")
        rows = []
        for values in reader:
            if None in values or None in values.values():
                raise PlanError(path, reader.line_num, "列数与表头不一致")
            rows.append(Row(dict(values), path, reader.line_num, year))
        return rows
