"""What holds for every file, whatever its layout and its cells.

A check costs a second or two, so there are few examples, each a workbook of many sheets.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.check import check_file
from etl.readers import UnreadableFile
from etl.readers.excel import cell_text
from etl.workbook import annotate
from tests.quality_support import CONTRACTS, PENALTY, PERMIT, PERSON, RECEIVED, TASK
from tests.test_workbook import raw_cells
from warehouse.plans import load_plans

BC = load_plans()["BC"]
BASES = {"admin_permit": PERMIT, "admin_penalty": PENALTY, "task_status": TASK}
few = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# What a workbook can hold: no control characters, no halves of pairs.
characters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
cells = st.one_of(
    st.none(),
    st.text(characters, max_size=30),
    st.sampled_from(
        ["无", "-", "=1+1", "@x", " ", "2022/13/45", "1e16", "长期", "<b>", "'", "错误说明"]
    ),
    st.integers(-(10**18), 10**18),
    st.floats(-1e12, 1e12, allow_nan=False),
    st.booleans(),
    st.dates(dt.date(1900, 3, 1), dt.date(2200, 1, 1)),
)
bad_texts = st.sampled_from(
    ["", "9111", "91110000600037341X", "２０２２年６月", "abc", "0", "自然人"]
)


@dataclass(frozen=True)
class Shape:
    """One sheet: what stands above and left of the table, what is odd about its rows."""

    ledger: str
    titles: int
    left: int
    has_group: bool
    blank_after: frozenset[int]
    hidden: frozenset[int]
    changes: tuple[dict[str, str], ...]
    has_extra: bool


@st.composite
def shapes(draw: Any) -> Shape:
    ledger = draw(st.sampled_from(sorted(BASES)))
    fields = [c.field for c in CONTRACTS[ledger].columns if not c.is_extension]
    changes = st.dictionaries(st.sampled_from(fields), bad_texts, max_size=4)
    numbers = st.frozensets(st.integers(0, 5), max_size=3)
    return Shape(
        ledger=ledger,
        titles=draw(st.integers(0, 3)),
        left=draw(st.integers(0, 2)),
        has_group=draw(st.booleans()),
        blank_after=draw(numbers),
        hidden=draw(numbers),
        changes=tuple(draw(st.lists(changes, min_size=1, max_size=6))),
        has_extra=draw(st.booleans()),
    )


def write(path: Path, sheets: list[Shape]) -> None:
    """Write the sheets as an office would: titles merged over the table, a group header merged over
    the first columns, blank and hidden rows between the records."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, shape in enumerate(sheets):
        sheet = book.create_sheet(f"表{number}'s")
        columns = [c for c in CONTRACTS[shape.ledger].columns if not c.is_extension]
        first = shape.left + 1
        last = shape.left + len(columns)
        row = 0
        for _ in range(shape.titles):
            row += 1
            sheet.cell(row, first, "示例单位信息公示表")
            sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
        if shape.has_group:
            row += 1
            sheet.cell(row, first, "基本信息")
            sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=first + 2)
        row += 1
        for k, column in enumerate(columns):
            sheet.cell(row, first + k, column.title)
        if shape.has_extra:
            sheet.cell(row, last + 1, "本地补充列")
        for k, change in enumerate(shape.changes):
            row += 2 if k in shape.blank_after else 1
            base = BASES[shape.ledger] | (
                PERSON if k == 3 and "uscc" in BASES[shape.ledger] else {}
            )
            values = base | change
            for c, column in enumerate(columns):
                sheet.cell(row, first + c, values.get(column.field) or None)
            if k in shape.hidden:
                sheet.row_dimensions[row].hidden = True
    book.save(path)


def shown(value: object) -> str | None:
    return None if value is None or value == "" else cell_text(value)


@few
@given(sheets=st.lists(shapes(), min_size=12, max_size=14))
def test_each_address_holds_the_reported_value(sheets: list[Shape], tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("layout")
    path, target = folder / "表.xlsx", folder / "标记.xlsx"
    write(path, sheets)
    result = check_file(path, BC, RECEIVED, reveal=True)
    assert [s.rows for s in result.sheets] == [len(s.changes) for s in sheets]
    book = openpyxl.load_workbook(path)
    for violation in result.violations:
        if violation.cell is not None:
            assert violation.cell.endswith(str(violation.row))
            assert shown(book[violation.sheet][violation.cell].value) == violation.value
    # Every error is on a column of the file, so it has an address.
    assert all(v.cell for v in result.violations if v.field is not None)
    annotate(path, result, target)
    copy = openpyxl.load_workbook(target)
    for sheet in book:
        assert raw_cells(path, sheet.title).items() <= raw_cells(target, sheet.title).items()
        noted = {c.coordinate for row in copy[sheet.title].iter_rows() for c in row if c.comment}
        assert noted >= {v.cell for v in result.violations if v.sheet == sheet.title}


@st.composite
def noise(draw: Any) -> list[list[Any]]:
    """A header of a ledger, or none, over rows of anything."""
    ledger = draw(st.sampled_from([*sorted(BASES), None]))
    header: list[Any] = ["甲", "乙"]
    if ledger:
        header = [c.title for c in CONTRACTS[ledger].columns if not c.is_extension]
    row = st.lists(cells, min_size=1, max_size=len(header) + 2)
    return [header, *draw(st.lists(row, max_size=8))]


@few
@given(tables=st.lists(noise(), min_size=15, max_size=18))
def test_any_cells_can_be_checked_and_marked(
    tables: list[list[list[Any]]], tmp_path_factory: Any
) -> None:
    folder = tmp_path_factory.mktemp("noise")
    path, target = folder / "表.xlsx", folder / "标记.xlsx"
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(tables):
        sheet = book.create_sheet(f"表{number}")
        for r, row in enumerate(rows, start=1):
            for c, value in enumerate(row, start=1):
                cell = sheet.cell(r, c)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # what looks like a formula is a text
    book.save(path)
    if not any(len(rows[0]) > 2 for rows in tables):  # no ledger's header among them
        with pytest.raises(UnreadableFile):
            check_file(path, BC, RECEIVED)
        return
    result = check_file(path, BC, RECEIVED)
    assert not result.rule_errors
    assert result.compliant_rows + result.wrong_rows == result.rows
    annotate(path, result, target)
    for sheet in book:
        before, after = raw_cells(path, sheet.title), raw_cells(target, sheet.title)
        assert before.items() <= after.items()
    openpyxl.load_workbook(target)
