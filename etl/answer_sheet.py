"""The answer sheet (逐条对照表) that goes back to whoever sent a list of decisions to check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from etl.spot_checks import ANSWERS
from warehouse.marks import SAMPLE_MARK

_COLUMNS = {
    "list_name": ("清单（来源文号）", 22),
    "unit": ("单位", 26),
    "decision_type": ("类型", 10),
    "document_no": ("决定文书号", 28),
    "counterparty_name": ("行政相对人", 28),
    "authority_name": ("决定机关", 26),
    "decision_date": ("决定日期", 12),
    "answer_word": ("对照结果", 18),
    "reason": ("说明或依据", 52),
    "report_date": ("上报日期", 12),
    "stored_date": ("入库日期", 12),
}
_BLANK = {"部门核实说明": 30, "经办": 12}
"""For the department to fill in by hand."""
_REMARK = "说明：漏报一律待核，未经核实不作定性；自然人姓名、证件号码已脱敏。"
_GROUND = {"stored": "#E2EFDA", "in_transit": "#FFF2CC", "exempt": "#EDEDED", "missed": "#F8CBAD"}


def write_answer_sheet(
    answers: pl.DataFrame,
    *,
    as_of: date,
    is_sample: bool,
    standing: str,
) -> bytes:
    """The workbook: sheet 汇总 (units by answer) and sheet 逐条对照表 (a line per row of the list).

    `answers`: the frame of `etl.spot_checks.read_answers`. Persons are masked. Every cell is
    written as text or number, so that nothing in it can be a formula. A sample wears its mark on
    both sheets and in their footers.
    """
    target = BytesIO()
    mark = "；".join([SAMPLE_MARK, standing] if is_sample else [standing])
    name = str(answers["list_name"][0]) if answers.height else ""
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": f"{name}逐条对照表", "comments": mark})
        styles = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "mark": book.add_format({"font_color": "#C00000"}),
            "head": book.add_format(
                {"bold": True, "border": 1, "text_wrap": True, "bg_color": "#DDEBF7"}
            ),
            "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
        }
        for answer, ground in _GROUND.items():
            styles[answer] = book.add_format(
                {"border": 1, "text_wrap": True, "valign": "top", "bg_color": ground}
            )
        summary, rows = book.add_worksheet("汇总"), book.add_worksheet("逐条对照表")
        for sheet in (summary, rows):
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.set_footer(f"&L{mark}&R第 &P 页，共 &N 页")
        _write_summary(summary, answers, styles, f"{name} 对照结果（截至 {as_of}）", mark)
        _write_rows(rows, answers, styles, f"{name} 逐条对照表（截至 {as_of}）", mark)
    return target.getvalue()


def _write_summary(
    sheet: Worksheet, answers: pl.DataFrame, styles: Mapping[str, Any], title: str, mark: str
) -> None:
    sheet.write_string(0, 0, title, styles["title"])
    sheet.write_string(1, 0, mark, styles["mark"])
    told = set(answers["answer"])
    # The four answers always have a column, the others where one was given.
    shown = [key for key in ANSWERS if key in _GROUND or key in told]
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, len(shown) + 1, 16)
    for position, head in enumerate(["单位", "合计", *(ANSWERS[key] for key in shown)]):
        sheet.write_string(3, position, head, styles["head"])
    units = [*dict.fromkeys(answers["unit"].to_list())]
    parts = [(unit, answers.filter(pl.col("unit") == unit)) for unit in units]
    for row, (unit, part) in enumerate([*parts, ("合计", answers)], start=4):
        sheet.write_string(row, 0, unit, styles["cell"])
        sheet.write_number(row, 1, part.height, styles["cell"])
        for position, key in enumerate(shown, start=2):
            count = part.filter(pl.col("answer") == key).height
            sheet.write_number(row, position, count, styles["cell"])
    last = len(parts) + 6
    sheet.write_string(
        last, 0, "说明：漏报一律待核，未经核实不作定性；自然人姓名、证件号码已脱敏。"
    )


def _write_rows(
    sheet: Worksheet, answers: pl.DataFrame, styles: Mapping[str, Any], title: str, mark: str
) -> None:
    sheet.write_string(0, 0, title, styles["title"])
    sheet.write_string(1, 0, mark, styles["mark"])
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    heads = [("序号", 6), *_COLUMNS.values(), *_BLANK.items()]
    for position, (head, width) in enumerate(heads):
        sheet.set_column(position, position, width)
        sheet.write_string(3, position, head, styles["head"])
    for number, row in enumerate(answers.iter_rows(named=True), start=1):
        sheet.write_number(number + 3, 0, number, styles["cell"])
        for position, key in enumerate(_COLUMNS, start=1):
            value = row[key]
            style = styles.get(row["answer"], styles["cell"]) if key == "answer_word" else None
            text = "" if value is None else str(value)
            sheet.write_string(number + 3, position, text, style or styles["cell"])
        for position in range(len(_COLUMNS) + 1, len(heads)):
            sheet.write_blank(number + 3, position, None, styles["cell"])
