"""Files as departments send them, written for tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

from warehouse.contracts import Contract, load_contracts

Cells = Sequence[Sequence[Any]]


def titles(ledger: str) -> list[str]:
    """The headers of the national layout, without the extension columns."""
    return [c.title for c in load_contracts()[ledger].columns if not c.is_extension]


def record(contract: Contract, headers: Sequence[str], number: int) -> list[str]:
    """A filled row; every cell is different, so that a swapped one is noticed."""
    row = []
    for k, header in enumerate(headers):
        column = contract.column_of(header)
        row.append(f"{column.field if column else header}·{number}·{k}")
    return row


def write_xlsx(path: Path, sheets: Mapping[str, Cells], hidden_rows: Sequence[int] = ()) -> Path:
    """A workbook with each sheet's cells from A1 on; None leaves a cell out."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for r, cells in enumerate(rows, start=1):
            for c, value in enumerate(cells, start=1):
                if value is not None:
                    sheet.cell(r, c, value)
        for row in hidden_rows:
            sheet.row_dimensions[row].hidden = True
    book.save(path)
    return path


def write_xls(path: Path, sheets: Mapping[str, Cells]) -> Path:
    """An Excel 97 workbook with each sheet's cells from A1 on; None leaves a cell out."""
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for r, cells in enumerate(rows):
            for c, value in enumerate(cells):
                if value is not None:
                    sheet.write(r, c, value)
    book.save(str(path))
    return path


def csv_text(rows: Cells, delimiter: str = ",") -> str:
    """Rows as CSV text, quoted only where needed."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def write_bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
