"""Writing the tables of a package: a workbook whose cells are all texts, and the same as CSV."""

from __future__ import annotations

import csv
from datetime import date, datetime, time
from pathlib import Path

import polars as pl
import xlsxwriter

from etl.formula_text import is_dangerous, marked
from warehouse import files
from warehouse.marks import NOTE_COLUMN, SAMPLE_MARK

SHEET_ROWS = 1_000_000
"""Rows on one sheet; Excel ends at 1,048,576."""

_PRIVATE = 0o600
_WIDTH = 18


def with_mark(frame: pl.DataFrame, *, is_sample: bool) -> pl.DataFrame:
    """The frame, with a column at its end that says so where the data are a sample."""
    if not is_sample:
        return frame
    return frame.with_columns(pl.lit(SAMPLE_MARK).alias(NOTE_COLUMN))


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """UTF-8 with BOM, CRLF, as Excel writes it; texts that it would run are marked."""
    safe = frame.with_columns(marked(pl.col(name)).alias(name) for name in frame.columns)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(safe.columns)
        writer.writerows(safe.iter_rows())
    _finish(path)


def write_workbook(frame: pl.DataFrame, path: Path, sheet_name: str, day: date) -> None:
    """A sheet (several beyond `SHEET_ROWS`) with the header in its first row, every cell a text.

    Nothing can become a formula, a number or a link; what looks like a formula is marked as a text
    the way Excel does it, outside the cell's value. `day` stands in the file as the one on which it
    was made, so that the same rows give the same bytes.
    """
    options = {
        "constant_memory": True,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime.combine(day, time())})
        plain = book.add_format({"num_format": "@"})
        quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        head = book.add_format({"num_format": "@", "bold": True, "text_wrap": True})
        count = max(1, -(-frame.height // SHEET_ROWS))
        for number in range(count):
            name = sheet_name if number == 0 else f"{sheet_name}（{number + 1}）"
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(frame.columns) - 1, _WIDTH, plain)
            for position, title in enumerate(frame.columns):
                sheet.write_string(0, position, title, head)
            part = frame.slice(number * SHEET_ROWS, SHEET_ROWS)
            for row, texts in enumerate(part.iter_rows(), start=1):
                for position, text in enumerate(texts):
                    if text:
                        form = quoted if is_dangerous(text) else plain
                        sheet.write_string(row, position, text, form)
    _finish(path)


def write_text(text: str, path: Path) -> None:
    """A text file for people: UTF-8 with BOM, CRLF, so that every Windows editor shows it."""
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode("utf-8"))
    _finish(path)


def _finish(path: Path) -> None:
    """Only the owner may read a package, and it is on disk."""
    path.chmod(_PRIVATE)
    files.sync_file(path)
