"""The marked copy of an .xlsx: its parts copied to the byte, but for those that must change."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.dom import minidom
from xml.dom.minidom import Document, Element

from etl.check_result import CheckResult
from etl.intake import LIST_TITLE, OWN_LIST
from etl.workbook.listing import list_styles, write_list
from etl.workbook.marks import Finding, SheetMarks
from etl.workbook.notes import (
    Cell,
    CommentsCopy,
    changed_shapes,
    new_comments,
    new_shapes,
)
from etl.workbook.sheet import SheetCopy
from etl.workbook.splice import Irregular, Write
from etl.workbook.styles import Styles

LIST_PART = "xl/worksheets/citycredit_findings.xml"
_WORKBOOK = "xl/workbook.xml"
_TYPES = "[Content_Types].xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_NOTES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SMALL = 64 * 1024 * 1024
_LARGE = 512 * 1024 * 1024
_TOGETHER = 1024 * 1024
_LEGACY = re.compile(rb"""<(?:\w+:)?legacyDrawing\s[^>]*\bid\s*=\s*["']([^"']+)["']""")

# What cannot stand in an .xlsx or would no longer be true, and what the user is told of it.
_MACROS = "原文件里的宏没有保留（带宏的文件不能发布为 .xlsx）。"
_SIGNATURE = "原文件的数字签名没有保留（内容已加标记，签名不再有效）。"


class MarkedPackage:
    """One run of marking. Raises Irregular, KeyError, zipfile.BadZipFile or expat.ExpatError for a
    file that is put together in another way than Excel does."""

    def __init__(self, source: Path, result: CheckResult, names: dict[str, str]) -> None:
        self._archive = zipfile.ZipFile(source)
        self._parts = {name: name for name in self._archive.namelist()}
        self._result = result
        self._names = names
        self._documents: dict[str, Document] = {}
        self._dropped: set[str] = set()
        self.remarks: list[str] = []

    def write(
        self, target: Path, marks: dict[str, SheetMarks], findings: Sequence[Finding]
    ) -> None:
        """Write the copy to `target` (not yet under its final name)."""
        with (
            self._archive,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as out,
        ):
            self._drop_what_cannot_stay()
            styles_part = self._related(_WORKBOOK, "styles")
            styles = Styles(self._document(styles_part))
            shown = list_styles(styles)
            sheets = self._sheet_parts()
            by_part = {sheets[self._names[name]]: m for name, m in marks.items()}
            changed = {styles_part, *self._dropped}
            for part in dict.fromkeys(sheets.values()):
                if part not in self._parts or part in changed:
                    continue
                sheet_marks = by_part.get(part)
                drawing = self._write_notes(out, part, sheet_marks, changed)
                copy = SheetCopy(styles, sheet_marks, drawing)
                changed.add(part)
                with self._archive.open(part) as source, _writing(out, part) as write:
                    copy.run(source, write)
            self._add_list_sheet()
            with _writing(out, LIST_PART) as write:
                write_list(
                    self._result,
                    findings,
                    self.remarks,
                    self._names,
                    {name: m.note_column for name, m in marks.items()},
                    shown,
                    write,
                )
            out.writestr(styles_part, styles.to_xml())
            self._copy_rest(out, changed | {LIST_PART})

    def _copy_rest(self, out: zipfile.ZipFile, changed: set[str]) -> None:
        for name, document in self._documents.items():
            if name not in changed:
                out.writestr(name, document.toxml(encoding="UTF-8"))
                changed.add(name)
        for name in self._parts:
            if name not in changed and not name.endswith("/"):
                changed.add(name)
                with (
                    self._archive.open(name) as source,
                    out.open(name, "w", force_zip64=True) as to,
                ):
                    while chunk := source.read(1 << 20):
                        to.write(chunk)

    def _write_notes(
        self, out: zipfile.ZipFile, part: str, marks: SheetMarks | None, changed: set[str]
    ) -> str | None:
        """Write the notes of a sheet; gives the relation to them if the sheet must name it."""
        if marks is None or not (marks.cells or marks.is_marked_before):
            return None
        comments = self._related(part, "comments")
        named = self._legacy_drawing(part)
        shapes = self._related(part, "vmlDrawing", named) if named else ""
        if comments and not shapes:
            raise Irregular("notes")
        removed, joined = set[Cell](), set[Cell]()
        if comments:
            copy = CommentsCopy(marks)
            with self._archive.open(comments) as source, _writing(out, comments) as write:
                copy.run(source, write)
            removed, joined = copy.removed, copy.joined
            changed.add(comments)
        elif not marks.cells:
            return None
        else:
            comments = f"xl/citycredit_notes_{_stem(part)}.xml"
            with _writing(out, comments) as write:
                new_comments(marks, write)
            changed.add(comments)
            self._add_type("Override", "PartName", f"/{comments}", _NOTES_TYPE)
            self._relate(part, "comments", f"/{comments}")
        if shapes:
            if self._archive.getinfo(shapes).file_size > _LARGE:
                raise Irregular(shapes)
            with self._archive.open(shapes) as source, _writing(out, shapes) as write:
                changed_shapes(source, marks, removed, joined, write)
            changed.add(shapes)
            return None
        shapes = f"xl/drawings/citycredit_{_stem(part)}.vml"
        with _writing(out, shapes) as write:
            new_shapes(marks, write)
        changed.add(shapes)
        self._add_type("Default", "Extension", "vml", _VML_TYPE)
        return self._relate(part, "vmlDrawing", f"/{shapes}")

    def _legacy_drawing(self, part: str) -> str:
        """The relation under which a sheet names the boxes of its notes and buttons; "" if none."""
        if not self._related(part, "vmlDrawing"):
            return ""
        rest = b""
        with self._archive.open(part) as source:
            while chunk := source.read(1 << 20):
                if found := _LEGACY.search(rest + chunk):
                    return found[1].decode()
                rest = chunk[-1000:]
        return ""

    def _add_list_sheet(self) -> None:
        """Put 问题清单 first, in the place of the one of an earlier marking."""
        book = self._document(_WORKBOOK)
        [sheets] = _named(book, "sheets")
        given = _elements(sheets, "sheet")
        old = next((s for s in given if self._is_own_list(s)), None)
        taken = {s.getAttribute("name").lower() for s in given if s is not old}
        identity = 1 + max(int(s.getAttribute("sheetId") or 0) for s in given)
        moved = {number: number + 1 for number in range(len(given))}
        if old is not None:
            gone = given.index(old)
            moved = {n: n + (n < gone) for n in range(len(given)) if n != gone}
            sheets.removeChild(old)
            self._drop_sheet(old)
        new = _new(book, sheets, "sheet")
        new.setAttribute("name", _free_name(taken))
        new.setAttribute("sheetId", str(identity))
        new.setAttribute("xmlns:r", _OFFICE)
        new.setAttribute("r:id", self._relate(_WORKBOOK, "worksheet", f"/{LIST_PART}"))
        sheets.insertBefore(new, sheets.firstChild)
        for defined in _named(book, "definedName"):
            if defined.hasAttribute("localSheetId"):
                number = moved.get(int(defined.getAttribute("localSheetId")))
                if number is None:
                    defined.parentNode.removeChild(defined)  # type: ignore[union-attr]
                else:
                    defined.setAttribute("localSheetId", str(number))
        for names in _named(book, "definedNames"):
            if not _elements(names, "definedName"):
                names.parentNode.removeChild(names)  # type: ignore[union-attr]
        for view in _named(book, "workbookView"):
            for attribute in ("activeTab", "firstSheet"):
                if view.hasAttribute(attribute):
                    view.removeAttribute(attribute)
        self._add_type("Override", "PartName", f"/{LIST_PART}", _SHEET_TYPE)

    def _is_own_list(self, sheet: Element) -> bool:
        name = sheet.getAttribute("name")
        return any(s.sheet == name and s.skipped_reason == OWN_LIST for s in self._result.sheets)

    def _drop_sheet(self, sheet: Element) -> None:
        identity = next(v for k, v in sheet.attributes.items() if k.endswith(":id"))
        relations = self._document(_relations_of(_WORKBOOK))
        for relation in _named(relations, "Relationship"):
            if relation.getAttribute("Id") == identity:
                part = _target(_WORKBOOK, relation)
                relation.parentNode.removeChild(relation)  # type: ignore[union-attr]
                self._drop(part)
                self._drop(_relations_of(part))

    def _drop_what_cannot_stay(self) -> None:
        book_type = self._type_of(_WORKBOOK)
        if book_type is None:
            raise Irregular("content type")
        for kind in ("vbaProject", "calcChain"):
            part = self._unrelate(_WORKBOOK, kind)
            if part is not None:
                self._drop(part)
                self._drop(_relations_of(part))
                if kind == "vbaProject":
                    self.remarks.append(_MACROS)
        if "macro" in book_type.getAttribute("ContentType").lower() and not self.remarks:
            self.remarks.append(_MACROS)
        book_type.setAttribute("ContentType", _BOOK_TYPE)
        for name in list(self._parts):
            if name.startswith("_xmlsignatures/"):
                self._drop(name)
        if self._unrelate("", "origin") is not None:
            self.remarks.append(_SIGNATURE)

    def _sheet_parts(self) -> dict[str, str]:
        """Name of every sheet → its part."""
        relations = {
            r.getAttribute("Id"): _target(_WORKBOOK, r)
            for r in _named(self._document(_relations_of(_WORKBOOK)), "Relationship")
        }
        found = {}
        for sheet in _named(self._document(_WORKBOOK), "sheet"):
            identity = sheet.getAttributeNS(_OFFICE, "id")
            if not identity:
                raise Irregular("sheet")
            if self._is_own_list(sheet):
                continue
            found[sheet.getAttribute("name")] = relations[identity]
        return found

    def _document(self, part: str) -> Document:
        """A small part, taken apart; written in the end as it is then."""
        if part not in self._documents:
            if self._archive.getinfo(part).file_size > _SMALL:
                raise Irregular(part)
            content = self._archive.read(part)
            if b"<!DOCTYPE" in content:
                raise Irregular(part)
            self._documents[part] = minidom.parse(io.BytesIO(content))
        return self._documents[part]

    def _related(self, part: str, kind: str, identity: str = "") -> str:
        """The part of a kind (and id) that another refers to; "" if there is none."""
        if _relations_of(part) not in self._parts:
            return ""
        for relation in _named(self._document(_relations_of(part)), "Relationship"):
            is_kind = relation.getAttribute("Type").rpartition("/")[2] == kind
            if is_kind and identity in ("", relation.getAttribute("Id")):
                return _target(part, relation)
        return ""

    def _relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation; gives its id."""
        name = _relations_of(part)
        if name not in self._parts and name not in self._documents:
            self._documents[name] = minidom.parseString(
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
            )
        document = self._document(name)
        root = document.documentElement
        assert root is not None
        taken = {r.getAttribute("Id") for r in _named(document, "Relationship")}
        identity = next(f"rIdCC{n}" for n in range(1, 9999) if f"rIdCC{n}" not in taken)
        relation = _new(document, root, "Relationship")
        relation.setAttribute("Id", identity)
        relation.setAttribute("Type", f"{_OFFICE}/{kind}")
        relation.setAttribute("Target", target)
        root.appendChild(relation)
        return identity

    def _unrelate(self, part: str, kind: str) -> str | None:
        """Remove the relation of a kind; gives the part it led to."""
        name = _relations_of(part)
        if name not in self._parts:
            return None
        for relation in _named(self._document(name), "Relationship"):
            if relation.getAttribute("Type").rpartition("/")[2] == kind:
                relation.parentNode.removeChild(relation)  # type: ignore[union-attr]
                return _target(part, relation)
        return None

    def _drop(self, part: str) -> None:
        self._dropped.add(part)
        self._parts.pop(part, None)
        self._documents.pop(part, None)
        given = self._type_of(part)
        if given is not None:
            given.parentNode.removeChild(given)  # type: ignore[union-attr]

    def _type_of(self, part: str) -> Element | None:
        found = _named(self._document(_TYPES), "Override")
        return next(
            (o for o in found if o.getAttribute("PartName").lower() == f"/{part}".lower()), None
        )

    def _add_type(self, kind: str, key: str, value: str, content_type: str) -> None:
        types = self._document(_TYPES)
        root = types.documentElement
        assert root is not None
        if any(e.getAttribute(key).lower() == value.lower() for e in _named(types, kind)):
            return
        new = _new(types, root, kind)
        new.setAttribute(key, value)
        new.setAttribute("ContentType", content_type)
        first = next((e for e in _elements(root, "Override")), None)
        root.insertBefore(new, first if kind == "Default" else None)


@contextmanager
def _writing(out: zipfile.ZipFile, part: str) -> Iterator[Write]:
    """Write a part in many small pieces: they are handed on together."""
    pieces: list[bytes] = []
    size = 0

    with out.open(part, "w", force_zip64=True) as to:

        def write(piece: bytes) -> None:
            nonlocal size
            pieces.append(piece)
            size += len(piece)
            if size > _TOGETHER:
                to.write(b"".join(pieces))
                pieces.clear()
                size = 0

        yield write
        to.write(b"".join(pieces))


def was_written_here(path: Path) -> bool:
    """Whether a file is a marked copy that nobody has saved anew since."""
    try:
        with zipfile.ZipFile(path) as archive:
            return LIST_PART in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _stem(part: str) -> str:
    return posixpath.splitext(posixpath.basename(part))[0]


def _target(part: str, relation: Element) -> str:
    target = relation.getAttribute("Target")
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")


def _named(document: Document, name: str) -> list[Element]:
    return list(document.getElementsByTagNameNS("*", name))


def _elements(parent: Element, name: str) -> list[Element]:
    return [n for n in parent.childNodes if isinstance(n, Element) and n.localName == name]


def _new(document: Document, beside: Element, name: str) -> Element:
    """An element with the namespace prefix of another (which is enough for one that is written
    out as text and never asked for its namespace)."""
    prefix = f"{beside.prefix}:" if beside.prefix else ""
    return document.createElementNS(beside.namespaceURI, prefix + name)


def _free_name(taken: set[str]) -> str:
    names = [LIST_TITLE, *(f"{LIST_TITLE} ({n})" for n in range(2, 999))]
    return next(n for n in names if n.lower() not in taken)
