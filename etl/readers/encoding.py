"""Which encoding a text file has, and the same text as UTF-8."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from etl.readers.model import UnreadableFile

_CHUNK = 4 * 1024 * 1024
_SAMPLE = 64 * 1024
_SAVE_AS = "请用 Excel 另存为 .xlsx，或另存为“CSV UTF-8（逗号分隔）”后再报。"
_UTF7 = re.compile(rb"\+[A-Za-z0-9+/]{5,}(?=[-,;|\t\r]|$)")
# Six Chinese characters in UTF-8: in GB18030 these bytes are nine rare characters in a row.
_UTF8_RUN = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){6}")
_RUN_BYTES = 18
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
    longest_line: int = 0
    """To the chunk: exact where it is longer than one."""

    @property
    def lines(self) -> int:
        """Physical lines, if no lone carriage return ends one."""
        return self.line_feeds + (not self.ends_with_line_feed)


def detect_encoding(path: Path) -> tuple[str, int]:
    """Return the encoding and the number of bytes of its byte order mark.

    By mark; else UTF-16 where the zero bytes of ASCII characters show it; else UTF-8 if the
    whole file is valid UTF-8; else GB18030 if it is valid GB18030. Raises UnreadableFile, with the
    line where it can be told.
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
        fault = _first_fault(path, file, "utf-8", 0)
        if fault is None:
            _refuse_utf7(path, sample)
            return "utf-8", 0
        _refuse_mixture(path, file, fault)
        _require(path, file, "gb18030", 0)
        return "gb18030", 0


def _utf16_by_zeros(path: Path, sample: bytes) -> str:
    """Delimiters, digits and line ends are ASCII: their high byte is zero, on one side only."""
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    if (low + high) * 4 < len(sample) and _is_utf8(sample):
        raise _has_nul(path, sample.count(b"\n", 0, sample.index(0)) + 1)
    if max(low, high) < 4 * min(low, high) or max(low, high) * 200 < len(sample):
        raise UnreadableFile(
            path.name,
            "不是文本也不是 Excel 文件（可能已损坏，或被文档加密软件加密）。"
            "请解密后用 Excel 另存为 .xlsx 再报。",
        )
    return "utf-16-le" if high > low else "utf-16-be"


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_utf7(path: Path, sample: bytes) -> None:
    """Chinese in UTF-7 is ASCII to look at; nothing in it would be recognised."""
    line = sample.split(b"\n", 1)[0]
    if line.isascii() and len(_UTF7.findall(line)) > 1:
        raise UnreadableFile(path.name, f"文字编码是 UTF-7，不能读取。{_SAVE_AS}")


def _refuse_mixture(path: Path, file: BinaryIO, fault: int) -> None:
    """UTF-8 is valid GB18030 more often than not: a file of both would be read as nonsense."""
    file.seek(0)
    at, rest = 0, b""
    while chunk := file.read(_CHUNK):
        block = rest + chunk
        if found := _UTF8_RUN.search(block):
            here, there = _line_of(file, fault), _line_of(file, at + found.start())
            raise UnreadableFile(
                path.name,
                f"第 {here} 行的文字不是 UTF-8 编码，第 {there} 行却是：文件已损坏，"
                f"或由不同编码的文件拼成。请用 Excel 打开，核对乱码处后另存为 .xlsx 再报。",
            )
        rest = block[-_RUN_BYTES:]
        at += len(block) - len(rest)


def _require(path: Path, file: BinaryIO, encoding: str, skip: int) -> None:
    fault = _first_fault(path, file, encoding, skip)
    if fault is not None:
        where = "" if encoding.startswith("utf-16") else f"第 {_line_of(file, fault)} 行"
        raise UnreadableFile(
            path.name,
            f"文字编码无法识别（按 {encoding.upper()} 读取时{where}遇到非法字节）。{_SAVE_AS}",
        )


def _first_fault(path: Path, file: BinaryIO, encoding: str, skip: int) -> int | None:
    """Where the first byte stands that is not of this encoding. Raises UnreadableFile for NUL."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    file.seek(skip)
    at, lines = skip, 1
    while True:
        chunk = file.read(_CHUNK)
        held = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return at - held + error.start
        if "\0" in text:
            raise _has_nul(path, lines + text.count("\n", 0, text.index("\0")))
        if not chunk:
            return None
        lines += text.count("\n")
        at += len(chunk)


def _has_nul(path: Path, line: int) -> UnreadableFile:
    return UnreadableFile(
        path.name, f"第 {line} 行有空字符（NUL），文件可能已损坏或不是文本。{_SAVE_AS}"
    )


def _line_of(file: BinaryIO, offset: int) -> int:
    """Number of the physical line in which a byte stands."""
    file.seek(0)
    lines = 1
    while offset > 0 and (chunk := file.read(min(_CHUNK, offset))):
        lines += chunk.count(b"\n")
        offset -= len(chunk)
    return lines


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
    longest = line = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            line = line + len(chunk) if end < 0 else len(chunk) - end - 1
            longest = max(longest, line)
            feeds += chunk.count(b"\n")
            seam = last + chunk[:1]
            pairs += seam == b"\r\n"
            # One byte is sought ten times faster than two.
            if b"\r" in chunk:
                returns += chunk.count(b"\r")
                pairs += chunk.count(b"\r\n")
            has_nul = has_nul or b"\0" in chunk
            has_blank_by_quote = has_blank_by_quote or any(
                seam == pair or (b'"' in chunk and pair in chunk) for pair in (b'" ', b' "')
            )
            last = chunk[-1:]
    return TextShape(feeds, returns - pairs, has_nul, has_blank_by_quote, last == b"\n", longest)
