"""A look into the XML of an .xlsx before it is read.

The workbook reader lays out the whole rectangle of a sheet in memory (one stray cell in the last
row and column asks for 550 GB and ends the process), and gives an error value as an empty cell.
So one pass over the XML finds the extent of the filled cells and the error values.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from etl.readers.limits import Limits, check_archive, check_extent

_CHUNK = 2 * 1024 * 1024
# A filled cell is not self-closing; the order of its attributes is free.
_CELL = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')
_ERROR = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass
class Extent:
    """The last filled row and column (1-based; 0 if none) and the error values of a sheet."""

    rows: int = 0
    columns: int = 0
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    """0-based column → 1-based row → text such as `#N/A`."""


def column_index(letters: str) -> int:
    """0-based index of a column: A → 0, AA → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def column_letters(index: int) -> str:
    """Letters of a 0-based column: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def extents(path: Path, limits: Limits) -> dict[str, Extent]:
    """Return the extent of each worksheet by name. Raises UnreadableFile beyond the limits.

    Raises zipfile.BadZipFile, KeyError or ElementTree.ParseError if the workbook is broken.
    """
    found = {}
    with zipfile.ZipFile(path) as archive:
        check_archive(path, archive, limits)
        parts = set(archive.namelist())
        for name, part in _sheet_parts(archive).items():
            if part not in parts:
                continue
            extent = _scan(archive, part)
            check_extent(path, name, extent.rows, extent.columns, limits)
            found[name] = extent
    return found


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of sheet → path of its part, through the relations of the workbook."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("xl", relation.get("Target", "")))
        for relation in relations
    }
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return {
        sheet.get("name", ""): targets.get(sheet.get(_OFFICE) or sheet.get(_STRICT), "").lstrip("/")
        for sheet in workbook.iter()
        if sheet.tag.rpartition("}")[2] == "sheet"
    }


def _scan(archive: zipfile.ZipFile, part: str) -> Extent:
    extent = Extent()
    letters: set[bytes] = set()
    rest = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            block = rest + chunk
            # Keep the last, perhaps unfinished, cell for the next block.
            cut = max(block.rfind(b"<c "), block.rfind(b":c "), 0)
            rest, block = block[cut:], block[:cut]
            _note(block, extent, letters)
    _note(rest, extent, letters)
    extent.columns = max((column_index(c.decode()) + 1 for c in letters), default=0)
    return extent


def _note(block: bytes, extent: Extent, letters: set[bytes]) -> None:
    cells = _CELL.findall(block)
    if cells:
        letters.update({column for column, _ in cells})
        extent.rows = max(extent.rows, max({int(row) for _, row in cells}))
    if b't="e"' in block:
        for column, row, text in _ERROR.findall(block):
            in_column = extent.errors.setdefault(column_index(column.decode()), {})
            in_column[int(row)] = text.decode("utf-8", "replace")
