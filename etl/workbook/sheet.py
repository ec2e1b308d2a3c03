"""One sheet of the marked copy: coloured cells, the column 错误说明, room for the notes."""

from __future__ import annotations

import re
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from etl.formula_text import is_dangerous
from etl.readers import column_index, column_letters
from etl.workbook.marks import NOTE_TITLE, SheetMarks
from etl.workbook.splice import Attributes, Splicer
from etl.workbook.styles import Styles

_WIDTH = 60
_STYLE = re.compile(rb"""\ss\s*=\s*(?:"[^"]*"|'[^']*')""")
_SPANS = re.compile(rb"""\sspans\s*=\s*(?:"[^"]*"|'[^']*')""")
_SELECTED = re.compile(rb"""\stabSelected\s*=\s*(?:"[^"]*"|'[^']*')""")
_index_of = lru_cache(maxsize=4096)(column_index)
_letters_of = lru_cache(maxsize=4096)(column_letters)
_SUSPECT = frozenset("=+-@\t\r'")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What stands behind the notes in a sheet, in the order of the standard.
_BEHIND_NOTES = {
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst", "AlternateContent",
}  # fmt: skip
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def clean_text(text: str) -> str:
    """A text that we add: no character XML forbids, nothing that could be taken for a formula."""
    text = _ILLEGAL.sub("", text)
    return "'" + text if text[:1] in _SUSPECT and is_dangerous(text) else text


@lru_cache(maxsize=20_000)  # the same titles and messages come back in every row
def xml_text(text: str) -> str:
    """A text that we add, as it stands in XML."""
    return escape(clean_text(text))


def text_cell(prefix: bytes, address: str, style: int, text: str) -> bytes:
    """A cell with a text: written as text, so that nothing in it is ever a formula."""
    p = prefix.decode()
    return (
        f'<{p}c r="{address}" s="{style}" t="inlineStr"><{p}is>'
        f'<{p}t xml:space="preserve">{xml_text(text)}</{p}t></{p}is></{p}c>'
    ).encode()


class SheetCopy(Splicer):
    """Copies one sheet. Without `marks` only its selection is taken from it.

    `drawing` is the relation under which the notes will be found; None where the sheet has notes
    already, or gets none.
    """

    def __init__(self, styles: Styles, marks: SheetMarks | None, drawing: str | None) -> None:
        super().__init__()
        self._styles = styles
        self._marks = marks
        self._drawing = drawing
        self._depth = 0
        self._data_depth = 0
        self._row = 0
        self._column = -1
        self._cell_start: int | None = None
        self._last_style = 0
        self._wanted: list[tuple[int, str | None]] = []
        self._row_marks: dict[int, str] = {}
        self._columns_start: int | None = None
        self._columns: list[Attributes] = []
        self._has_columns = False
        self._has_data = False

    def on_start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._data_depth:
            if self._depth == self._data_depth + 1 and name == "row":
                self._start_row(attributes)
            elif self._depth == self._data_depth + 2 and name == "c":
                self._start_cell(attributes)
        elif self._depth <= 3:
            self._start_other(name, attributes)

    def on_end(self, name: str) -> None:
        if self._data_depth:
            if self._depth == self._data_depth + 2 and self._cell_start is not None:
                self._end_cell()
            elif self._depth == self._data_depth + 1 and name == "row":
                self._end_row()
            elif self._depth == self._data_depth:
                self._data_depth = 0
        elif self._depth == 2 and name == "cols" and self._columns_start is not None:
            end = self.here if self.is_empty(self._columns_start) else self.end_of_tag()
            self.replace(self._columns_start, end, self._widths())
            self._columns_start = None
            self.release()
        elif self._depth == 1:
            self._insert_drawing()
        self._depth -= 1

    def _start_other(self, name: str, attributes: Attributes) -> None:
        if name == "sheetView" and "tabSelected" in attributes:
            tag = self.tag()
            self.replace(self.here, self.end_of_tag(), _SELECTED.sub(b"", tag))
        if self._marks is None or self._depth > 3:
            return
        if self._depth == 2 and name == "dimension":
            # The new column stands outside it, and nobody needs it.
            tag = self.tag()
            if tag.endswith(b"/>"):
                self.replace(self.here, self.end_of_tag(), b"")
        elif self._depth == 2 and name == "cols":
            self._has_columns = True
            self._columns_start = self.here
            self.hold(self.here)
        elif self._depth == 3 and name == "col" and self._columns_start is not None:
            self._columns.append(attributes)
        elif self._depth == 2 and name == "sheetData":
            self._data_depth = self._depth
            self._has_data = True
            if not self._has_columns:
                self.insert(self.here, self._widths())
        elif self._depth == 2 and name in _BEHIND_NOTES and self._has_data:
            self._insert_drawing()

    def _insert_drawing(self) -> None:
        if self._drawing is None:
            return
        p = self.prefix.decode()
        self.insert(
            self.here,
            f'<{p}legacyDrawing xmlns:r="{_RELATION}" r:id="{self._drawing}"/>'.encode(),
        )
        self._drawing = None

    def _start_row(self, attributes: Attributes) -> None:
        assert self._marks is not None
        self._row = int(attributes.get("r", self._row + 1))
        self._column = -1
        self._last_style = 0
        self._row_marks, self._wanted = self._wanted_in_row()
        if self._wanted and "spans" in attributes:
            self.replace(self.here, self.end_of_tag(), _SPANS.sub(b"", self.tag()))

    def _wanted_in_row(self) -> tuple[dict[int, str], list[tuple[int, str | None]]]:
        """Cells of the row to colour, and (column, text) of those to write, in order."""
        marks = self._marks
        assert marks is not None
        cells = marks.cells.get(self._row)
        colours = {k: mark.severity for k, mark in cells.items()} if cells else {}
        wanted: list[tuple[int, str | None]] = [(k, None) for k in colours]
        if self._row == marks.layout.header_row:
            wanted = [w for w in wanted if w[0] != marks.note_column]
            wanted.append((marks.note_column, NOTE_TITLE))
        elif self._row in marks.lines:
            wanted.append((marks.note_column, marks.text_of(self._row)))
        elif marks.is_marked_before and self._row > marks.layout.header_row:
            wanted.append((marks.note_column, ""))
        wanted.sort(reverse=True)
        return colours, wanted

    def _start_cell(self, attributes: Attributes) -> None:
        address = attributes.get("r")
        self._column = _index_of(address.rstrip("0123456789")) if address else self._column + 1
        style = int(attributes.get("s", 0))
        while self._wanted and self._wanted[-1][0] < self._column:
            self.insert(self.here, self._new_cell(*self._wanted.pop()))
        if self._wanted and self._wanted[-1][0] == self._column:
            if self._wanted[-1][1] is None:
                self._wanted.pop()
                self._restyle(self._styles.marked(style, self._row_marks[self._column]))
            else:
                self._cell_start = self.here
                self.hold(self.here)
        elif style in self._styles.stale:
            self._restyle(self._styles.unmarked(style))
        self._last_style = self._styles.unmarked(style)

    def _end_cell(self) -> None:
        assert self._cell_start is not None
        end = self.here if self.is_empty(self._cell_start) else self.end_of_tag()
        self.replace(self._cell_start, end, self._new_cell(*self._wanted.pop()))
        self._cell_start = None
        self.release()

    def _end_row(self) -> None:
        while self._wanted:
            self.insert(self.here, self._new_cell(*self._wanted.pop()))

    def _restyle(self, style: int) -> None:
        tag = self.tag()
        text = b' s="%d"' % style
        changed, found = _STYLE.subn(text, tag, count=1)
        if not found:
            cut = -2 if tag.endswith(b"/>") else -1
            changed = tag[:cut].rstrip() + text + tag[cut:]
        self.replace(self.here, self.end_of_tag(), changed)

    def _new_cell(self, column: int, text: str | None) -> bytes:
        """A cell that the file has not: empty and coloured, or with a text of ours."""
        assert self._marks is not None
        address = f"{_letters_of(column)}{self._row}"
        if self._row == self._marks.layout.header_row and text is not None:
            severity = self._row_marks.get(column)
            style = (
                self._styles.marked(self._last_style, severity) if severity else self._last_style
            )
            return text_cell(self.prefix, address, style, text)
        if text:
            return text_cell(self.prefix, address, 0, text)
        style = 0 if text is not None else self._styles.marked(0, self._row_marks[column])
        return b'<%sc r="%s" s="%d"/>' % (self.prefix, address.encode(), style)

    def _widths(self) -> bytes:
        """The widths of the columns, with one for ours; an overlap would break the workbook."""
        assert self._marks is not None
        number = self._marks.note_column + 1
        kept: list[Attributes] = []
        for column in self._columns:
            first, last = int(column["min"]), int(column["max"])
            if first <= number <= last:
                if first < number:
                    kept.append({**column, "max": str(number - 1)})
                if last > number:
                    kept.append({**column, "min": str(number + 1)})
            else:
                kept.append(column)
        kept.append(
            {"min": str(number), "max": str(number), "width": str(_WIDTH), "customWidth": "1"}
        )
        kept.sort(key=lambda column: int(column["min"]))
        p = self.prefix.decode()
        parts = (
            f"<{p}col " + " ".join(f"{k}={quoteattr(v)}" for k, v in column.items()) + "/>"
            for column in kept
        )
        return f"<{p}cols>{''.join(parts)}</{p}cols>".encode()
