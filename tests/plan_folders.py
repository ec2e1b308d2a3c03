"""Plan folders for tests: copies of shipped ones to break, and a small one written from nothing."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from warehouse.plans import SHIPPED_PLANS


def copied(plan: str, folder: Path) -> Path:
    """A copy of a shipped plan."""
    return Path(shutil.copytree(SHIPPED_PLANS / plan, folder / plan))


def set_cell(folder: Path, table: str, row: int, **cells: str) -> int:
    """Overwrite cells of the n-th data row (the first is 1); gives the line of the file."""
    header, rows = _with_columns(folder, table, cells)
    rows[row - 1] |= cells
    _write(folder, table, header, rows)
    return row + 1


def add_row(folder: Path, table: str, **cells: str) -> int:
    """Append a row; cells not told are empty. Gives the line of the file."""
    header, rows = _with_columns(folder, table, cells)
    _write(folder, table, header, [*rows, dict.fromkeys(header, "") | cells])
    return len(rows) + 2


def row_of(folder: Path, table: str, **cells: str) -> int:
    """The number of the one data row that has these cells; the first is 1."""
    _, rows = _read(folder, table)
    [found] = [n for n, row in enumerate(rows, 1) if all(row[c] == t for c, t in cells.items())]
    return found


def set_line(folder: Path, old: str, new: str) -> None:
    """Replace one piece of plan.toml."""
    path = folder / "plan.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def write_table(folder: Path, table: str, lines: str) -> None:
    """Write a table from indented lines, the header first."""
    rows = [line.strip() for line in lines.strip().splitlines()]
    (folder / f"{table}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _with_columns(
    folder: Path, table: str, cells: dict[str, str]
) -> tuple[list[str], list[dict[str, str]]]:
    """The header and rows of a table, with empty columns for the cells it has none for."""
    header, rows = _read(folder, table)
    header += [column for column in cells if column not in header]
    return header, [dict.fromkeys(header, "") | row for row in rows]


def _read(folder: Path, table: str) -> tuple[list[str], list[dict[str, str]]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return list(reader.fieldnames or []), list(reader)


def _write(folder: Path, table: str, header: list[str], rows: list[dict[str, str]]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
