"""Which encoding a text file has, and the same text as UTF-8."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from etl.readers.model import UnreadableFile

_CHUNK = 4 * 1024 * 1024
_SAMPLE = 64 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class TextShape:
    """What one pass over the UTF-8 text told, in bytes."""

    line_feeds: int
    lone_returns: int
    has_nul: bool
    has_blank_by_quote: bool
    ends_with_line_feed: bool

    @property
    def lines(self) -> int:
        """Physical lines, if no lone carriage return ends one."""
        return self.line_feeds + (not self.ends_with_line_feed)


def detect_encoding(path: Path) -> tuple[str, int]:
    """Return the encoding and the number of bytes of its byte order mark.

    By mark; else UTF-16 where the zero bytes of ASCII characters show it; else UTF-8 if the
    whole file is valid UTF-8; else GB18030 if it is valid GB18030. Raises UnreadableFile.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
        for mark, encoding in _BOMS:
            if sample.startswith(mark):
                # Some exporters write the mark twice.
                skip = len(mark) * (2 if sample.startswith(mark * 2) else 1)
                _require(path, file, encoding, skip)
                return encoding, skip
        if b"\0" in sample:
            encoding = _utf16_by_zeros(path, sample)
            _require(path, file, encoding, 0)
            return encoding, 0
        if _decodes(file, "utf-8", 0):
            return "utf-8", 0
        _require(path, file, "gb18030", 0)
        return "gb18030", 0


def _utf16_by_zeros(path: Path, sample: bytes) -> str:
    """Delimiters, digits and line ends are ASCII: their high byte is zero, on one side only."""
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    if max(low, high) < 4 * min(low, high) or max(low, high) * 200 < len(sample):
        raise UnreadableFile(
            path.name,
            "不是文本也不是 Excel 文件（可能已损坏，或被文档加密软件加密）。"
            "请解密后用 Excel 另存为 .xlsx 再报。",
        )
    return "utf-16-le" if high > low else "utf-16-be"


def _require(path: Path, file: BinaryIO, encoding: str, skip: int) -> None:
    if not _decodes(file, encoding, skip):
        raise UnreadableFile(
            path.name,
            f"文字编码无法识别（按 {encoding.upper()} 读取时遇到非法字节）。"
            "请用 Excel 另存为 .xlsx，或另存为“CSV UTF-8（逗号分隔）”后再报。",
        )


def _decodes(file: BinaryIO, encoding: str, skip: int) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    file.seek(skip)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def transcode(path: Path, encoding: str, skip: int, target: Path) -> None:
    """Write the text of `path` (after `skip` bytes) as UTF-8 without mark, chunk by chunk."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as source, target.open("wb") as sink:
        source.seek(skip)
        while chunk := source.read(_CHUNK):
            sink.write(decoder.decode(chunk).encode("utf-8"))
        sink.write(decoder.decode(b"", final=True).encode("utf-8"))


def shape_of(path: Path) -> TextShape:
    """Count line ends of a UTF-8 file."""
    feeds = returns = pairs = 0
    has_nul = has_blank_by_quote = False
    last = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            seam = last + chunk[:1]
            pairs += chunk.count(b"\r\n") + (seam == b"\r\n")
            has_nul = has_nul or b"\0" in chunk
            has_blank_by_quote = has_blank_by_quote or any(
                pair in chunk or seam == pair for pair in (b'" ', b' "')
            )
            last = chunk[-1:]
    return TextShape(feeds, returns - pairs, has_nul, has_blank_by_quote, last == b"\n")
