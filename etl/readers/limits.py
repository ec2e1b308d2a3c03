"""Bounds on what is read, so that no file can exhaust the machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from etl.readers.model import UnreadableFile

_MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Upper bounds. Bytes are of the file, `unpacked_bytes` of a workbook's unpacked parts.

    `cells` bounds the rectangles from A1 to the last filled cell of all sheets together, which is
    what reading costs; `text_volume` the texts of all cells written out, in bytes; `text_lines` the
    lines of a text table. `zip_ratio` is unpacked ÷ packed of one part, asked only
    of parts over 10 MB: real sheets with many equal cells reach about 40. `span_cells` bounds what
    merged cells and links cover. `memory` and `seconds` bound reading in a process of its own.
    """

    workbook_bytes: int = 300 * _MB
    unpacked_bytes: int = 4096 * _MB
    text_bytes: int = 16 * 1024 * _MB
    cells: int = 50_000_000
    columns: int = 2_000
    zip_ratio: int = 200
    zip_parts: int = 10_000
    structure_bytes: int = 16 * _MB
    sheets: int = 500
    span_cells: int = 5_000_000
    text_volume: int = 1024 * _MB
    text_lines: int = 200_000_000
    line_bytes: int = 8 * _MB
    ragged: int = 100_000
    memory: int = 4096 * _MB
    seconds: int = 120


DEFAULT_LIMITS = Limits()


def check_size(path: Path, size: int, allowed: int) -> None:
    """Raise UnreadableFile if the file is larger than allowed."""
    if size > allowed:
        raise UnreadableFile(
            path.name,
            f"文件过大（{size / _MB:,.0f} MB，上限 {allowed / _MB:,.0f} MB）。"
            "请按月份或单位拆成几个文件，或另存为 CSV 后再报。",
        )


def check_extent(path: Path, sheet: str, rows: int, columns: int, limits: Limits) -> None:
    """Raise UnreadableFile if the rectangle of a sheet has too many columns or cells."""
    where = f"工作表“{sheet}”" if sheet else "文件"
    if columns > limits.columns:
        raise UnreadableFile(
            path.name,
            f"{where}有 {columns:,} 列，上限 {limits.columns:,} 列。"
            "请检查表格右侧远处是否有多余内容，删去这些列后再报。",
        )
    if rows * columns > limits.cells:
        raise UnreadableFile(
            path.name,
            f"{where}的范围到第 {rows:,} 行、第 {columns:,} 列，超过上限 {limits.cells:,} 格。"
            "请检查表格下方远处是否有多余内容，删去后再报；数据确实很多的，请拆分或另存为 CSV。",
        )


def check_total(path: Path, cells: int, limits: Limits) -> None:
    """Raise UnreadableFile if the rectangles of all sheets have too many cells together."""
    if cells > limits.cells:
        raise UnreadableFile(
            path.name,
            f"各工作表的范围合计 {cells:,} 格，上限 {limits.cells:,} 格。"
            "请删去无关的工作表和表格远处的多余内容，或拆成几个文件后再报。",
        )


def check_lines(path: Path, longest: int, lines: int, limits: Limits) -> None:
    """Raise UnreadableFile if a line is too long for a text table, or there are too many."""
    if longest > limits.line_bytes:
        raise UnreadableFile(
            path.name,
            f"有一行长达 {longest / _MB:,.0f} MB 以上（上限 {limits.line_bytes / _MB:,.0f} MB），"
            "不像数据表。请检查导出时是否缺少换行。",
        )
    if lines > limits.text_lines:
        raise UnreadableFile(
            path.name, f"有 {lines:,} 行，上限 {limits.text_lines:,} 行。请拆成几个文件后再报。"
        )


def check_record(path: Path, line: int, fields: int, limits: Limits) -> None:
    """Raise UnreadableFile if a record of a text table has too many fields."""
    if fields > limits.columns:
        raise UnreadableFile(
            path.name,
            f"第 {line} 行有 {fields:,} 列，上限 {limits.columns:,} 列。"
            "请检查该行的分隔符和换行，改正后再报。",
        )


def check_ragged(path: Path, rows: int, limits: Limits) -> None:
    """Raise UnreadableFile if so many records have another length that it is no table."""
    if rows > limits.ragged:
        raise UnreadableFile(
            path.name,
            f"有 {rows:,} 行的列数与多数行不同，上限 {limits.ragged:,} 行，各列无法对齐。"
            "请检查分隔符是否出现在内容里、各行是否来自不同的表，或用 Excel 另存为 .xlsx 后再报。",
        )
