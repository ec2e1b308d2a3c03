"""The styles of the marked copy: every style of the file also with the ground of a severity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.dom.minidom import Document, Element

from etl.workbook.splice import Irregular

GROUNDS = {
    "error": "FFF9C0B8",
    "concealed": "FFF9C0B8",
    "late": "FFFBD9A5",
    "warning": "FFFFF3B3",
}
"""The ground of a cell by severity: red, orange, yellow. Unusual shades, so that a marked copy that
comes back is known by them."""


class Styles:
    """The stylesheet, extended as styles are asked for. Style numbers are those of cells."""

    def __init__(self, document: Document) -> None:
        self._document = document
        root = document.documentElement
        if root is None:
            raise Irregular("styles")
        self._root = root
        self._fills = self._child("fills")
        self._formats = self._child("cellXfs")
        self._fill_of = {ground: self._add_fill(ground) for ground in sorted(set(GROUNDS.values()))}
        self._xfs = list(_children(self._formats, "xf"))
        ours = self._our_fills()
        self.stale = frozenset(
            k for k, xf in enumerate(self._xfs) if int(xf.getAttribute("fillId") or 0) in ours
        )
        """Styles that an earlier marking has given."""
        self._known: dict[tuple[int, str], int] = {}

    def marked(self, style: int, severity: str) -> int:
        """The same style with the ground of a severity."""
        return self._with_fill(style, self._fill_of[GROUNDS[severity]])

    def unmarked(self, style: int) -> int:
        """The style without the ground of an earlier marking."""
        return self._with_fill(style, 0) if style in self.stale else style

    def add(self, *, bold: bool = False, size: int = 11, link: bool = False, wrap: bool = False,
            ground: str | None = None) -> int:  # fmt: skip
        """A style of our own, for the list of problems."""
        fonts = self._child("fonts")
        font = self._new("font")
        for name, value in (
            ("b", {} if bold else None),
            ("u", {} if link else None),
            ("sz", {"val": str(size)}),
            ("color", {"rgb": "FF0563C1"} if link else None),
            ("name", {"val": "宋体"}),
        ):
            if value is not None:
                font.appendChild(self._new(name, **value))
        xf = self._new(
            "xf", numFmtId="0", fontId=str(_append(fonts, font, "font")), borderId="0", xfId="0",
            fillId=str(self._add_fill(ground) if ground else 0), applyFont="1", applyFill="1",
            applyAlignment="1",
        )  # fmt: skip
        xf.appendChild(
            self._new("alignment", vertical="top", **({"wrapText": "1"} if wrap else {}))
        )
        return self._append_format(xf)

    def to_xml(self) -> bytes:
        """The stylesheet."""
        return self._document.toxml(encoding="UTF-8")

    def _with_fill(self, style: int, fill: int) -> int:
        key = style, str(fill)
        if key not in self._known:
            if not 0 <= style < len(self._xfs):
                style = 0
            xf: Any = self._xfs[style].cloneNode(True)
            xf.setAttribute("fillId", str(fill))
            xf.setAttribute("applyFill", "1")
            self._known[key] = self._append_format(xf)
        return self._known[key]

    def _append_format(self, xf: Element) -> int:
        self._xfs.append(xf)
        return _append(self._formats, xf, "xf")

    def _add_fill(self, ground: str) -> int:
        fill, pattern = self._new("fill"), self._new("patternFill", patternType="solid")
        pattern.appendChild(self._new("fgColor", rgb=ground))
        pattern.appendChild(self._new("bgColor", indexed="64"))
        fill.appendChild(pattern)
        return _append(self._fills, fill, "fill")

    def _our_fills(self) -> set[int]:
        """Fills in one of our shades, whoever has written the file since."""
        shades = {ground[2:] for ground in GROUNDS.values()}
        return {
            k
            for k, fill in enumerate(_children(self._fills, "fill"))
            for pattern in _children(fill, "patternFill")
            for colour in _children(pattern, "fgColor")
            if colour.getAttribute("rgb")[-6:].upper() in shades
        }

    def _child(self, name: str) -> Element:
        found = next(_children(self._root, name), None)
        if found is None:
            raise Irregular(f"styles/{name}")
        return found

    def _new(self, name: str, **attributes: str) -> Element:
        prefix = f"{self._root.prefix}:" if self._root.prefix else ""
        element = self._document.createElement(prefix + name)
        for key, value in attributes.items():
            element.setAttribute(key, value)
        return element


def _children(parent: Element, name: str) -> Iterator[Element]:
    for node in parent.childNodes:
        if isinstance(node, Element) and node.localName == name:
            yield node


def _append(parent: Element, child: Element, name: str) -> int:
    """Append to a counted list; gives the number of the child."""
    number = sum(1 for _ in _children(parent, name))
    parent.appendChild(child)
    parent.setAttribute("count", str(number + 1))
    return number
