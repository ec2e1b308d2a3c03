"""A look into the XML of an .xlsx before it is read.

The workbook reader lays out the whole rectangle of a sheet in memory, copies a shared text into
every cell that names it, trusts counts, and gives an error value as an empty cell: one stray cell
in the last row and column asks for 550 GB and ends the process. So one pass over all parts finds
what reading would cost, and the error values. XML can be written in many ways; this look
understands how spreadsheet programs write it and says so (`Look.is_plain`). What is written
otherwise is read in a process of its own (`etl.readers.apart`).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from etl.readers.archive import (
    SUSPECT,
    check_archive,
    check_directory,
    find_part,
    is_plain,
    unpack,
)
from etl.readers.cell_scan import scan_cells
from etl.readers.columns import column_index
from etl.readers.limits import Limits, check_extent, check_total
from etl.readers.model import Remark, UnreadableFile

_ERROR = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>'
    rb"(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<",
    re.DOTALL,
)
_TEXT_CELL = re.compile(rb't="s"[^<>]*><(?:\w+:)?v>([0-9]{1,9})<')
_FORMULA_ONLY = re.compile(
    rb'<(?:\w+:)?c(?=[\s])[^<>]*? r="([A-Z]{1,3}[0-9]{1,7})"[^<>]*>'
    rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)</(?:\w+:)?c>"
)
_TEXT_END = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")
_COUNT = re.compile(rb"""\b(?:uniqueCount|count)\s*=\s*["']\s*([0-9]+)""")
# Merged cells and links over a range: programs that copy the workbook walk every cell of them.
_SPAN = re.compile(
    rb'<(?:\w+:)?(?:mergeCell|hyperlink)\s[^<>]*?\bref="\$?([A-Z]{1,3})\$?([0-9]{1,7}):'
    rb'\$?([A-Z]{1,3})\$?([0-9]{1,7})"'
)
_TYPE_DECLARATION = b"<!DOCTYPE"
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_LONGEST_CELL = 4 * 1024 * 1024
_LONGEST_SIZE = 2**32 - 1
_MEDIA = ("xl/media/", "xl/printersettings/")
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass
class Extent:
    """The last filled row and column (1-based; 0 if none) and the error values of a sheet."""

    rows: int = 0
    columns: int = 0
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    """0-based column → 1-based row → text such as `#N/A`."""
    formulas_only: list[str] = field(default_factory=list)
    """Addresses of formulas without a stored result."""


@dataclass
class Look:
    """What a workbook holds: `sheets` by name; `cells` counts all cell elements, empty ones too."""

    sheets: dict[str, Extent] = field(default_factory=dict)
    cells: int = 0
    is_plain: bool = True
    has_macros: bool = False
    has_links: bool = False

    def remarks(self, sheet: str) -> tuple[Remark, ...]:
        """What the reader has to be told about a sheet."""
        told = []
        if self.has_macros:
            told.append(Remark("macros", "工作簿含有宏。宏未运行，只读取了单元格中已有的值。"))
        if self.has_links:
            told.append(
                Remark(
                    "external_links",
                    "工作簿引用了其他文件或程序。未打开这些引用，只读取了单元格中已有的值，请核对是否最新。",
                )
            )
        blank = self.sheets.get(sheet, Extent()).formulas_only
        if blank:
            told.append(
                Remark(
                    "formula_without_value",
                    f"{blank[0]} 等 {len(blank):,} 个单元格只有公式、没有保存计算结果，按空白读取。"
                    "请用 Excel 打开并保存一次后再报。",
                    cell=blank[0],
                )
            )
        return tuple(told)


def look_into(path: Path, limits: Limits) -> Look:
    """Look at every part of an .xlsx. Raises UnreadableFile beyond the limits.

    Raises zipfile.BadZipFile, KeyError or ElementTree.ParseError if the workbook is broken.
    """
    check_directory(path, limits)
    with zipfile.ZipFile(path) as archive:
        check_archive(path, archive, limits)
        look = Look(is_plain=is_plain(path, archive))
        lowered = [name.lower() for name in archive.namelist()]
        look.has_macros = any(name.endswith("vbaproject.bin") for name in lowered)
        look.has_links = any(name.startswith("xl/externallinks/") for name in lowered)
        sheets = _sheet_parts(path, archive, limits)
        names = dict(sheets)
        scans: dict[str, _Scan] = {}
        for part in archive.infolist():
            if part.filename.lower().startswith(_MEDIA):
                for _ in unpack(path, archive, part):
                    pass
                continue
            scan = _Scan(path, names.get(part.filename.lower(), part.filename), limits)
            scan.read(unpack(path, archive, part))
            scans[part.filename.lower()] = scan
        _check_texts(path, archive, scans, limits)
    look.cells = sum(scan.elements for scan in scans.values())
    look.is_plain &= all(scan.is_plain for scan in scans.values())
    # Two sheets in one part, or a part that was not found: other programs may see other sheets.
    look.is_plain &= len(names) == len(sheets) and names.keys() <= scans.keys()
    look.sheets = {names[part]: scans[part].extent for part in names if part in scans}
    check_total(path, sum(s.extent.rows * s.extent.columns for s in scans.values()), limits)
    return look


def _sheet_parts(path: Path, archive: zipfile.ZipFile, limits: Limits) -> list[tuple[str, str]]:
    """(Path of its part in lower case, name) of each sheet, by the workbook's relations."""
    relations = _structure(path, archive, "xl/_rels/workbook.xml.rels", limits)
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("xl", relation.get("Target", "")))
        for relation in relations
    }
    sheets = [
        sheet
        for sheet in _structure(path, archive, "xl/workbook.xml", limits).iter()
        if sheet.tag.rpartition("}")[2] == "sheet"
    ]
    if len(sheets) > limits.sheets:
        raise UnreadableFile(
            path.name,
            f"有 {len(sheets):,} 张工作表，上限 {limits.sheets:,} 张。请删去无关的工作表后再报。",
        )
    return [
        (
            targets.get(sheet.get(_OFFICE) or sheet.get(_STRICT), "").lstrip("/").lower(),
            sheet.get("name", ""),
        )
        for sheet in sheets
    ]


def _structure(
    path: Path, archive: zipfile.ZipFile, name: str, limits: Limits
) -> ElementTree.Element:
    part = find_part(archive, name)
    if part is None:
        raise KeyError(name)
    if part.file_size > limits.structure_bytes:
        raise UnreadableFile(path.name, f"工作簿的目录部件过大，{SUSPECT}")
    content = b"".join(unpack(path, archive, part))
    _refuse_types(path, content)
    return ElementTree.fromstring(content)


def _refuse_types(path: Path, block: bytes) -> None:
    if _TYPE_DECLARATION in block:
        raise UnreadableFile(path.name, f"工作簿的 XML 带有实体或类型声明（DOCTYPE），{SUSPECT}")


class _Scan:
    """One pass over a part, whatever it claims to be."""

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self.path, self.name, self.limits = path, name, limits
        self.extent = Extent()
        self.elements = 0
        self.is_plain = True
        self.spans = 0
        self.text_uses = 0
        self.text_sizes = array("I")
        self._open_text = 0

    def read(self, chunks: Iterable[bytes]) -> None:
        """Take the part in. Raises UnreadableFile beyond the limits."""
        rest = b""
        for number, chunk in enumerate(chunks):
            if number == 0:
                self._note_start(chunk)
            block = rest + chunk
            # Keep the last, perhaps unfinished, cell or tag for the next block.
            cut = max(block.rfind(b"<c "), block.rfind(b":c "))
            if cut <= 0:
                cut = block.rfind(b"<")
            if len(block) - cut > _LONGEST_CELL:
                self.is_plain = False
                cut = max(len(block) - len(_TYPE_DECLARATION), 0)
            rest, block = block[cut:], block[:cut]
            self._note(block)
        self._note(rest)

    def _note_start(self, chunk: bytes) -> None:
        """XML in another encoding than UTF-8 hides from a look at its bytes."""
        head = chunk[:400]
        if head.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
            self.is_plain = False
        declared = re.search(rb"""encoding\s*=\s*["']([^"']+)""", head)
        if declared and declared.group(1).lower() not in (b"utf-8", b"us-ascii"):
            self.is_plain = False
        opening = re.search(rb"<(?:\w+:)?sst\b[^>]*>?", head)
        if opening:
            counts = [n.decode() for n in _COUNT.findall(opening.group())]
            if any(len(n) > 9 or int(n) > self.limits.cells for n in counts):
                self.is_plain = False

    def _note(self, block: bytes) -> None:
        _refuse_types(self.path, block)
        self._note_cells(block)
        self._note_texts(block)
        spans = _SPAN.findall(block) if b"mergeCell" in block or b"hyperlink" in block else ()
        for first, top, last, bottom in spans:
            width = column_index(last.decode()) - column_index(first.decode()) + 1
            self.spans += abs(width) * (abs(int(bottom) - int(top)) + 1)
        if self.spans > self.limits.span_cells:
            raise UnreadableFile(
                self.path.name,
                f"工作表“{self.name}”的合并单元格或链接区域共 {self.spans:,} 格，"
                f"上限 {self.limits.span_cells:,} 格。请取消大范围的合并和链接后再报。",
            )

    def _note_texts(self, block: bytes) -> None:
        """How long each shared text is, its tags counted."""
        if b"si" not in block or not any(m in block for m in (b"</si", b"<si", b":si")):
            self._open_text = min(self._open_text + len(block), _LONGEST_SIZE)
            return
        sizes = list(map(len, _TEXT_END.split(block)))
        sizes[0] += self._open_text
        self._open_text = min(sizes.pop(), _LONGEST_SIZE)
        self.text_sizes.extend(min(size, _LONGEST_SIZE) for size in sizes)
        if len(self.text_sizes) > self.limits.cells:
            raise UnreadableFile(self.path.name, f"工作簿的共享文字过多，{SUSPECT}")

    def _note_cells(self, block: bytes) -> None:
        cells = scan_cells(block)
        if not cells.count:
            return
        self.elements += cells.count
        self.is_plain &= cells.is_plain
        extent = self.extent
        extent.rows = max(extent.rows, cells.last_row)
        extent.columns = max(extent.columns, cells.last_column)
        if extent.rows > _LAST_ROW or extent.columns > _LAST_COLUMN:
            raise UnreadableFile(
                self.path.name, f"工作表“{self.name}”有超出 Excel 行列范围的单元格，{SUSPECT}"
            )
        check_extent(self.path, self.name, extent.rows, extent.columns, self.limits)
        if b't="s"' in block:
            self.text_uses += block.count(b't="s"')
        if b't="e"' in block:
            for column, row, text in _ERROR.findall(block):
                in_column = extent.errors.setdefault(column_index(column.decode()), {})
                in_column[int(row)] = text.decode("utf-8", "replace")
        if b"f></" in block or b"/></c" in block:
            extent.formulas_only += [a.decode() for a in _FORMULA_ONLY.findall(block)]


def _check_texts(
    path: Path, archive: zipfile.ZipFile, scans: Mapping[str, _Scan], limits: Limits
) -> None:
    """Raise UnreadableFile if the shared texts, written out into all their cells, are too much."""
    sizes = max((scan.text_sizes for scan in scans.values()), key=len, default=array("I"))
    uses = sum(scan.text_uses for scan in scans.values())
    if uses * max(sizes, default=0) <= limits.text_volume:
        return
    total = 0
    for part in archive.infolist():
        if not scans[part.filename.lower()].text_uses:
            continue
        for block in _whole_cells(unpack(path, archive, part)):
            numbers = map(int, _TEXT_CELL.findall(block))
            total += sum(sizes[number] for number in numbers if number < len(sizes))
    if total > limits.text_volume:
        raise UnreadableFile(
            path.name,
            f"各单元格的文字合计约 {total >> 20:,} MB，上限 {limits.text_volume >> 20:,} MB。"
            "请检查是否有大段文字被重复填充；数据确实很多的，请拆分后再报。",
        )


def _whole_cells(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        block = rest + chunk
        cut = max(block.rfind(b"</"), 0)
        rest = block[cut:]
        yield block[:cut]
    yield rest
