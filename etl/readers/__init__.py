"""Readers: a file as sheets of text, with the rows and columns that Excel shows."""

from __future__ import annotations

from pathlib import Path

from etl.readers.columns import column_index, column_letters
from etl.readers.delimited import read_delimited
from etl.readers.excel import check_workbook, read_workbook
from etl.readers.limits import DEFAULT_LIMITS, Limits
from etl.readers.model import (
    READER_VERSION,
    LostCell,
    RaggedRow,
    RawSheet,
    Remark,
    UnreadableFile,
    column_name,
    shown_name,
)
from etl.readers.names import steady
from etl.readers.sniff import kind_of

__all__ = [
    "DEFAULT_LIMITS",
    "READER_VERSION",
    "Limits",
    "LostCell",
    "RaggedRow",
    "RawSheet",
    "Remark",
    "UnreadableFile",
    "check_workbook",
    "column_index",
    "column_letters",
    "column_name",
    "read_file",
    "shown_name",
    "steady",
]


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> list[RawSheet]:
    """Return all sheets of an .xlsx, .xlsm, .xls or text table; the content says which it is.

    Raises UnreadableFile, in Chinese with how to mend it, whatever is wrong with the file.
    """
    with steady(path):
        kind = kind_of(path, limits)
        if kind == "text":
            return [read_delimited(path, limits)]
        return read_workbook(path, kind, limits)
