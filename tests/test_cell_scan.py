"""The cells of a sheet found all at once: as the pattern that looks at each finds them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.readers import column_index
from etl.readers.cell_scan import Cells, scan_cells

USUAL = [
    b'<c r="A1"/>', b'<c r="B2" s="1"/>', b'<c r="D4" />', b'<c r="XFD1048576" s="1"/>',
    b'<c r="AA12" t="s"><v>1</v></c>', b'<c r="C3"><v>7</v></c>', b'<row r="1">',
    b'<col min="1"/>', b"<cols>", "<is><t>甲</t></is>".encode(), b"</row>",
]  # fmt: skip
UNUSUAL = [
    b'<c r="XFD1048576" cm="1"/>', b'<c r="XFD9" q="/>" t="s">', b'<c r="E5" s="a b"/>',
    b'<c r="A9999999">', b'<c r="A99999999">', b'<c r="ABCD1">', b'<c r="a1">', b'<c r="">',
    b'<c s="1" r="C3"/>', b'<c s="1" r="CC33">', b"<c>", b"<c/>", b'<c\tr="A1"/>', b'<c r="A">',
    b'<x:c r="Z9"/>', b'<c r="1">', b'<c r="ZZZ0">', b'<c r="D44"', b'<c r="', b"<c ", b"<c",
    b'<c:chart r="A1">', b'<c r="F6"s="1"/>', b"/>", b">",
]  # fmt: skip
PATTERN = re.compile(
    rb'[<:]c(?:(?: [st]="\w+")* r="([A-Z]{1,3})([0-9]{1,7})"(?: [st]="\w+")* ?(/?)|[\s/>])'
)


def one_by_one(block: bytes) -> Cells:
    """What each cell is by itself."""
    found = PATTERN.findall(block)
    filled = [cell for cell in found if cell[0] and not cell[2]]
    return Cells(
        len(found),
        max([0, *(int(row) for _, row, _ in filled)]),
        max([0, *(column_index(letters.decode()) + 1 for letters, _, _ in filled)]),
        all(letters for letters, _, _ in found),
    )


@settings(max_examples=500)
@given(st.lists(st.sampled_from(USUAL * 5 + UNUSUAL), max_size=12).map(b"".join))
def test_all_at_once_is_as_one_by_one(block: bytes) -> None:
    assert scan_cells(block) == one_by_one(block)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        # An empty cell far away asks for no room; one with another attribute may hold something.
        (b'<c r="B2"><v>1</v></c><c r="XFD1048576" s="4"/>', Cells(2, 2, 2, True)),
        (b'<c r="B2"><v>1</v></c><c r="XFD1048576" cm="1"/>', Cells(2, 1048576, 16384, True)),
        # What looks like the end of an empty element stands in an attribute.
        (b'<c r="XFD9" q="/>" t="n"><v>1</v></c>', Cells(1, 9, 16384, True)),
        (b'<c r="ZZZ9999999">', Cells(1, 9999999, 18278, True)),
        (b'<c q=">" r="XFD9">', Cells(1, 0, 0, False)),
        (b"<cols><col/></cols>", Cells(0, 0, 0, True)),
    ],
)
def test_what_is_found(block: bytes, expected: Cells) -> None:
    assert scan_cells(block) == expected == one_by_one(block)
