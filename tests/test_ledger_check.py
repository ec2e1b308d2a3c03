"""`check` of the office's own ledgers: a good file passes, a bad one is told by its cells."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from etl.check import check_file
from etl.check_result import CheckResult
from etl.check_text import to_text
from etl.templates import write_templates
from tests.ledger_cases import CLEAN, Row
from tests.quality_support import CONTRACTS, RECEIVED
from warehouse.plans import load_plans

BC = load_plans()["BC"]


def filled_template(path: Path, ledger: str, rows: Sequence[Row]) -> Path:
    """The blank workbook of the product, filled in."""
    folder = path.parent / "blank"
    [blank] = write_templates(folder, {ledger: CONTRACTS[ledger]})
    book = openpyxl.load_workbook(blank)
    for values in rows:
        book.worksheets[0].append([values.get(f) for f in CONTRACTS[ledger].fields])
    book.save(path)
    return path


def marked(result: CheckResult, *severities: str) -> set[tuple[str, str | None]]:
    """(rule, cell) of every violation of these severities."""
    return {(v.rule, v.cell) for v in result.violations if v.severity in severities}


@pytest.mark.parametrize("ledger", CLEAN)
def test_a_filled_template_may_go_up(tmp_path: Path, ledger: str) -> None:
    result = check_file(
        filled_template(tmp_path / "好.xlsx", ledger, [CLEAN[ledger]]), BC, RECEIVED
    )
    assert (result.ledger, result.rows, result.exit_code) == (ledger, 1, 0)
    assert result.violations == ()
    assert result.to_json()["rates"]["compliance"] == 1.0


# (ledger, what is wrong in row 2, the cells that must be marked as errors by which rule)
BAD: list[tuple[str, Row, set[tuple[str, str]]]] = [
    (
        "subject",
        {"uscc": "9111", "name_valid_to": "2018/01/01", "registration_status": "正常"},
        {("G05", "B2"), ("SU2", "G2"), ("D01", "H2")},
    ),
    (
        "deliverable",
        {"task_id": "BC-99", "unit_name": "某局", "completed_date": "2022/12/31", "amount": "3份"},
        {("D06", "A2"), ("D03", "C2"), ("D04", "G2"), ("D05", "H2")},
    ),
    (
        "declaration",
        {"period": "Jun-22", "numerator": "120", "declared_date": "", "basis": "估计"},
        {("D02", "D2"), ("M03", "F2"), ("G02", "I2"), ("D01", "J2")},
    ),
    (
        "official_feedback",
        {"stored_count": "1,2万", "compliance_pct": "99.5%", "issued_date": "2022年7月"},
        {("D05", "H2"), ("D05", "J2"), ("G28", "M2")},
    ),
    (
        "external_assessment",
        {"score": "101", "rank": "第7名", "period": "上半年"},
        {("M01", "F2"), ("D05", "H2"), ("D02", "E2")},
    ),
    (
        "city_index",
        {"period": "2022-Q2", "group_name": "全省", "rank": "300", "score": "八十三"},
        {("D02", "B2"), ("D01", "D2"), ("M01", "H2"), ("D05", "F2")},
    ),
    (
        "city_index_indicator",
        {"indicator_id": "", "score": "21", "value_source": "自评"},
        {("G02", "D2"), ("M01", "G2"), ("D01", "H2")},
    ),
    (
        "publicity_article",
        {"published_date": "6月14日", "article_kind": "改写", "field": "其他", "title": "/"},
        {("G28", "D2"), ("D01", "F2"), ("D01", "G2"), ("G02", "B2")},
    ),
    (
        "meeting_training",
        {"kind": "座谈", "held_date": "2022/07/06", "attendee_count": "约80人"},
        {("D01", "A2"), ("D04", "D2"), ("D05", "E2")},
    ),
    (
        "contact",
        {"unit_name": "某局", "role": "处长", "valid_to": "2021/01/01"},
        {("D03", "A2"), ("D01", "B2"), ("CT1", "G2")},
    ),
    (
        "honour",
        {"level": "省级", "status": "取消", "uscc": "123", "awarded_date": "2022"},
        {("D01", "D2"), ("HO1", "K2"), ("G05", "C2"), ("G28", "E2")},
    ),
]


@pytest.mark.parametrize(("ledger", "wrong", "cells"), BAD, ids=[b[0] for b in BAD])
def test_a_bad_file_is_told_by_its_cells(
    tmp_path: Path, ledger: str, wrong: Row, cells: set[tuple[str, str]]
) -> None:
    row = {**CLEAN[ledger], **wrong}
    result = check_file(filled_template(tmp_path / "坏.xlsx", ledger, [row]), BC, RECEIVED)
    assert (result.ledger, result.exit_code, result.compliant_rows) == (ledger, 1, 0)
    assert marked(result, "error") == cells


def test_dates_numbers_and_periods_that_excel_made_its_own(tmp_path: Path) -> None:
    """Title rows, a group header, a period that became a date, a percent format, a real number."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["示例市2022年6月双公示通报口径"])
    sheet.append(["填报单位：示例单位04", None, None, "2022年7月"])
    sheet.append(["通报", None, "单位情况", None, None, "数量", None, "率"])
    header = "通报文号 期次 单位 决定类型 通报日期 上报量 入库量 合规率(%)"
    sheet.append(header.split())
    name = CLEAN["official_feedback"]["unit_name"]
    sheet.append(
        ["示〔2022〕6号", date(2022, 6, 1), name, "行政许可", date(2022, 7, 4), 995, 990, 99.5]
    )
    sheet.append(["示〔2022〕6号", "2022-06", name, "行政处罚", date(2022, 7, 4), 995, 990, 0.995])
    sheet.append(["合计", None, None, None, None, 1990, 1980])
    path = tmp_path / "通报.xlsx"
    book.save(path)
    result = check_file(path, BC, RECEIVED)
    [table] = result.to_json()["sheets"]
    assert (table["ledger"], table["header_row"], table["rows"]) == ("official_feedback", 4, 2)
    # The date is read as its month and asked about; 0.995 is no 99.5.
    assert marked(result, "warning") == {("D02", "B5")}
    assert marked(result, "error") == {("M03", "H6")}
    assert result.exit_code == 1


def test_a_gb18030_csv_is_told_by_its_lines(tmp_path: Path) -> None:
    header = "序号 发布单位 标题 发布媒体 发布日期 链接 稿件类型 正文"
    unit = CLEAN["publicity_article"]["unit_name"]
    rows = [
        ["1", unit, "诚信进社区", "示例网", "2022/6/14", "示例网址一", "原创", "正文一"],
        ["2", unit, "诚信进校园", "示例网", "Jun-22", "示例网址二", "原创", "正文二"],
        ["3", unit, "又一篇", "示例网", "2022/6/20", "示例网址三", "原创", "正文，一"],
    ]
    path = tmp_path / "宣传.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([["宣传台账"], header.split(), *rows])
    result = check_file(path, BC, RECEIVED)
    assert (result.ledger, result.rows, result.exit_code) == ("publicity_article", 3, 1)
    told = [(v.rule, v.row, v.cell, v.field) for v in result.violations]
    assert sorted(told) == [
        ("G28", 4, None, "published_date"),
        ("PA1", 5, None, "title"),  # 正文，一 is 正文一
    ]


def test_one_workbook_of_several_ledgers(tmp_path: Path) -> None:
    """Two sheets that must agree: the total and the top-level indicators of one month."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    tops = {"A1": "17.2", "A2": "18", "A3": "35.5", "A4": "11"}  # 81.7, the total says 83.12
    indicator = {**CLEAN["city_index_indicator"], "indicator_name": "", "full_score": ""}
    sheets = {
        "city_index": [CLEAN["city_index"]],
        "city_index_indicator": [
            {**indicator, "indicator_id": i, "score": score} for i, score in tops.items()
        ],
    }
    for ledger, rows in sheets.items():
        sheet = book.create_sheet(CONTRACTS[ledger].title)
        sheet.append([c.title for c in CONTRACTS[ledger].columns])
        for row in rows:
            sheet.append([row.get(f) for f in CONTRACTS[ledger].fields])
    path = tmp_path / "指数.xlsx"
    book.save(path)
    result = check_file(path, BC, RECEIVED)
    assert result.ledger is None
    wrong = {(v.sheet, v.cell) for v in result.violations if v.rule == "M01"}
    assert wrong == {("监测指标得分", f"G{row}") for row in range(2, 6)}
    assert "一级合计 81.70，总得分 83.12" in result.violations[0].message


def test_persons_are_masked_unless_asked_for(tmp_path: Path) -> None:
    contact = {**CLEAN["contact"], "person_name": "张示例", "phone": "13800138000", "role": "处长"}
    star = {**CLEAN["honour"], "kind": "诚信之星", "name": "李示例", "uscc": "", "status": "好"}
    for ledger, row in (("contact", contact), ("honour", star)):
        path = filled_template(tmp_path / f"{ledger}.xlsx", ledger, [row])
        result = check_file(path, BC, RECEIVED)
        assert result.violations
        shown = json.dumps(result.to_json(), ensure_ascii=False) + to_text(result, with_values=True)
        assert not any(name in shown for name in ("张示例", "李示例", "13800138000"))


@pytest.mark.parametrize("ledger", ["deliverable", "contact"])
def test_blank_rows_and_notes_below_are_no_records(tmp_path: Path, ledger: str) -> None:
    path = filled_template(tmp_path / "表.xlsx", ledger, [CLEAN[ledger]])
    book = openpyxl.load_workbook(path)
    for note in (["填报人：示例", "审核人：示例"], ["注：本表每月报送"]):
        book.worksheets[0].append(note)
    book.save(path)
    result = check_file(path, BC, RECEIVED)
    assert (result.rows, result.exit_code) == (1, 0)
