"""The zip container of a workbook, looked at before anything unpacks it.

Numbers in it are claims: a directory may name millions of parts, a part may unpack to more than it
says, two parts may bear one name, so that two programs read two different workbooks.
"""

from __future__ import annotations

import copy
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from etl.readers.limits import Limits, check_size
from etl.readers.model import UnreadableFile

_CHUNK = 2 * 1024 * 1024
# The end record and the longest comment that may follow it, and the two records of ZIP64.
_TAIL = 22 + 65_535 + 20 + 56
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x06"
# What one entry of the directory takes with a long name and extra fields.
_ENTRY_BYTES = 512
_RATIO_FROM = 10 * 1024 * 1024
_MB = 1024 * 1024
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_\-./\[\] ()]+")

SUSPECT = "疑似恶意文件，未打开。请用 Excel 打开原表，将内容复制到新工作簿后另存。"


def check_directory(path: Path, limits: Limits) -> None:
    """Raise UnreadableFile if the file or its directory of parts is too large to be read at all."""
    size = path.stat().st_size
    check_size(path, size, limits.workbook_bytes)
    ends, ends_64 = _ends(path, size)
    claimed = [struct.unpack_from("<I", end, 12)[0] for end in ends if len(end) >= 16]
    claimed = [c for c in claimed if c != 0xFFFFFFFF]
    claimed += [struct.unpack_from("<Q", end, 40)[0] for end in ends_64 if len(end) >= 48]
    if max(claimed, default=0) > limits.zip_parts * _ENTRY_BYTES:
        raise UnreadableFile(
            path.name, f"工作簿的部件目录过大（上限 {limits.zip_parts:,} 个部件），{SUSPECT}"
        )


def check_archive(path: Path, archive: zipfile.ZipFile, limits: Limits) -> None:
    """Raise UnreadableFile if unpacking would be too much; asks the directory, unpacks nothing."""
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    if total > limits.unpacked_bytes or len(parts) > limits.zip_parts:
        raise UnreadableFile(
            path.name,
            f"工作簿解压后过大（{total / _MB:,.0f} MB，{len(parts):,} 个部件；上限 "
            f"{limits.unpacked_bytes / _MB:,.0f} MB，{limits.zip_parts:,} 个部件）。"
            "请删去图片和无关工作表，或拆成几个文件后再报。",
        )
    for part in parts:
        if part.file_size > _RATIO_FROM and part.file_size > limits.zip_ratio * max(
            part.compress_size, 1
        ):
            raise UnreadableFile(path.name, f"工作簿的压缩比异常，{SUSPECT}")
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFile(path.name, f"工作簿用了少见的压缩方法，{SUSPECT}")
    if len({_key(part.filename) for part in parts}) < len(parts):
        raise UnreadableFile(path.name, f"工作簿里有同名的部件，{SUSPECT}")


def is_plain(path: Path, archive: zipfile.ZipFile) -> bool:
    """Whether every program finds the same parts in it: one directory, plain names."""
    ends, ends_64 = _ends(path, path.stat().st_size)
    names = archive.namelist()
    return len(ends) == 1 and len(ends_64) <= 1 and all(map(_PLAIN_NAME.fullmatch, names))


def find_part(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    """A part by its name; programs do not agree on the case of names, so none counts."""
    wanted = _key(name)
    return next((part for part in archive.infolist() if _key(part.filename) == wanted), None)


def unpack(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part, chunk by chunk. Raises UnreadableFile if it is more than was said."""
    # Told its true size, the library would stop there, where other programs go on.
    endless = copy.copy(part)
    endless.file_size = 1 << 62
    endless.CRC = None  # type: ignore[assignment]
    seen = 0
    with archive.open(endless) as file:
        while chunk := file.read(_CHUNK):
            seen += len(chunk)
            if seen > part.file_size:
                raise UnreadableFile(path.name, f"工作簿部件的实际大小与标明的不符，{SUSPECT}")
            yield chunk


def _key(name: str) -> str:
    return name.lower().replace("\\", "/").lstrip("/")


def _ends(path: Path, size: int) -> tuple[list[bytes], list[bytes]]:
    """What at the end of the file may be taken for an end record, and for a ZIP64 one."""
    with path.open("rb") as file:
        file.seek(max(size - _TAIL, 0))
        tail = file.read()
    return _after(tail, _END, 22), _after(tail, _END_64, 56)


def _after(tail: bytes, mark: bytes, length: int) -> list[bytes]:
    return [tail[m.start() : m.start() + length] for m in re.finditer(re.escape(mark), tail)]
