"""Intake: which ledger a sheet is, and its rows under the names of the contract.

No row is dropped in silence: what is not landed (notes under the table, numbered but empty rows,
repeated headers) is named in `Table.problems` with its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from etl.headers import SEARCHED_ROWS, Row, find_header, nearest
from etl.layout import Layout, Problem, header_problems, layout_of
from etl.readers import (
    DEFAULT_LIMITS,
    Limits,
    RawSheet,
    UnreadableFile,
    column_letters,
    column_name,
    read_file,
)
from warehouse.contracts import Contract

_UNIT = re.compile(
    r"(?:填报|报送|上报|编报|填表|报表)(?:单位|部门|机关)(?:名称)?\s*"
    r"(?:[(（][^()（）]{0,6}[)）])?\s*[:：]\s*(?P<unit>.*)"
)
_AFTER_UNIT = re.compile(
    r"\s{2,}|[\s,，;；]*(?:填报|报送|上报|填表|报表)?(?:日期|时间|人)\s*[:：]|[(（](?:盖章|公章|章)[)）]"
)
_NOTE = (
    r"^\s*(?:合\s*计|总\s*计|小\s*计|填报人|填表人|制表人|经办人|审核人|负责人|单位负责人|"
    r"联系人|联系电话|填报单位|填报日期|填表日期|注\s*[:：0-9]|说明\s*[:：]|备注\s*[:：])"
)
# These are no record whatever stands beside them.
_SURE_NOTE = (
    r"^\s*(?:(?:合\s*计|总\s*计|小\s*计)\s*$|(?:填报人|填表人|制表人|经办人|审核人|负责人|单位负责人|"
    r"联系人|联系电话|填报单位|填报日期|填表日期|注|说明|备注)\s*[:：])"
)
# What Excel writes into a CSV for a number of twelve or more digits.
_SCIENTIFIC = r"^\s*[0-9](?:\.[0-9]+)?[Ee]\+(?:1[1-9]|[2-9][0-9])\s*$"
LIST_TITLE = "问题清单"
"""The first sheet of a marked copy (`etl.workbook`): name and first words."""
OWN_LIST = "是本系统生成的问题清单，不是数据"
_MIN_CELLS = 2
_MIN_NUMBERS = 5
# Rows that are looked at a time, so that no second table of all texts is made.
_SLICE = 200_000


@dataclass(frozen=True)
class Table:
    """One sheet as a ledger, or the reason (Chinese) why it is none.

    `frame`: every field of the contract as Utf8, `_extra` (JSON object of the unknown columns
    that are filled, or null), `row_number` Int64. `header_map`: (0-based column, header, field or
    None) of every column with a header. `missing_fields`: required ones without a column.
    """

    sheet: str
    ledger: str | None = None
    standard: str | None = None
    header_row: int | None = None
    header_map: tuple[tuple[int, str, str | None], ...] = ()
    frame: pl.DataFrame = field(default_factory=pl.DataFrame)
    problems: tuple[Problem, ...] = ()
    skipped_reason: str | None = None
    unit_above_header: str | None = None
    missing_fields: tuple[str, ...] = ()
    is_workbook: bool = True
    width: int = 0
    """Number of columns of the sheet, blank ones too."""

    def header_of(self, field_id: str) -> str | None:
        """The header that the file itself uses for a field; None if it has none."""
        return next((header for _, header, f in self.header_map if f == field_id), None)


def take_in(
    path: Path, contracts: Mapping[str, Contract], limits: Limits = DEFAULT_LIMITS
) -> list[Table]:
    """Read a file and recognise all its sheets, in order; skipped sheets are among them.

    Raises UnreadableFile if the file cannot be read or no sheet of it fits any ledger.
    """
    tables = [recognise(sheet, contracts, path.name) for sheet in read_file(path, limits)]
    if all(table.skipped_reason for table in tables):
        reasons = "；".join(
            f"工作表“{t.sheet}”{t.skipped_reason}" if t.sheet else str(t.skipped_reason)
            for t in tables
        )
        raise UnreadableFile(
            path.name, f"没有一张表符合任何台账：{reasons}。请用本系统的模板填报，不要改动表头。"
        )
    return tables


def cell_address(table: Table, field_id: str, row: int) -> str | None:
    """Address such as C17 of a field's cell; None for a CSV or a field without a column."""
    index = next((k for k, _, f in table.header_map if f == field_id), None)
    return f"{column_letters(index)}{row}" if table.is_workbook and index is not None else None


def recognise(sheet: RawSheet, contracts: Mapping[str, Contract], file_name: str) -> Table:
    """Find the header of a sheet and give its rows under the fields of the ledger."""
    if sheet.rows.is_empty():
        return Table(sheet.name, skipped_reason="是空表", is_workbook=sheet.is_workbook)
    top = _top(sheet)
    if _is_own_list(sheet.name, top):
        return Table(sheet.name, skipped_reason=OWN_LIST, is_workbook=sheet.is_workbook)
    header = find_header(top, contracts)
    if header is None:
        return Table(
            sheet.name, skipped_reason=_why_none(top, contracts), is_workbook=sheet.is_workbook
        )
    layout = layout_of(sheet, header)
    body, left_out = _records_only(_below(sheet.rows, header.row), layout)
    contract = header.contract
    standard = contract.standard_of(header.titles)
    problems = [
        *header_problems(layout, body),
        *left_out,
        *_lost_digits(sheet, body, layout),
        *_ragged(sheet, header.row),
    ]
    if sheet.hidden:
        problems.insert(0, Problem("hidden_sheet", f"工作表“{sheet.name}”是隐藏的，已照常读取。"))
    problems[:0] = [Problem(r.code, r.message, r.row, cell=r.cell) for r in sheet.remarks]
    if body.is_empty():
        problems.append(Problem("no_rows", "表头下没有数据行。", row=header.row))
    return Table(
        sheet=sheet.name,
        ledger=contract.ledger,
        standard=standard.id,
        header_row=header.row,
        header_map=layout.header_map,
        frame=_frame(body, layout),
        problems=tuple(problems),
        unit_above_header=_unit_above([r for r in top if r[0] < header.first_row]),
        missing_fields=tuple(c.field for c in contract.missing(header.titles, standard)),
        is_workbook=sheet.is_workbook,
        width=sheet.width,
    )


def _is_own_list(name: str, top: Sequence[Row]) -> bool:
    """Whether a sheet is the list of problems that a marked copy begins with."""
    first = top[0][1][0] if top and top[0][0] == 1 and top[0][1] else None
    return name.startswith(LIST_TITLE) and (first or "").startswith(f"{LIST_TITLE}（")


def _top(sheet: RawSheet) -> list[Row]:
    return [(row[0], row[1:]) for row in sheet.rows.head(SEARCHED_ROWS).iter_rows()]


def _why_none(top: Sequence[Row], contracts: Mapping[str, Contract]) -> str:
    if (found := nearest(top, contracts)) is None:
        return f"前 {SEARCHED_ROWS} 行里没有认得的表头"
    contract, absent = found
    return f"的表头最接近“{contract.title}”，但缺少“{'”“'.join(absent)}”"


def _unit_above(rows: Sequence[Row]) -> str | None:
    """The unit named above the header, in the cell of its label or in the next filled one."""
    for _, cells in rows:
        filled = [cell.strip() for cell in cells if cell and cell.strip()]
        for k, cell in enumerate(filled):
            if match := _UNIT.search(cell):
                rest = match["unit"] or (filled[k + 1] if k + 1 < len(filled) else "")
                unit = _AFTER_UNIT.split(rest.strip(), maxsplit=1)[0].strip(" _＿　")
                if unit:
                    return unit
    return None


def _below(rows: pl.DataFrame, header_row: int) -> pl.DataFrame:
    """The rows below the header, which is among the first ones; nothing is copied."""
    above = rows["row_number"].head(SEARCHED_ROWS) <= header_row
    return rows.slice(int(above.sum()))


def _filled(column: int) -> pl.Expr:
    return pl.col(column_name(column)).str.strip_chars().fill_null("") != ""


def _records_only(body: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, list[Problem]]:
    """Part the records from what is none; the latter is named, row by row or as a run of rows.

    Rows without any content of the contract are none wherever they stand; rows with less than two
    filled cells, or notes such as 合计, only at the foot of the table, where they can be no record.
    """
    if body.is_empty():
        return body, []
    cells = [column_name(k) for k in range(len(layout.header.titles))]
    marks = pl.concat(_marks(part, layout, cells) for part in body.iter_slices(_SLICE))
    is_foot = pl.col("_is_blank") | (pl.col("_count") < _MIN_CELLS) | pl.col("_is_note")
    # At the foot = no row below is anything else.
    marks = marks.with_columns(is_foot.reverse().cum_min().reverse().alias("_is_foot"))
    top = body.slice(marks["_is_blank"].arg_min() or 0, 1)
    numbers = _column_numbers_row(top, cells)
    is_none = pl.col("_is_header") | pl.col("_is_foot") | (pl.col("_count") == 0)
    if numbers is not None:
        is_none |= pl.col("row_number") == numbers
    marks = marks.with_columns(is_none.alias("_is_none"))
    left_out = marks.filter(pl.col("_is_none") & ~pl.col("_is_blank"))
    told = left_out.select("row_number", "_count", "_is_header", "_is_note")
    problems = [*_left_out_problems(told, numbers)]
    kept = ~(marks["_is_none"] | marks["_is_blank"])
    # A large table is not copied for nothing.
    return (body if kept.all() else body.filter(kept)), problems


def _marks(body: pl.DataFrame, layout: Layout, cells: Sequence[str]) -> pl.DataFrame:
    """What tells records from other rows: filled cells, and whether it is blank, note or header."""
    mapped = [column_name(k) for columns in layout.fields.values() for k in columns]
    contract = layout.header.contract
    keys = [column_name(k) for f in contract.key_fields for k in layout.fields.get(f, ())]
    # Few expressions over many columns: building one for each costs more than running them.
    texts = body.select(pl.col(cells).str.strip_chars().replace("", None))
    filled = texts.select(pl.col(cells).is_not_null())
    headers = [*(title for _, title, f in layout.header_map if f), *_headers(contract)]
    first = texts.select(pl.coalesce(cells)).to_series()
    key_filled = filled.select(pl.any_horizontal(keys)).to_series()
    return body.select(
        "row_number",
        filled.select(pl.sum_horizontal(pl.col(mapped).cast(pl.Int32)).alias("_count")).to_series(),
        first.is_null().alias("_is_blank"),
        ((first.str.contains(_NOTE) & ~key_filled) | first.str.contains(_SURE_NOTE))
        .fill_null(False)
        .alias("_is_note"),
        texts.select(
            (pl.sum_horizontal(pl.col(mapped).is_in(headers).cast(pl.Int32)) * 2 > len(mapped))
            .fill_null(False)
            .alias("_is_header")
        ).to_series(),
    )


def _headers(contract: Contract) -> list[str]:
    """Every word that a header row of the ledger may hold: printed tables repeat their header on
    each page, platforms put a row of codes beside it."""
    return [header for column in contract.columns for header in column.headers]


def _column_numbers_row(marked: pl.DataFrame, cells: Sequence[str]) -> int | None:
    """Row number of a row 1, 2, 3 … right below the header; None if there is none."""
    if marked.is_empty():
        return None
    texts = [c.strip(" ()（）") for c in marked.select(cells).row(0) if c and c.strip()]
    if len(texts) < _MIN_NUMBERS or not all(t.isascii() and t.isdigit() for t in texts):
        return None
    start = int(texts[0])
    numbers = list(range(start, start + len(texts)))
    return int(marked["row_number"][0]) if list(map(int, texts)) == numbers else None


def _left_out_problems(rows: pl.DataFrame, numbers: int | None) -> Iterator[Problem]:
    run: list[int] = []
    for row, count, is_header, is_note in rows.iter_rows():
        if not (count or is_header or is_note or row == numbers):
            if run and row > run[-1] + 1:
                yield _empty_rows(run)
                run = []
            run.append(row)
        elif row == numbers:
            yield Problem("column_numbers", f"第 {row} 行是栏目编号，不是数据，未收入。", row=row)
        elif is_header:
            yield Problem("repeated_header", f"第 {row} 行是重复的表头，未收入。", row=row)
        else:
            yield Problem(
                "footer",
                f"第 {row} 行在表尾，像合计或填表说明，未收入。若是数据，请补全各列后重报。",
                row=row,
            )
    if run:
        yield _empty_rows(run)


def _empty_rows(run: Sequence[int]) -> Problem:
    rows = f"第 {run[0]} 行" if len(run) == 1 else f"第 {run[0]} 至 {run[-1]} 行"
    return Problem("empty_rows", f"{rows}除序号等外没有内容，未收入。", row=run[0])


def _lost_digits(sheet: RawSheet, body: pl.DataFrame, layout: Layout) -> Iterator[Problem]:
    """Long numbers that Excel has turned into floats, and their traces in a CSV."""
    contract = layout.header.contract
    fields = {k: f for f, columns in layout.fields.items() for k in columns}
    rows = set(body["row_number"])
    lost = {(c.row, c.column) for c in sheet.lost_ids if c.row in rows}
    ids = [k for k, f in fields.items() if contract.column(f).is_text_cell]
    scientific = [pl.col(column_name(k)).str.contains(_SCIENTIFIC) for k in ids]
    for row, *hits in (
        body.filter(pl.any_horizontal(scientific)).select("row_number", *scientific).iter_rows()
        if ids
        else ()
    ):
        lost |= {(row, k) for k, hit in zip(ids, hits, strict=True) if hit}
    for row, k in sorted(lost):
        meant = fields.get(k)
        if meant and contract.column(meant).type == "number":
            continue
        address = layout.address(k, row)
        where = f"{address} 单元格" if address else f"第 {row} 行“{layout.title_of(k) or ''}”"
        yield Problem(
            "lost_digits",
            f"{where}的长号码被 Excel 当作数字，末几位已丢失，无法还原。"
            "请把该列设为“文本”格式，对照原件重新录入。",
            row=row,
            column=layout.title_of(k),
            field=meant,
            cell=address,
        )


def _ragged(sheet: RawSheet, header_row: int) -> Iterator[Problem]:
    for r in sheet.ragged:
        if r.row > header_row:
            by = abs(r.fields - r.expected)
            kind = "多" if r.fields > r.expected else "少"
            yield Problem(
                "ragged",
                f"第 {r.row} 行有 {r.fields} 个字段，比多数行{kind} {by} 个，"
                "其后各列可能错位。请检查该行的分隔符：内容里有逗号的要用英文双引号括起来。",
                row=r.row,
            )


def _frame(body: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    contract = layout.header.contract
    fields = [_field_text(layout.fields.get(f, ())).alias(f) for f in contract.fields]
    return body.select(*fields, _extra(layout).alias("_extra"), "row_number")


def _field_text(columns: Sequence[int]) -> pl.Expr:
    if not columns:
        return pl.lit(None, dtype=pl.Utf8)
    if len(columns) == 1:
        return pl.col(column_name(columns[0]))
    parts = [pl.when(_filled(k)).then(pl.col(column_name(k))) for k in columns]
    joined = pl.concat_str(parts, separator=";", ignore_nulls=True)
    return pl.when(joined != "").then(joined)


def _extra(layout: Layout) -> pl.Expr:
    """A JSON object of the unknown columns that are filled; null if none is."""
    members = [
        # One object per cell without its braces; the library does the escaping.
        pl.when(_filled(k)).then(
            pl.struct(pl.col(column_name(k)).alias(name))
            .struct.json_encode()
            .str.head(-1)
            .str.slice(1)
        )
        for k, name in layout.extras
    ]
    if not members:
        return pl.lit(None, dtype=pl.Utf8)
    inner = pl.concat_str(members, separator=",", ignore_nulls=True)
    return pl.when(inner != "").then(pl.concat_str(pl.lit("{"), inner, pl.lit("}")))
