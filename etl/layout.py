"""Which column of a sheet holds which field, and what is odd about its headers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import polars as pl

from etl.headers import Header
from etl.readers import RawSheet, column_letters, column_name
from warehouse.contracts import header_key


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about the file rather than about its data; never holds a value of a cell.

    `code`: missing_header, duplicate_header, synonym_header, no_header, lost_digits, ragged,
    footer, empty_rows, repeated_header, column_numbers, hidden_sheet, no_rows, macros,
    external_links, formula_without_value. `row` as Excel shows it; `column` the header; `cell` the
    address, null in a CSV.
    """

    code: str
    message: str
    row: int | None = None
    column: str | None = None
    field: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Layout:
    """The columns of a sheet. Column numbers are 0-based columns of the file.

    `fields`: field → its columns, several where the contract joins parts. `extras`: (column,
    name under which it is kept); names are unique. `nameless`: columns without a header.
    """

    header: Header
    is_workbook: bool
    header_map: tuple[tuple[int, str, str | None], ...]
    fields: dict[str, tuple[int, ...]]
    extras: tuple[tuple[int, str], ...]
    nameless: frozenset[int]

    def address(self, column: int, row: int) -> str | None:
        """Address such as C17; None in a CSV."""
        return f"{column_letters(column)}{row}" if self.is_workbook else None

    def title_of(self, column: int) -> str | None:
        """The header of a column; None if it has none."""
        return self.header.titles[column]


def layout_of(sheet: RawSheet, header: Header) -> Layout:
    """Give each column of a sheet its field, or the name under which it is kept as unknown."""
    matched = header.contract.match(header.titles)
    header_map: list[tuple[int, str, str | None]] = []
    fields: dict[str, tuple[int, ...]] = {}
    extras: list[tuple[int, str]] = []
    # Counts every header, so that a second one of a known name becomes `名称#2`.
    seen: Counter[str] = Counter()
    nameless = set()
    for k, (title, field_id) in enumerate(zip(header.titles, matched, strict=True)):
        if title is None:
            nameless.add(k)
            extras.append((k, f"第{column_letters(k) if sheet.is_workbook else k + 1}列"))
            continue
        seen[header_key(title)] += 1
        header_map.append((k, title, field_id))
        if field_id is not None:
            fields[field_id] = (*fields.get(field_id, ()), k)
        else:
            times = seen[header_key(title)]
            extras.append((k, title if times == 1 else f"{title}#{times}"))
    return Layout(
        header=header,
        is_workbook=sheet.is_workbook,
        header_map=tuple(header_map),
        fields=fields,
        extras=tuple(_unique(extras)),
        nameless=frozenset(nameless),
    )


def _unique(extras: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """A header may itself read `名称#2`; no name may hide another."""
    taken: set[str] = set()
    unique = []
    for column, name in extras:
        free = name
        while free in taken:
            free += "'"
        taken.add(free)
        unique.append((column, free))
    return unique


def header_problems(layout: Layout, body: pl.DataFrame) -> list[Problem]:
    """Required columns missing, names given twice, columns with content but no header."""
    row, contract = layout.header.row, layout.header.contract
    standard = contract.standard_of(layout.header.titles)
    problems = [
        Problem(
            "missing_header",
            f"缺少必填列“{c.title}”（{standard.title}）。请按模板补上该列，表头文字不要改动。",
            row=row,
            column=c.title,
            field=c.field,
        )
        for c in contract.missing(layout.header.titles, standard)
    ]
    names = dict(layout.extras)
    first_title = {field: layout.title_of(columns[0]) for field, columns in layout.fields.items()}
    first_of: dict[str, int] = {}
    for column, title, field_id in layout.header_map:
        known = contract.column_of(title)
        earlier = first_of.setdefault(header_key(title), column)
        cell = layout.address(column, row)
        if field_id is None and earlier != column:
            message = (
                f"表头“{title}”重复，只按前一列检查；本列内容以“{names[column]}”保留。"
                "请删去或改名其中一列。"
            )
            problems.append(Problem("duplicate_header", message, row, title, cell=cell))
        elif field_id is None and known is not None:
            message = (
                f"“{title}”与“{first_title[known.field]}”是同一项，只按前一列检查；"
                "本列内容已原样保留。请只留一列。"
            )
            problems.append(Problem("synonym_header", message, row, title, cell=cell))
    for column, name in layout.extras:
        if column in layout.nameless and body[column_name(column)].null_count() < body.height:
            problems.append(
                Problem(
                    "no_header",
                    f"{name}有内容但没有表头，已原样保留，未参与检查。请补上表头或删去该列。",
                    row=row,
                    cell=layout.address(column, row),
                )
            )
    return problems
