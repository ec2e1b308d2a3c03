"""Blank workbooks that departments fill in: one per ledger, made from its contract."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from warehouse.codes import load_codes
from warehouse.contracts import CATEGORIES, Column, Contract

GUIDE_SHEET = "填报说明"
GUIDE_HEADERS = ("列名", "含义", "是否必填", "示例", "可填的值", "格式", "常见错误")

_ROWS = 20_000  # rows that get formats and drop-downs
_LIST_LIMIT = 255  # Excel refuses longer in-place lists
_GUIDE_WIDTHS = (34, 46, 26, 26, 40, 18, 44)

_FORMATS = {
    "date": "日期，YYYY/MM/DD",
    "datetime": "日期或时间，YYYY/MM/DD",
    "number": "数值",
}


def write_templates(out_dir: Path, contracts: Mapping[str, Contract]) -> list[Path]:
    """Write `<title>模板.xlsx` for each contract and return the paths, in contract order.

    Sheet 1, named by the ledger, holds only the header row: text format on identifiers,
    drop-downs for code lists, required columns coloured. Sheet 2 explains every column.
    The folder is made if need be; files of the same names are replaced.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    return [_write(out_dir, contract) for contract in contracts.values()]


def _write(out_dir: Path, contract: Contract) -> Path:
    path = out_dir / f"{contract.title}模板.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": f"{contract.title}模板", "comments": contract.version})
        look = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}
        required = book.add_format(look | {"bg_color": "#FCE4D6"})
        optional = book.add_format(look | {"bg_color": "#E2EFDA"})
        formats = {
            "text": book.add_format({"num_format": "@"}),
            "date": book.add_format({"num_format": "yyyy/mm/dd"}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        }
        sheet = book.add_worksheet(contract.title)
        sheet.set_row(0, 45)
        sheet.freeze_panes(1, 1)
        for position, column in enumerate(contract.columns):
            sheet.set_column(position, position, _width(column), _cell_format(column, formats))
            sheet.write_string(0, position, column.title, required if column.required else optional)
            _add_choices(sheet, position, column)
        _write_guide(book.add_worksheet(GUIDE_SHEET), contract, optional, formats["wrap"])
    return path


def _write_guide(sheet: Worksheet, contract: Contract, head: Format, wrap: Format) -> None:
    sheet.freeze_panes(1, 1)
    for position, (title, width) in enumerate(zip(GUIDE_HEADERS, _GUIDE_WIDTHS, strict=True)):
        sheet.set_column(position, position, width)
        sheet.write_string(0, position, title, head)
    for row, column in enumerate(contract.columns, start=1):
        cells = (
            column.title,
            column.meaning,
            _requirement(column),
            column.example,
            "、".join(_choices(column)),
            _form(column),
            column.mistakes,
        )
        for position, cell in enumerate(cells):
            sheet.write_string(row, position, cell, wrap)


def _add_choices(sheet: Worksheet, position: int, column: Column) -> None:
    """Offer the codes in a drop-down; other values stay possible where the contract has them."""
    choices = [c for c in _choices(column) if not c.startswith("其他-")]
    if not choices or len(",".join(choices)) > _LIST_LIMIT:
        return
    is_open = bool(column.open_prefix) or column.multiple
    sheet.data_validation(
        1,
        position,
        _ROWS,
        position,
        {
            "validate": "list",
            "source": choices,
            "error_type": "information" if is_open else "stop",
            "error_title": column.title,
            "error_message": "请从下拉列表中选择" + ("，或按填报说明填写" if is_open else ""),
        },
    )


def _choices(column: Column) -> list[str]:
    if column.codes is None:
        return []
    codes = list(load_codes()[column.codes])
    return [*codes, f"{column.open_prefix}具体类别"] if column.open_prefix else codes


def _requirement(column: Column) -> str:
    if column.is_required:
        return "必填"
    said = []
    if column.required:
        said.append("、".join(c for c in CATEGORIES if c in column.required) + "必填")
    if column.must_be_blank:
        said.append("、".join(c for c in CATEGORIES if c in column.must_be_blank) + "留空")
    return "；".join(said) or "选填"


def _form(column: Column) -> str:
    said = [_FORMATS.get(column.type, "文本")]
    if column.unit:
        said.append(f"单位 {column.unit}")
    if column.length:
        said.append(f"不超过 {column.length} 字")
    return "，".join(said)


def _cell_format(column: Column, formats: Mapping[str, Format]) -> Format | None:
    if column.type in ("date", "datetime"):
        return formats["date"]
    return formats["text"] if column.is_text_cell else None


def _width(column: Column) -> int:
    """Wide enough for a header on two lines and for what is usually typed below it."""
    header = len(column.title) + 2
    content = {"uscc": 22, "id_no": 22, "party_name": 30, "name": 26, "doc_no": 26, "text": 24}
    return max(header, content.get(column.type, 14))
