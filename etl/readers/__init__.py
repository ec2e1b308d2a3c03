"""Readers: a file as sheets of text, with the rows and columns that Excel shows."""

from __future__ import annotations

from pathlib import Path

from etl.readers.delimited import read_delimited
from etl.readers.excel import read_workbook
from etl.readers.limits import DEFAULT_LIMITS, Limits
from etl.readers.model import (
    READER_VERSION,
    LostCell,
    RaggedRow,
    RawSheet,
    UnreadableFile,
    column_name,
)
from etl.readers.sniff import kind_of
from etl.readers.worksheet import column_letters

__all__ = [
    "DEFAULT_LIMITS",
    "READER_VERSION",
    "Limits",
    "LostCell",
    "RaggedRow",
    "RawSheet",
    "UnreadableFile",
    "column_letters",
    "column_name",
    "read_file",
]


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> list[RawSheet]:
    """Return all sheets of an .xlsx, .xlsm, .xls or text table; the content says which it is.

    Raises UnreadableFile, in Chinese with how to mend it, whatever is wrong with the file.
    """
    try:
        if path.is_dir():
            raise UnreadableFile(
                path.resolve().name, "这是文件夹，不是文件。请给出文件夹里的表格文件。"
            )
        kind = kind_of(path)
        if kind == "text":
            return [read_delimited(path, limits)]
        return read_workbook(path, kind, limits)
    except FileNotFoundError as error:
        raise UnreadableFile(path.name, "文件不存在。请检查路径和文件名是否写对。") from error
    except PermissionError as error:
        raise UnreadableFile(
            path.name, "没有读取权限，或文件正被其他程序占用。请关闭文件或调整权限后再试。"
        ) from error
    except OSError as error:
        raise UnreadableFile(
            path.name, f"读取失败（{error.strerror or '输入输出错误'}）。请复制到本机磁盘后再试。"
        ) from error
    except MemoryError as error:
        raise UnreadableFile(
            path.name, "内存不足，读不完这个文件。请拆成几个文件后再报。"
        ) from error
