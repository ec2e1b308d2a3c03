"""Writes files so that the same story gives the same bytes.

Workbooks carry a fixed creation date and zip entries without clock times; only the compressor's
version may change their packed bytes, never the parts inside.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt  # type: ignore[import-untyped]

from .model import OutFile

CREATED = datetime(2022, 1, 1)


def write(file: OutFile, target: Path) -> None:
    """Write one file in the format of its ending."""
    if target.suffix == ".csv":
        target.write_bytes(_csv_bytes(file))
    elif target.suffix == ".xls":
        _write_xls(file, target)
    else:
        _write_xlsx(file, target)


def _write_xlsx(file: OutFile, target: Path) -> None:
    with xlsxwriter.Workbook(str(target)) as book:
        book.set_properties({"author": file.department, "created": CREATED})
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy/m/d"})
        moment = book.add_format({"num_format": "yyyy/m/d hh:mm:ss"})
        for sheet in file.sheets:
            page = book.add_worksheet(sheet.name)
            first_row = sheet.rows[0][0] if sheet.rows else len(sheet.grid) + 1
            for r, cells in enumerate(sheet.grid):
                for c, value in enumerate(cells):
                    if isinstance(value, datetime):
                        page.write_datetime(r, c, value, moment)
                    elif isinstance(value, date):
                        page.write_datetime(r, c, datetime.combine(value, time()), day)
                    elif isinstance(value, int | float):
                        page.write_number(r, c, value)
                    elif value is not None:
                        page.write_string(r, c, value, bold if r + 1 < first_row else None)
            for top, left, bottom, right in sheet.merges:
                page.merge_range(top, left, bottom, right, sheet.grid[top][left], bold)
            for number in sorted(sheet.hidden):
                page.set_row(number - 1, None, None, {"hidden": True})


def _write_xls(file: OutFile, target: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy/m/d")
    moment = xlwt.easyxf(num_format_str="yyyy/m/d h:mm:ss")
    for sheet in file.sheets:
        page = book.add_sheet(sheet.name)
        for r, cells in enumerate(sheet.grid):
            for c, value in enumerate(cells):
                if isinstance(value, datetime):
                    page.write(r, c, value, moment)
                elif isinstance(value, date):
                    page.write(r, c, value, day)
                elif value is not None:
                    page.write(r, c, value)
    book.save(str(target))


def _csv_bytes(file: OutFile) -> bytes:
    sheet = file.sheets[0]
    ragged = {number: row.ragged for number, row in sheet.rows if row.ragged}
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    lines = 0
    renumbered = []
    known = dict(sheet.rows)
    for number, cells in enumerate(sheet.grid, start=1):
        texts = ["" if v is None else _number_text(v) for v in cells]
        extra = ragged.get(number, 0)
        if extra < 0:
            texts = texts[:extra]
        elif extra > 0:
            texts += ["见附件"] * extra
        if number in known:
            renumbered.append((lines + 1, known[number]))
        before = out.tell()
        writer.writerow(texts)
        lines += out.getvalue()[before:].count("\n")
    sheet.rows = renumbered
    return out.getvalue().encode(file.encoding)


def _number_text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value)


def write_table(target: Path, header: list[str], rows: list[list[Any]]) -> None:
    """A small table of our own: UTF-8, one line per row."""
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
