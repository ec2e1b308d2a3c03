"""Finding the cells in the XML of a sheet, a megabyte at a time, without taking any of it apart.

Asks exactly what `CELL` asks of every cell, but of all cells of a block at once; where one of them
is written in another way, the pattern looks at each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from etl.readers.columns import column_index

# A cell as it is usually written: column, row, "/" if it is surely empty. Anything else that may be
# a cell gives three empty texts.
CELL = re.compile(
    rb'[<:]c(?:(?: [st]="\w+")* r="([A-Z]{1,3})([0-9]{1,7})"(?: [st]="\w+")* ?(/?)|[\s/>])'
)
_OPENING = b'<c r="'
_LETTERS, _DIGITS = 3, 7
# The longest address and what closes it, so that looking ahead never leaves the block.
_PADDING = b"\0" * (len(_OPENING) + _LETTERS + _DIGITS + 1)
_BEHIND_NAME = np.frombuffer(b" \t\n\r\f\v/>", np.uint8)

_Bytes = npt.NDArray[np.uint8]
_Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Cells:
    """The cell elements of a block: how many, and the last row and column (1-based, 0 if none) of
    those that are not surely empty. `is_plain`: each is written as spreadsheet programs do."""

    count: int
    last_row: int
    last_column: int
    is_plain: bool


def scan_cells(block: bytes) -> Cells:
    """The cells that begin in a block. None may be cut off at its end."""
    found = None if b":c" in block else _scan_together(block)
    return _scan_each(block) if found is None else found


def _scan_together(block: bytes) -> Cells | None:
    """All cells at once; None where one is not written as `<c r="…"` or hides where it ends."""
    signs = np.frombuffer(block + _PADDING, np.uint8)
    tags = np.flatnonzero(signs == ord("<"))
    tags = tags[signs[tags + 1] == ord("c")]
    tags = tags[np.isin(signs[tags + 2], _BEHIND_NAME)]
    if not tags.size:
        return Cells(0, 0, 0, is_plain=True)
    for offset, sign in enumerate(_OPENING[2:], start=2):
        if not (signs[tags + offset] == sign).all():
            return None
    columns, at = _leading(signs, tags + len(_OPENING), _LETTERS, ord("A") - 1, 26)
    rows, end = _leading(signs, at, _DIGITS, ord("0") - 1, 10)
    if not ((at > tags + len(_OPENING)) & (end > at) & (signs[end] == ord('"'))).all():
        return None
    kept = ~_may_be_empty(block, signs, end)
    last_row = int(rows.max(initial=0, where=kept))
    last_column = int(columns.max(initial=0, where=kept))
    # Only those count that lie beyond: the pattern says whether they are empty indeed.
    for k in np.flatnonzero(~kept & ((rows > last_row) | (columns > last_column))):
        match = CELL.match(block, int(tags[k]))
        if match is None or not match[3]:
            last_row, last_column = max(last_row, int(rows[k])), max(last_column, int(columns[k]))
    return Cells(len(tags), last_row, last_column, is_plain=True)


def _leading(
    signs: _Bytes, start: _Numbers, most: int, before: int, base: int
) -> tuple[_Numbers, _Numbers]:
    """The number that the signs from `start` on write, of at most so many places, and where it
    ends. `before`: the sign before the first one that counts; letters count from 1, digits from 0.
    """
    zero = before + 1 if base == 10 else before
    value, at = np.zeros(len(start), np.intp), start.copy()
    goes_on = np.ones(len(start), bool)
    for _ in range(most):
        sign = signs[at]
        goes_on &= (sign > before) & (sign <= before + base)
        if not goes_on.any():
            break
        value = np.where(goes_on, value * base + sign - zero, value)
        at += goes_on
    return value, at


def _may_be_empty(block: bytes, signs: _Bytes, address_end: _Numbers) -> npt.NDArray[np.bool_]:
    """Whether the first ">" behind the address of a cell closes an element without content."""
    if b"/>" not in block:
        return np.zeros(len(address_end), bool)
    closing = np.flatnonzero(signs == ord(">"))
    following = np.searchsorted(closing, address_end)
    closed = following < len(closing)
    where = closing[np.minimum(following, len(closing) - 1)]
    empty: npt.NDArray[np.bool_] = closed & (signs[where - 1] == ord("/"))
    return empty


def _scan_each(block: bytes) -> Cells:
    cells = CELL.findall(block)
    filled = [(column, row) for column, row, empty in cells if column and not empty]
    return Cells(
        count=len(cells),
        last_row=max((int(row) for _, row in filled), default=0),
        last_column=max((column_index(c.decode()) + 1 for c in {c for c, _ in filled}), default=0),
        is_plain=all(column for column, _, _ in cells),
    )
