"""Sample files to rows of text, in the order in which they were landed.

The header row is the one in which most cells are titles or aliases of one ledger; where titles
stand in two rows (a group above, a name below) both are looked at. Contracts are read as data.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import python_calamine

from tests.reference.text import blank, day, name_key

CONTRACTS = Path(__file__).parents[2] / "warehouse" / "contracts"
SEARCHED_ROWS = 20
Grid = list[tuple[int, list[str | None]]]


@dataclass
class Ledger:
    name: str
    titles: dict[str, str]  # normal form of a title, alias or code -> field
    joined: list[str]  # titles whose cells are joined into one field
    key_fields: list[str]
    key_minimum: int
    columns: dict[str, dict[str, Any]]
    absent: dict[str, set[str]]  # standard -> fields it does not have
    markers: dict[str, list[str]]
    unit_fields: list[dict[str, str]]  # pairs of code and name that say whose a row is


@dataclass
class Batch:
    """One sheet of one file."""

    order: int
    file: str
    sheet: str
    ledger: str
    standard: str
    received: date
    department: str | None
    replaces: str | None
    told: set[str]  # fields that the header names
    rows: list[Row] = field(default_factory=list)


@dataclass(eq=False)
class Row:
    batch: Batch
    number: int
    cells: dict[str, str | None]

    def __getitem__(self, name: str) -> str | None:
        return self.cells.get(name)

    @property
    def order(self) -> tuple[date, int, int]:
        return (self.batch.received, self.batch.order, self.number)


@cache
def load_ledgers() -> dict[str, Ledger]:
    groups = tomllib.loads((CONTRACTS / "groups.toml").read_text(encoding="utf-8"))
    ledgers = {}
    for path in sorted(CONTRACTS.glob("*.toml")):
        contract = tomllib.loads(path.read_text(encoding="utf-8"))
        if "ledger" not in contract:
            continue
        columns: list[dict[str, Any]] = []
        for column in contract["columns"]:
            own = {name: value for name, value in column.items() if name != "group"}
            columns += [c | own for c in groups[column["group"]]] if "group" in column else [own]
        titles: dict[str, str] = {}
        for column in columns:
            code = column.get("code", "")
            codes = [code, contract.get("code_prefix", "") + code] if code else []
            for title in [column["title"], *column.get("aliases", []), *codes]:
                titles.setdefault(header_key(title), column["field"])
        ledgers[contract["ledger"]] = Ledger(
            contract["ledger"],
            titles,
            [header_key(t) for c in columns for t in c.get("joined_aliases", [])],
            contract["key_fields"],
            contract["key_minimum"],
            {c["field"]: c for c in columns},
            {s["id"]: set(s.get("absent", [])) for s in contract["standards"]},
            {s["id"]: [header_key(m) for m in s.get("markers", [])] for s in contract["standards"]},
            contract.get("unit_fields", []),
        )
    return ledgers


def header_key(cell: str | None) -> str:
    return (name_key(cell) or "").strip("*")


def load_batches(folder: Path) -> list[Batch]:
    """Every sheet below a place's folder: sub-folders in order of name, files within them too.
    ``received.csv`` beside the files tells when each came, from whom and what it replaces. What
    has not changed is read once."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    stats = ((path, path.stat()) for path in files)
    return _parse(folder, tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats))


@cache
def _parse(folder: Path, _contents: tuple[object, ...]) -> list[Batch]:
    ledgers = load_ledgers()
    batches: list[Batch] = []
    seen: set[bytes] = set()
    for month in sorted(p for p in [folder, *folder.iterdir()] if p.is_dir()):
        told_path = month / "received.csv"
        if not told_path.exists():
            continue
        with told_path.open(encoding="utf-8-sig", newline="") as handle:
            told = {row["file"]: row for row in csv.DictReader(handle)}
        for path in sorted(month.iterdir()):
            if path.name not in told or path.read_bytes() in seen:
                continue  # the same bytes twice are the same batch
            seen.add(path.read_bytes())
            note = told[path.name]
            received = day(note["received"])
            assert received, f"{path}: no received date"
            for sheet, grid in read_sheets(path):
                table = find_table(grid, ledgers)
                if table is None:
                    continue
                ledger, standard, first, fields = table
                batch = Batch(
                    len(batches),
                    path.name,
                    sheet,
                    ledger.name,
                    standard,
                    received,
                    note.get("department") or None,
                    note.get("replaces") or None,
                    {name for pairs in fields.values() for name, _ in pairs},
                )
                batch.rows = list(rows_below(grid, first, fields, batch))
                batches.append(batch)
    return batches


def read_sheets(path: Path) -> list[tuple[str, Grid]]:
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return [
            (s.title, [(n, [as_text(c) for c in row]) for n, row in enumerate(s.values, 1)])
            for s in book.worksheets
        ]
    if suffix == ".xls":
        old = python_calamine.CalamineWorkbook.from_path(str(path))
        return [
            (
                name,
                [
                    (n, [as_text(c) for c in row])
                    for n, row in enumerate(
                        old.get_sheet_by_name(name).to_python(skip_empty_area=False), 1
                    )
                ],
            )
            for name in old.sheet_names
        ]
    return [("", list(csv_rows(path.read_bytes(), "\t" if suffix == ".tsv" else ",")))]


def csv_rows(content: bytes, separator: str) -> Iterator[tuple[int, list[str | None]]]:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        if encoding == "utf-8-sig" and content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = content.decode("utf-16")
            break
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    start = 1
    for record in reader:
        yield start, [cell or None for cell in record]
        start = reader.line_num + 1


def as_text(cell: object) -> str | None:
    """What the cell shows, as far as an id, a day or a plain number is concerned."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        has_time = cell.time() != time()
        return cell.strftime("%Y-%m-%d %H:%M:%S" if has_time else "%Y-%m-%d")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{cell:.10f}".rstrip("0").rstrip(".")
    return str(cell)


def find_table(
    grid: Grid, ledgers: dict[str, Ledger]
) -> tuple[Ledger, str, int, dict[int, list[tuple[str, str]]]] | None:
    """(ledger, standard, index of the first data row, column -> [(field, title)]) or None."""
    best: tuple[int, int, Ledger, dict[int, tuple[str, str]]] | None = None
    lines = [[header_key(cell) for cell in cells] for _, cells in grid[: SEARCHED_ROWS + 1]]
    for i, upper in enumerate(lines[:SEARCHED_ROWS]):
        lower = lines[i + 1] if i + 1 < len(lines) else []
        known = set(upper) | set(lower)
        for ledger in ledgers.values():
            if known.isdisjoint(ledger.titles):
                continue
            for height in (1, 2):
                found: dict[int, tuple[str, str]] = {}
                for k in range(max(len(upper), len(lower))):
                    above = upper[k] if k < len(upper) else ""
                    below = lower[k] if height == 2 and k < len(lower) else ""
                    for title in (below, above) if height == 2 else (above,):
                        if title in ledger.titles:
                            found[k] = (ledger.titles[title], title)
                            break
                fields = {name for name, _ in found.values()}
                if len(fields & set(ledger.key_fields)) < ledger.key_minimum:
                    continue
                if best is None or len(fields) > best[0]:
                    best = (len(fields), i + height, ledger, found)
    if best is None:
        return None
    _, first, ledger, found = best
    titles = {title for _, title in found.values()}
    standard = max(ledger.markers, key=lambda s: len(titles & set(ledger.markers[s])))
    columns: dict[int, list[tuple[str, str]]] = {}
    taken: set[str] = set()
    for k, (name, title) in sorted(found.items()):
        if name in taken and title not in ledger.joined:
            continue  # a header written twice: the first column counts
        taken.add(name)
        columns[k] = [(name, title)]
    return ledger, standard, first, columns


def rows_below(
    grid: Grid, first: int, columns: dict[int, list[tuple[str, str]]], batch: Batch
) -> Iterator[Row]:
    for number, cells in grid[first:]:
        if all(cell is None or not cell.strip() for cell in cells):
            continue
        values: dict[str, str | None] = {}
        for k, pairs in columns.items():
            cell = cells[k] if k < len(cells) else None
            for name, _ in pairs:
                if values.get(name) and not blank(cell):
                    cell = f"{values[name]};{cell}"
                elif values.get(name):
                    cell = values[name]
                values[name] = cell
        yield Row(batch, number, values)
