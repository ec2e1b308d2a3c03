"""Bounds on what is read, so that no file can exhaust the machine."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from etl.readers.model import UnreadableFile

_MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Upper bounds. Bytes are of the file, `unpacked_bytes` of a workbook's unpacked parts.

    `cells` bounds the rectangle from A1 to the last filled cell, which is what reading costs.
    `zip_ratio` is unpacked ÷ packed of one part, asked only of parts over 10 MB: real sheets with
    many equal cells reach about 40.
    """

    workbook_bytes: int = 300 * _MB
    unpacked_bytes: int = 4096 * _MB
    text_bytes: int = 16 * 1024 * _MB
    cells: int = 50_000_000
    columns: int = 2_000
    zip_ratio: int = 200
    zip_parts: int = 10_000


DEFAULT_LIMITS = Limits()
_RATIO_FROM = 10 * _MB


def check_size(path: Path, size: int, allowed: int) -> None:
    """Raise UnreadableFile if the file is larger than allowed."""
    if size > allowed:
        raise UnreadableFile(
            path.name,
            f"文件过大（{size / _MB:,.0f} MB，上限 {allowed / _MB:,.0f} MB）。"
            "请按月份或单位拆成几个文件，或另存为 CSV 后再报。",
        )


def check_archive(path: Path, archive: zipfile.ZipFile, limits: Limits) -> None:
    """Raise UnreadableFile if unpacking would be too much; asks the directory, unpacks nothing."""
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if total > limits.unpacked_bytes or len(parts) > limits.zip_parts:
        raise UnreadableFile(
            path.name,
            f"工作簿解压后过大（{total / _MB:,.0f} MB，{len(parts):,} 个部件）。"
            "请删去图片和无关工作表，或拆成几个文件后再报。",
        )
    for part in parts:
        if part.file_size > _RATIO_FROM and part.file_size > limits.zip_ratio * max(
            part.compress_size, 1
        ):
            raise UnreadableFile(
                path.name,
                "工作簿的压缩比异常，疑似恶意文件，未打开。"
                "请用 Excel 打开原表，将内容复制到新工作簿后另存。",
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
