"""A plain workbook of a file that is none (CSV), or none that can be marked as it is (.xls)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from etl.check_result import SheetLayout
from etl.readers import RawSheet, read_file
from etl.workbook.marks import shortened

SHEET_NAME = "数据"
MAX_ROWS = 1_048_576
_CELL = 32_767
_NAME = 31
_WIDTH = 16


class TooManyRows(Exception):  # noqa: N818
    """A table longer than a sheet of Excel can be."""


def write_plain(source: Path, layouts: Sequence[SheetLayout], target: Path) -> dict[str, str]:
    """Write every cell of the file, as text, where the check says it stands; gives the name of
    each sheet in the workbook. Raises TooManyRows."""
    headers = {layout.sheet: layout.header_row for layout in layouts}
    names: dict[str, str] = {}
    with xlsxwriter.Workbook(
        str(target), {"constant_memory": True, "strings_to_formulas": False}
    ) as book:
        text = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        for sheet in read_file(source):
            names[sheet.name] = _sheet_name(sheet.name, names.values())
            page = book.add_worksheet(names[sheet.name])
            if sheet.rows.is_empty():
                continue
            if int(sheet.rows["row_number"].max()) > MAX_ROWS:  # type: ignore[arg-type]
                raise TooManyRows
            page.set_column(0, max(sheet.width - 1, 0), _WIDTH)
            _write_rows(page, sheet, headers.get(sheet.name), text, head)
    return names


def _sheet_name(name: str, taken: Iterable[str]) -> str:
    """A name that Excel takes, near the one that the file has."""
    kept = "".join("_" if c in "[]:*?/\\" or not c.isprintable() else c for c in name).strip("' ")
    used = {other.lower() for other in taken}
    numbered = (kept[:_NAME], *(f"{kept[: _NAME - 5]} ({n})" for n in range(2, 999)))
    return next(n for n in numbered if n.lower() not in used) if kept else SHEET_NAME


def _write_rows(
    page: xlsxwriter.worksheet.Worksheet,
    sheet: RawSheet,
    header_row: int | None,
    text: xlsxwriter.format.Format,
    head: xlsxwriter.format.Format,
) -> None:
    for row, *cells in sheet.rows.iter_rows():
        style = head if row == header_row else text
        for column, cell in enumerate(cells):
            if cell is not None:
                page.write_string(row - 1, column, shortened(cell, _CELL), style)
