"""Changing XML in passing: what is not named is copied to the byte.

A sheet of a workbook may be hundreds of megabytes and hold what no library knows. So it is never
taken apart: an XML parser tells where the elements stand, and bytes are put in or left out there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

_CHUNK = 1 << 20
Attributes = dict[str, str]
Write = Callable[[bytes], object]


class Irregular(Exception):  # noqa: N818 - not an error of anybody: the file goes another way
    """A part that cannot be changed in passing (no UTF-8, a document type, a missing element)."""


class Splicer:
    """Copies one XML part, changed by the hooks `on_start` and `on_end` of a subclass.

    In a hook the element's place is known: `here` is the byte of its tag, `tag_end` the byte behind
    it (start hook only). Edits are given in ascending order.
    """

    def __init__(self) -> None:
        self.prefix = b""
        """The namespace prefix of the root with its colon, for elements put in."""
        self._buffer = bytearray()
        self._base = 0
        self._edits: list[tuple[int, int, bytes]] = []
        self._held: int | None = None
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = False
        self._parser.ordered_attributes = False
        self._parser.StartElementHandler = self._start_root
        self._parser.EndElementHandler = self._tell_end
        self._parser.StartDoctypeDeclHandler = _refuse
        self._parser.XmlDeclHandler = _declared

    def on_start(self, name: str, attributes: Attributes) -> None:
        """An element begins; its name has no prefix."""

    def on_end(self, name: str) -> None:
        """An element ends; `here` is the byte of its end tag (of what follows if it was empty)."""

    @property
    def here(self) -> int:
        """The byte of the event."""
        return self._parser.CurrentByteIndex

    def run(self, source: IO[bytes], write: Write) -> None:
        """Copy `source`. Raises Irregular; expat.ExpatError where it is no XML."""
        first = source.read(_CHUNK)
        if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise Irregular("UTF-16")
        chunk = first
        while chunk:
            self._buffer += chunk
            self._parser.Parse(chunk, False)
            self._flush(write, self._safe())
            chunk = source.read(_CHUNK)
        self._parser.Parse(b"", True)
        self._flush(write, self._base + len(self._buffer))

    def tag(self) -> bytes:
        """The start tag of the element that begins here."""
        start = self.here - self._base
        return bytes(self._buffer[start : self._buffer.index(b">", start) + 1])

    def end_of_tag(self) -> int:
        """The byte behind the tag that begins here."""
        return self._base + self._buffer.index(b">", self.here - self._base) + 1

    def is_empty(self, tag_start: int) -> bool:
        """Whether the tag at this byte (still held) is an empty element."""
        end = self._buffer.index(b">", tag_start - self._base)
        return self._buffer[end - 1 : end] == b"/"

    def insert(self, at: int, content: bytes) -> None:
        """Put bytes in."""
        self._edits.append((at, at, content))

    def replace(self, start: int, end: int, content: bytes) -> None:
        """Put bytes in the place of others."""
        self._edits.append((start, end, content))

    def hold(self, at: int) -> None:
        """Keep everything from this byte on until `release`: it may still be replaced."""
        self._held = at

    def release(self) -> None:
        """Nothing is held any longer."""
        self._held = None

    def _safe(self) -> int:
        # The tag of the last event may not have been read to its end.
        last = self._parser.CurrentByteIndex
        return max(self._base, last if self._held is None else min(last, self._held))

    def _flush(self, write: Write, until: int) -> None:
        position = self._base
        for start, end, content in self._edits:
            write(bytes(self._buffer[position - self._base : start - self._base]))
            write(content)
            position = end
        self._edits.clear()
        until = max(until, position)
        write(bytes(self._buffer[position - self._base : until - self._base]))
        del self._buffer[: until - self._base]
        self._base = until

    def _start_root(self, name: str, attributes: Attributes) -> None:
        prefix, colon, _ = name.rpartition(":")
        self.prefix = (prefix + colon).encode()
        self._parser.StartElementHandler = self._tell_start
        self._tell_start(name, attributes)

    def _tell_start(self, name: str, attributes: Attributes) -> None:
        self.on_start(name.rpartition(":")[2], attributes)

    def _tell_end(self, name: str) -> None:
        self.on_end(name.rpartition(":")[2])


def _refuse(*_: object) -> None:
    raise Irregular("DOCTYPE")


def _declared(_: str, encoding: str | None, __: int) -> None:
    if encoding and encoding.lower() not in ("utf-8", "us-ascii", "ascii"):
        raise Irregular(encoding)
