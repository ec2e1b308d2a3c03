"""What a reader gives: one `RawSheet` per sheet, or `UnreadableFile`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import polars as pl

READER_VERSION = "2026.11"


# Marks that turn the direction of writing: "示例\u202excl.exe" shows as "示例exe.lcx".
_TURNING = set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown_name(name: str) -> str:
    """A file name as it may be printed: signs that nobody sees are written out."""
    return "".join(_escaped(sign) if is_unseen(sign) else sign for sign in name)


def is_unseen(sign: str) -> bool:
    """Whether a sign of a name is not seen, or is none (bytes that are no text)."""
    return sign in _TURNING or unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")


def _escaped(sign: str) -> str:
    return f"<{ord(sign):02X}>" if ord(sign) < 256 else f"<U+{ord(sign):04X}>"


class UnreadableFile(Exception):  # noqa: N818 - the name users of this package know
    """A file that cannot be taken in; `reason` (Chinese) says why and how to mend it."""

    def __init__(self, file_name: str, reason: str) -> None:
        self.file_name = shown_name(file_name)
        super().__init__(f"{self.file_name}：{reason}")
        self.reason = reason

    def __reduce__(self) -> tuple[type[UnreadableFile], tuple[str, str]]:
        return type(self), (self.file_name, self.reason)


@dataclass(frozen=True)
class LostCell:
    """A number of 16 or more digits: Excel keeps 15, so the true digits are gone."""

    row: int
    column: int
    """0-based column of the file."""
    text: str
    """What Excel shows; may be part of a personal number, never print it."""


@dataclass(frozen=True)
class RaggedRow:
    """A record of a CSV with more or fewer fields than most records of the file have."""

    row: int
    fields: int
    expected: int


@dataclass(frozen=True)
class Remark:
    """Something the reader left alone or could not read; `message` in Chinese."""

    code: str
    message: str
    row: int | None = None
    cell: str | None = None


@dataclass(frozen=True)
class RawSheet:
    """One sheet as text, nothing interpreted.

    `rows`: `row_number` Int64 (the row Excel shows; in a CSV the physical line where the record
    starts), then `c0`, `c1`, … Utf8, where `ck` is column k of the file, leading blank columns
    counted. An empty cell is null. Rows without any cell are left out; their numbers are not
    given to others. `name` is "" for a CSV.
    """

    name: str
    rows: pl.DataFrame
    hidden: bool = False
    lost_ids: tuple[LostCell, ...] = ()
    ragged: tuple[RaggedRow, ...] = ()
    remarks: tuple[Remark, ...] = ()
    is_workbook: bool = True
    """Whether cells have addresses such as C17 (a CSV has none)."""

    @property
    def width(self) -> int:
        """Number of columns of the file, blank ones too."""
        return self.rows.width - 1


def column_name(index: int) -> str:
    """The name of column `index` (0-based) in `RawSheet.rows`."""
    return f"c{index}"


def without_blank(frame: pl.DataFrame) -> pl.DataFrame:
    """Make empty texts null and leave out rows that hold nothing."""
    cells = [c for c in frame.columns if c != "row_number"]
    if not cells:
        return frame.clear()
    has_blank = frame.select((pl.col(cells) == "").any()).row(0, named=True)
    blank = [c for c in cells if has_blank[c]]
    frame = frame.with_columns(pl.when(pl.col(c) != "").then(pl.col(c)) for c in blank)
    is_filled = frame.select(pl.any_horizontal(pl.col(cells).is_not_null())).to_series()
    # A large table is not copied for nothing.
    return frame if is_filled.all() else frame.filter(is_filled)
