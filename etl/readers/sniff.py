"""Which kind of file it is, by content: extensions lie."""

from __future__ import annotations

import mmap
import zipfile
from pathlib import Path
from typing import Literal

from etl.readers.archive import check_directory
from etl.readers.limits import DEFAULT_LIMITS, Limits, check_size
from etl.readers.model import UnreadableFile

Kind = Literal["xlsx", "xls", "text"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_BIFF_WITHOUT_OLE = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为 .xlsx 后再报。"
_FOREIGN = {
    b"%PDF": "PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"Rar!": "RAR 压缩包",
    b"7z\xbc\xaf": "7z 压缩包",
    b"\x1f\x8b": "gzip 压缩包",
    b"{\\rtf": "RTF 文档",
    b"SQLite": "数据库文件",
    b"PAR1": "Parquet 文件",
    b"\x7fELF": "程序文件",
    b"MIME-Version:": "单个文件网页（.mht）",
}


def kind_of(path: Path, limits: Limits = DEFAULT_LIMITS) -> Kind:
    """Say how to read a file. Raises UnreadableFile for every kind that is not read."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise UnreadableFile(path.name, "文件是空的（0 字节）。请确认导出成功后重新报送。")
    if head.startswith(_ZIP):
        check_directory(path, limits)
        return _kind_of_zip(path)
    if head.startswith(_OLE):
        check_size(path, path.stat().st_size, limits.workbook_bytes)
        return _kind_of_ole(path)
    if head.startswith(b"MZ") and b"\0" in head:
        raise UnreadableFile(path.name, "这是程序文件（.exe），不是数据表。请不要打开它。")
    if head.startswith(_BIFF_WITHOUT_OLE):
        raise UnreadableFile(path.name, f"是 Excel 4.0 或更早的格式。{_SAVE_AS}")
    for magic, title in _FOREIGN.items():
        if head.startswith(magic):
            raise UnreadableFile(
                path.name, f"这是{title}，不是数据表。请报送 Excel（.xlsx、.xls）或 CSV 文件。"
            )
    _refuse_markup(path, head)
    return "text"


def _refuse_markup(path: Path, head: bytes) -> None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:512].lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<style")):
        raise UnreadableFile(path.name, f"内容是网页（HTML），只是扩展名像表格。{_SAVE_AS}")
    if start.startswith(b"<?xml"):
        raise UnreadableFile(path.name, f"内容是 XML，不是数据表。{_SAVE_AS}")


def _kind_of_zip(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableFile(
            path.name, f"文件已损坏，打不开（压缩结构不完整）。请重新导出或重新传输。{_SAVE_AS}"
        ) from error
    lowered = {name.lower().replace("\\", "/") for name in names}
    if "xl/workbook.xml" in lowered:
        return "xlsx"
    if "xl/workbook.bin" in lowered:
        raise UnreadableFile(path.name, f"是 Excel 二进制工作簿（.xlsb）。{_SAVE_AS}")
    if "word/document.xml" in lowered:
        raise UnreadableFile(path.name, "这是 Word 文档，不是数据表。请按模板填成 Excel 后再报。")
    if "content.xml" in lowered:
        raise UnreadableFile(path.name, f"是 OpenDocument 表格（.ods）。{_SAVE_AS}")
    raise UnreadableFile(path.name, "这是压缩包。请解压后报送其中的表格文件。")


def _kind_of_ole(path: Path) -> Kind:
    def has(name: str) -> bool:
        return data.find(name.encode("utf-16-le")) >= 0

    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if has("EncryptedPackage") or has("EncryptionInfo"):
            raise encrypted(path)
        if has("Workbook") or has("Book"):
            return "xls"
    raise UnreadableFile(
        path.name, "不是 Excel 工作簿（可能是旧版 Word 或邮件）。请按模板填成 Excel 后再报。"
    )


def has_macros(path: Path) -> bool:
    """Whether an old workbook carries a macro project."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return data.find("_VBA_PROJECT".encode("utf-16-le")) >= 0


def encrypted(path: Path) -> UnreadableFile:
    """The refusal of a workbook with a password."""
    return UnreadableFile(
        path.name,
        "文件设有打开密码，无法读取。请在 Excel 中取消密码（文件—信息—保护工作簿）后另存再报。",
    )
