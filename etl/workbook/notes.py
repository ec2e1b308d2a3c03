"""The notes on failing cells, and the boxes in which Excel shows them (VML)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from etl.readers import column_index, column_letters
from etl.workbook.marks import CellMark, SheetMarks
from etl.workbook.sheet import xml_text
from etl.workbook.splice import Attributes, Irregular, Splicer, Write

AUTHOR = "城市信用建设监测台"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHAPE = re.compile(rb"<(\w+):shape\b.*?</\1:shape>", re.DOTALL)
_ROW = re.compile(rb"<\w+:Row>\s*(\d+)\s*</")
_COLUMN = re.compile(rb"<\w+:Column>\s*(\d+)\s*</")
_SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
_FIRST_ID = 1025
_VML_NAMES = (
    ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_VML_HEAD = (
    b"<xml" + _VML_NAMES.encode() + b'><o:shapelayout v:ext="edit">'
    b'<o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    b'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_VML_END = b"</xml>"
_LINE_WIDTH = 22
_LINE_POINTS = 15

Cell = tuple[int, int]
"""Row as Excel shows it, 0-based column."""


def noted_cells(marks: SheetMarks) -> Iterator[tuple[int, int, CellMark]]:
    """The cells of a sheet that get a note, row by row."""
    for row in sorted(marks.cells):
        for column in sorted(marks.cells[row]):
            yield row, column, marks.cells[row][column]


def new_comments(marks: SheetMarks, write: Write) -> None:
    """The part that holds the notes of a sheet which had none."""
    write(
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{_MAIN}">'
        f"<authors><author>{AUTHOR}</author></authors><commentList>".encode()
    )
    for row, column, mark in noted_cells(marks):
        write(_comment(b"", row, column, 0, mark.note))
    write(b"</commentList></comments>")


class CommentsCopy(Splicer):
    """Copies the notes of a sheet that had some: ours of before go, theirs stay, new ones come.

    A cell of which somebody else has written a note keeps it, with ours added. `removed` and
    `joined` tell of which cells this was so.
    """

    def __init__(self, marks: SheetMarks) -> None:
        super().__init__()
        self._marks = marks
        self._authors: list[str] = []
        self._is_author = False
        self._has_own = False
        self._comment_start: int | None = None
        self._cell: Cell = (0, 0)
        self._is_own = False
        self._has_text = False
        self.removed: set[Cell] = set()
        self.joined: set[Cell] = set()
        self._parser.CharacterDataHandler = self._text

    def on_start(self, name: str, attributes: Attributes) -> None:
        if name == "author":
            self._is_author = True
            self._authors.append("")
        elif name == "comment":
            address = attributes["ref"]
            letters = address.rstrip("0123456789")
            self._cell = int(address[len(letters) :]), column_index(letters)
            self._is_own = self._author(attributes) == AUTHOR
            self._comment_start = self.here
            self._has_text = False
            self.hold(self.here)

    def on_end(self, name: str) -> None:
        if name == "author":
            self._is_author = False
        elif name == "authors" and AUTHOR not in self._authors:
            p = self.prefix.decode()
            self.insert(self.here, f"<{p}author>{AUTHOR}</{p}author>".encode())
            self._authors.append(AUTHOR)
        elif name == "text" and not self._is_own and not self._has_text:
            self._join()
        elif name == "comment" and self._comment_start is not None:
            if self._is_own:
                end = self.here if self.is_empty(self._comment_start) else self.end_of_tag()
                self.replace(self._comment_start, end, b"")
                self.removed.add(self._cell)
            self._comment_start = None
            self.release()
        elif name == "commentList":
            self._add_new()

    def _author(self, attributes: Attributes) -> str:
        number = int(attributes.get("authorId", -1))
        return self._authors[number].strip() if 0 <= number < len(self._authors) else ""

    def _text(self, text: str) -> None:
        if self._is_author:
            self._authors[-1] += text

    def _join(self) -> None:
        self._has_text = True
        row, column = self._cell
        mark = self._marks.cells.get(row, {}).get(column)
        if mark is not None and self._cell not in self.joined:
            p = self.prefix.decode()
            text = xml_text(f"\n{AUTHOR}：\n{mark.note}")
            run = f'<{p}r><{p}t xml:space="preserve">{text}</{p}t></{p}r>'
            self.insert(self.here, run.encode())
            self.joined.add(self._cell)

    def _add_new(self) -> None:
        author = self._authors.index(AUTHOR) if AUTHOR in self._authors else 0
        new = (
            _comment(self.prefix, row, column, author, mark.note)
            for row, column, mark in noted_cells(self._marks)
            if (row, column) not in self.joined
        )
        self.insert(self.here, b"".join(new))


def _comment(prefix: bytes, row: int, column: int, author: int, text: str) -> bytes:
    p = prefix.decode()
    return (
        f'<{p}comment ref="{column_letters(column)}{row}" authorId="{author}"><{p}text><{p}r>'
        f'<{p}t xml:space="preserve">{xml_text(text)}</{p}t></{p}r></{p}text>'
        f"</{p}comment>"
    ).encode()


def new_shapes(marks: SheetMarks, write: Write) -> None:
    """The boxes of the notes of a sheet which had none."""
    write(_VML_HEAD)
    for number, (row, column, mark) in enumerate(noted_cells(marks), start=_FIRST_ID):
        write(_shape(number, row, column, mark.note))
    write(_VML_END)


def changed_shapes(
    source: IO[bytes], marks: SheetMarks, removed: set[Cell], joined: set[Cell], write: Write
) -> None:
    """The boxes of a sheet that had some. Raises Irregular where they are not as Excel writes."""
    content = source.read()
    end = content.rfind(_VML_END)
    if end < 0:
        raise Irregular("vml")
    # Programs other than Excel give the namespaces prefixes of their own.
    names = "" if all(n.encode() in content[:2000] for n in _VML_NAMES.split()) else _VML_NAMES
    highest = max((int(n) for n in _SHAPE_ID.findall(content)), default=_FIRST_ID)

    def kept(shape: re.Match[bytes]) -> bytes:
        row, column = _ROW.search(shape[0]), _COLUMN.search(shape[0])
        if row and column and (int(row[1]) + 1, int(column[1])) in removed:
            return b""
        return shape[0]

    write(_SHAPE.sub(kept, content[:end]))
    number = highest
    for row, column, mark in noted_cells(marks):
        if (row, column) not in joined:
            number += 1
            write(_shape(number, row, column, mark.note, names))
    write(content[end:])


def _shape(number: int, row: int, column: int, text: str, names: str = "") -> bytes:
    lines = sum(1 + len(line) // _LINE_WIDTH for line in text.split("\n"))
    height = min(max(lines, 3), 20) * _LINE_POINTS
    return (
        f'<v:shape{names} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;'
        f"margin-left:60pt;margin-top:1.5pt;width:260pt;height:{height}pt;z-index:1;"
        'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    ).encode()
