"""Workbooks (.xlsx, .xlsm, .xls): every sheet as text at its true row and column.

Macros are never run: only stored values are read. A formula gives its stored result.
"""

from __future__ import annotations

import datetime as dt
import itertools
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from etl.readers.apart import read_apart
from etl.readers.limits import DEFAULT_LIMITS, Limits, check_extent, check_size
from etl.readers.model import LostCell, RawSheet, UnreadableFile, column_name, without_blank
from etl.readers.sniff import Kind, encrypted, has_macros, kind_of
from etl.readers.worksheet import Extent, Look, look_into

_BLOCK_CELLS = 250_000
# Excel keeps 15 significant digits.
_EXACT_BELOW = 1e15


def read_workbook(path: Path, kind: Kind, limits: Limits) -> list[RawSheet]:
    """Read all worksheets, hidden ones too, in the order of the workbook; charts are left out.

    Raises UnreadableFile: broken, with a password, too large, nothing in it.
    """
    check_size(path, path.stat().st_size, limits.workbook_bytes)
    look = _look(path, limits) if kind == "xlsx" else Look(is_plain=False)
    sheets = (
        read_here(path, kind, limits, look) if look.is_plain else read_apart(path, kind, limits)
    )
    if all(sheet.rows.is_empty() for sheet in sheets):
        raise UnreadableFile(path.name, "工作簿里没有任何数据。请确认导出成功后重新报送。")
    return sheets


def check_workbook(path: Path, limits: Limits = DEFAULT_LIMITS) -> Look:
    """Whether an .xlsx may be opened by a program at all: everything that reading asks before.

    Whoever opens a workbook of others by another library asks this first. Raises UnreadableFile.
    """
    if kind_of(path) != "xlsx":
        raise UnreadableFile(path.name, "不是 .xlsx 工作簿。")
    check_size(path, path.stat().st_size, limits.workbook_bytes)
    return _look(path, limits)


def read_here(path: Path, kind: Kind, limits: Limits, look: Look | None = None) -> list[RawSheet]:
    """Read a workbook in this process; `look` if it was looked into already."""
    with _as_unreadable(path):
        if look is None:
            look = look_into(path, limits) if kind == "xlsx" else Look(has_macros=has_macros(path))
        with path.open("rb") as file:
            return _read_sheets(path, CalamineWorkbook.from_filelike(file), look, limits)


def _look(path: Path, limits: Limits) -> Look:
    with _as_unreadable(path):
        return look_into(path, limits)


@contextmanager
def _as_unreadable(path: Path) -> Iterator[None]:
    """Whatever is wrong with the file is told as UnreadableFile."""
    try:
        yield
    except PasswordError as error:
        raise encrypted(path) from error
    except (
        CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        ElementTree.ParseError,
        LookupError,
        EOFError,
        ValueError,
        ArithmeticError,
        RuntimeError,
    ) as error:
        raise _broken(path) from error
    except UnreadableFile:
        raise
    except BaseException as error:
        # A panic of the workbook library is not an Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise _broken(path) from error


def _broken(path: Path) -> UnreadableFile:
    return UnreadableFile(
        path.name, "工作簿已损坏，打不开。请用 Excel 或 WPS 打开并另存为 .xlsx；仍不行请重新导出。"
    )


def _read_sheets(
    path: Path, workbook: CalamineWorkbook, look: Look, limits: Limits
) -> list[RawSheet]:
    sheets = []
    for meta in workbook.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(meta.name)
        if sheet.end is not None:
            check_extent(path, meta.name, sheet.end[0] + 1, sheet.end[1] + 1, limits)
        hidden = meta.visible != SheetVisibleEnum.Visible
        raw = _read_sheet(sheet, hidden, look.sheets.get(meta.name, Extent()))
        sheets.append(replace(raw, remarks=look.remarks(meta.name)))
    return sheets


def _read_sheet(sheet: CalamineSheet, hidden: bool, extent: Extent) -> RawSheet:
    if sheet.start is None:
        return RawSheet(sheet.name, pl.DataFrame(schema={"row_number": pl.Int64}), hidden)
    # The library gives rows from row 1 of the sheet on, but cells from the first filled column on.
    left, rows = sheet.start[1], sheet.iter_rows()
    blank = [pl.lit(None, dtype=pl.Utf8).alias(column_name(k)) for k in range(left)]
    blocks: list[pl.DataFrame] = []
    lost: list[LostCell] = []
    first = 1
    size = max(_BLOCK_CELLS // max(sheet.width, 1), 1)
    while block := list(itertools.islice(rows, size)):
        series = [pl.Series("row_number", range(first, first + len(block)), dtype=pl.Int64)]
        for k, cells in enumerate(zip(*block, strict=True), start=left):
            texts = _column_texts(cells, k, first, lost)
            errors = extent.errors.get(k)
            if errors:
                texts = [errors.get(row, text) for row, text in enumerate(texts, start=first)]
            series.append(pl.Series(column_name(k), texts, dtype=pl.Utf8))
        blocks.append(without_blank(pl.DataFrame(series)))
        first += len(block)
    frame = pl.concat(blocks)
    frame = frame.select("row_number", *blank, pl.exclude("row_number"))
    return RawSheet(sheet.name, frame, hidden, tuple(sorted(lost, key=lambda c: (c.row, c.column))))


def _column_texts(
    cells: Sequence[object], column: int, first_row: int, lost: list[LostCell]
) -> Sequence[str]:
    """Texts of a part of one column; lost numbers are added to `lost`."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        return cast("Sequence[str]", cells)
    texts = list(map(cell_text, cells))
    if kinds & {int, float}:
        lost += [
            LostCell(first_row + i, column, texts[i]) for i, c in enumerate(cells) if is_lost(c)
        ]
    return texts


def cell_text(value: object) -> str:
    """Return a cell as text, "" if empty.

    Text as it is; dates ISO, with the time where there is one; numbers in plain notation with
    the 15 significant digits that Excel has; TRUE or FALSE.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, dt.datetime):
        return _datetime_text(value)
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)


def is_lost(value: object) -> bool:
    """Whether a cell is a number with more digits than Excel keeps."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) >= _EXACT_BELOW


def _number_text(value: float) -> str:
    if abs(value) < _EXACT_BELOW and value == int(value):
        return str(int(value))
    return format(Decimal(format(value, ".15g")), "f")


def _datetime_text(value: dt.datetime) -> str:
    # The time is a fraction of a day in binary: 08:30:00 may come as 08:29:59.999.
    whole = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    return str(whole.date()) if whole.time() == dt.time() else str(whole)
