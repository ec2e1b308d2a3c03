"""Files that are out to do harm, or look so: small code that makes each of them."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlwt

MB = 1024 * 1024
# Not to be had in the short form for numbers, so it is found by its eight bytes.
NUMBER = 7.123456789
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
FIRST_ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
SHEET1 = "xl/worksheets/sheet1.xml"


def worksheet(body: str, rows: str = FIRST_ROW, after: str = "") -> str:
    return f'{XML}<worksheet xmlns="{MAIN}">{body}<sheetData>{rows}</sheetData>{after}</worksheet>'


def parts_of(sheets: int = 1) -> dict[str, str | bytes]:
    """The parts of a workbook as spreadsheet programs write them, with 1 in A1 of each sheet."""
    numbers = range(1, sheets + 1)
    listed = "".join(f'<sheet name="表{k}" sheetId="{k}" r:id="rId{k}"/>' for k in numbers)
    related = "".join(
        f'<Relationship Id="rId{k}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{k}.xml"/>'
        for k in numbers
    )
    return {
        "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'{related}<Relationship Id="rId9001" Type="{OFFICE}/sharedStrings"'
        f' Target="sharedStrings.xml"/><Relationship Id="rId9002" Type="{OFFICE}/styles"'
        ' Target="styles.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'{XML}<sst xmlns="{MAIN}"><si><t>甲</t></si></sst>',
        "xl/styles.xml": f'{XML}<styleSheet xmlns="{MAIN}"/>',
        **{f"xl/worksheets/sheet{k}.xml": worksheet("") for k in numbers},
    }


def workbook(
    *,
    sheets: int = 1,
    rename: dict[str, str] | None = None,
    method: int = zipfile.ZIP_DEFLATED,
    **changed: str | bytes,
) -> Callable[[Path], None]:
    """A workbook with some parts changed or added: `sheet1=…`, or a path with `__` for `/`."""

    def make(path: Path) -> None:
        parts = parts_of(sheets)
        for key, content in changed.items():
            short = {"sheet1": SHEET1, "sst": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
            short |= {"book": "xl/workbook.xml", "rels": "xl/_rels/workbook.xml.rels"}
            parts[short.get(key, key.replace("__", "/"))] = content
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, content in parts.items():
                archive.writestr((rename or {}).get(name, name), content)

    return make


def far(rows: str) -> Callable[[Path], None]:
    return workbook(sheet1=worksheet("", FIRST_ROW + rows))


def laughing(part: str, content: str) -> Callable[[Path], None]:
    """Entities that multiply by ten, nine times over."""
    steps = "".join(
        f'<!ENTITY e{k} "{"&e" + str(k - 1) + ";" if k else ""}'
        + (f"&e{k - 1};" * 9 if k else "ha")
        + '">'
        for k in range(9)
    )
    return workbook(
        **{part: content.replace(XML, f"{XML}<!DOCTYPE x [{steps}]>").replace("甲", "&e8;")}
    )


def reading_files(part: str, content: str) -> Callable[[Path], None]:
    entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return workbook(**{part: content.replace(XML, XML + entity).replace("甲", "&e;")})


def content_of(part: str) -> str:
    names = {"sheet1": SHEET1, "sst": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
    names |= {"book": "xl/workbook.xml", "rels": "xl/_rels/workbook.xml.rels"}
    return str(parts_of()[names[part]])


def lying(size: int, part: str, content: bytes) -> Callable[[Path], None]:
    """A part that says it unpacks to `size` bytes."""

    def make(path: Path) -> None:
        workbook(**{part.replace("/", "__"): content})(path)
        data = bytearray(path.read_bytes())
        for mark, at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
            start = -1
            while (start := data.find(mark, start + 1)) >= 0:
                if data[start + name_at :].startswith(part.encode()):
                    struct.pack_into("<I", data, start + at, size)
        path.write_bytes(data)

    return make


def huge_directory(path: Path) -> None:
    workbook()(path)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rfind(b"PK\x05\x06") + 12, 1 << 30)
    path.write_bytes(data)


def twins(first: str, second: str) -> Callable[[Path], None]:
    """Two parts of one name: a checker sees the first, a reader the second."""

    def make(path: Path) -> None:
        parts = parts_of()
        content = parts.pop(SHEET1)
        with zipfile.ZipFile(path, "w") as archive:
            for name, other in parts.items():
                archive.writestr(name, other)
            archive.writestr(first, content)
            if first == second:
                # The library warns of it; the name is changed after the fact.
                second_name = second[:-1] + "m"
                archive.writestr(
                    second_name, worksheet("", '<row r="9"><c r="XFD9"><v>1</v></c></row>')
                )
            else:
                archive.writestr(second, worksheet("", FIRST_ROW))
        if first == second:
            other_name = (second[:-1] + "m").encode()
            path.write_bytes(path.read_bytes().replace(second.encode(), other_name))

    return make


def many_parts(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts_of().items():
            archive.writestr(name, content)
        for number in range(10_001):
            archive.writestr(f"x/{number}", b"")


def nested(path: Path) -> None:
    inner = path.with_suffix(".inner")
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(30 * MB))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inner, "inner.zip")
    inner.unlink()


def old_workbook(path: Path) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    sheet.write(0, 0, "甲")
    sheet.write(1, 1, NUMBER)
    sheet.write(2, 0, "乙")
    book.save(str(path))
    return path.read_bytes()


def old(change: Callable[[bytearray], object]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        data = bytearray(old_workbook(path))
        change(data)
        path.write_bytes(data)

    return make


def far_number(data: bytearray) -> None:
    """Move the number to the last row and column that two bytes can name."""
    at = data.find(struct.pack("<d", NUMBER))
    struct.pack_into("<HH", data, at - 6, 65_535, 65_535)


def many_texts(data: bytearray) -> None:
    """The table of shared texts says it holds two thousand million."""
    at = next(k for k in range(512, len(data)) if data[k : k + 2] == b"\xfc\0" and data[k + 3] == 0)
    struct.pack_into("<II", data, at + 4, 0x7FFF_FFFF, 0x7FFF_FFFF)


def endless_chain(data: bytearray) -> None:
    """The first sectors of the container follow each other in a circle."""
    table = 512 * (1 + struct.unpack_from("<I", data, 76)[0])
    struct.pack_into("<II", data, table, 1, 0)


def text(content: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(content)

    return make


def link_to(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def pipe(path: Path) -> None:
    os.mkfifo(path)
