"""The marked copy: what is added, and that nothing else changes."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as Picture

from etl import workbook
from etl.check import check_file
from etl.check_result import CheckResult
from etl.workbook import WorkbookError, annotate
from etl.workbook.plain import _sheet_name
from etl.workbook.styles import GROUNDS
from tests.files import write_xls
from tests.quality_support import PENALTY, PERMIT, RECEIVED
from tests.test_check import rows_of, write_csv, write_workbook
from warehouse import files
from warehouse.marks import SAMPLE_MARK
from warehouse.plans import load_plans

BC = load_plans()["BC"]
RED, ORANGE, YELLOW = GROUNDS["error"], GROUNDS["late"], GROUNDS["warning"]
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# Clean; wrong code (error); late; a name of a test (warning); no code and a wrong amount (errors).
ROWS = [
    PENALTY,
    {**PENALTY, "document_no": "2号", "uscc": "9111"},
    {**PENALTY, "document_no": "3号", "decision_date": "2022/05/05"},
    {**PENALTY, "document_no": "4号", "counterparty_name": "示例测试公司"},
    {**PENALTY, "document_no": "5号", "uscc": "", "fine_wan_yuan": "x"},
]


def check(path: Path) -> CheckResult:
    return check_file(path, BC, RECEIVED)


def marked(path: Path, result: CheckResult | None = None) -> openpyxl.Workbook:
    target = path.with_name(f"标记_{path.stem}.xlsx")
    annotate(path, result or check(path), target)
    return openpyxl.load_workbook(target)


def raw_cells(path: Path, sheet: str) -> dict[str, tuple[str | None, ...]]:
    """Address → type, formula and stored value of every filled cell, as the file has it."""
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {r.get("Id"): str(r.get("Target")) for r in relations}
        [identity] = [
            next(v for k, v in s.attrib.items() if k.endswith("}id"))
            for s in book.iter(f"{NAMESPACE}sheet")
            if s.get("name") == sheet
        ]
        part = targets[identity].removeprefix("/xl/").removeprefix("xl/")
        root = ElementTree.fromstring(archive.read(f"xl/{part}"))
    found = {}
    for cell in root.iter(f"{NAMESPACE}c"):
        texts = [cell.findtext(f"{NAMESPACE}{tag}") for tag in ("f", "v")]
        inline = "".join(t.text or "" for t in cell.iter(f"{NAMESPACE}t"))
        if any(texts) or inline:
            found[str(cell.get("r"))] = (cell.get("t"), *texts, inline)
    return found


def address(sheet: Worksheet, header: str, row: int, header_row: int = 1) -> str:
    column = next(c.column_letter for c in sheet[header_row] if c.value == header)
    return f"{column}{row}"


USCC = "行政相对人代码_1(统一社会信用代码)"


@pytest.fixture
def penalties(tmp_path: Path) -> Path:
    return write_workbook(tmp_path / "处罚.xlsx", {"Sheet1": (0, rows_of("admin_penalty", ROWS))})


def test_failing_cells_are_coloured_and_say_what_is_wrong(penalties: Path) -> None:
    sheet = marked(penalties)["Sheet1"]
    wrong = sheet[address(sheet, USCC, 3)]
    assert wrong.fill.fgColor.rgb == RED
    assert "G05" in wrong.comment.text
    assert "请对照营业执照改正" in wrong.comment.text
    assert sheet[address(sheet, "处罚决定日期", 4)].fill.fgColor.rgb == ORANGE
    assert sheet[address(sheet, "行政相对人名称", 5)].fill.fgColor.rgb == YELLOW
    coloured = {
        c.coordinate
        for row in sheet.iter_rows()
        for c in row
        if c.fill.fgColor.rgb in GROUNDS.values()
    }
    noted = {c.coordinate for row in sheet.iter_rows() for c in row if c.comment}
    found = {v.cell for v in check(penalties).violations}
    assert coloured == noted == found


def test_a_cell_with_two_findings_has_the_worse_colour_and_both_texts(penalties: Path) -> None:
    # G02 is silent where another rule asks; the unit that is not the plan's is a warning beside it.
    result = check(penalties)
    by_cell: dict[str | None, set[str]] = {}
    for v in result.violations:
        by_cell.setdefault(v.cell, set()).add(v.rule)
    sheet = marked(penalties, result)["Sheet1"]
    for cell, rules in by_cell.items():
        assert all(rule in sheet[cell].comment.text for rule in rules)


def test_the_last_column_tells_each_row_what_is_wrong(penalties: Path) -> None:
    sheet = marked(penalties)["Sheet1"]
    width = len(rows_of("admin_penalty", [])[0])
    column = sheet.cell(1, width + 1).column_letter
    assert sheet[f"{column}1"].value == "错误说明"
    assert sheet[f"{column}2"].value is None
    assert "【错误 G05】C3 " in sheet[f"{column}3"].value
    assert "【迟报 T01】" in sheet[f"{column}4"].value
    assert sheet.column_dimensions[column].width == 60
    # Two errors before the hint, whatever their columns.
    severities = re.findall(r"【(\w+) ", sheet[f"{column}6"].value)
    assert severities == sorted(severities, key=["错误", "迟报", "提示"].index)
    assert severities.count("错误") >= 2


def test_the_first_sheet_lists_every_finding_with_a_link(penalties: Path) -> None:
    result = check(penalties)
    book = marked(penalties, result)
    assert book.sheetnames == ["问题清单", "Sheet1"]
    assert book.active.title == "问题清单"
    listing = book["问题清单"]
    lines = [row for row in listing.iter_rows() if row[0].value and str(row[0].value).isdigit()]
    assert len(lines) == len(result.violations)
    targets = {row[1].hyperlink.location for row in lines}
    assert targets == {f"'Sheet1'!{v.cell}" for v in result.violations}
    texts = [str(c.value) for row in listing.iter_rows() for c in row if c.value]
    assert result.verdict in texts
    assert SAMPLE_MARK in texts  # the plan's place is a sample
    severities = [row[2].value for row in lines]
    assert severities == sorted(severities, key=["错误", "迟报", "提示"].index)


def decorated(path: Path) -> Path:
    """A sheet as offices make them: title over merged cells, widths, hidden row and column, styles,
    validation, conditional format, frozen pane, print area, defined name, own comment, picture."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "六月"
    cells = rows_of("admin_penalty", ROWS)
    sheet["A1"] = "示例单位行政处罚信息公示表"
    sheet["A1"].font = Font(name="黑体", size=20, bold=True)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(cells[0]))
    for r, row in enumerate(cells, start=3):
        for c, value in enumerate(row, start=1):
            cell = sheet.cell(r, c, value or None)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    for cell in sheet[5]:
        cell.fill = PatternFill("solid", fgColor="FFDDEEFF")
    sheet.column_dimensions["C"].width = 31.5
    sheet.column_dimensions["F"].hidden = True
    sheet.column_dimensions.group("AC", "AZ", hidden=False)
    sheet.row_dimensions[6].hidden = True
    sheet.row_dimensions[1].height = 42
    sheet.freeze_panes = "C4"
    sheet.auto_filter.ref = "A3:H8"
    sheet.print_area = "A1:H8"
    validation = DataValidation(type="list", formula1='"法人及非法人组织,自然人"')
    validation.add("B4:B20")
    sheet.add_data_validation(validation)
    sheet.conditional_formatting.add(
        "T4:T20", CellIsRule(operator="greaterThan", formula=["100"], font=Font(color="FFFF0000"))
    )
    sheet["A4"].comment = Comment("核对过", "示例科员")
    sheet["C5"].comment = Comment("照执照抄的", "示例科员")
    picture = io.BytesIO()
    Picture.new("RGB", (4, 4), "red").save(picture, "PNG")
    sheet.add_image(Image(picture), "B12")
    notes = book.create_sheet("填表说明", 0)
    notes["A1"] = "请于每月 10 日前报送"
    notes["B2"] = "=1+1"
    book.active = 1
    book.save(path)
    return path


def test_what_the_department_made_stays(tmp_path: Path) -> None:
    source = decorated(tmp_path / "六月.xlsx")
    result = check(source)
    book, before = marked(source, result), openpyxl.load_workbook(source)
    assert book.sheetnames == ["问题清单", "填表说明", "六月"]
    sheet, old = book["六月"], before["六月"]
    assert sheet.merged_cells.ranges == old.merged_cells.ranges
    assert sheet.freeze_panes == old.freeze_panes
    assert sheet.print_area == old.print_area
    assert sheet.auto_filter.ref == old.auto_filter.ref
    assert sheet.column_dimensions["C"].width == 31.5
    assert sheet.column_dimensions["F"].hidden
    assert sheet.row_dimensions[6].hidden
    assert sheet.row_dimensions[1].height == 42
    assert str(sheet.data_validations.dataValidation[0].sqref) == "B4:B20"
    assert len(sheet.conditional_formatting) == 1
    assert len(sheet._images) == 1
    failing = {v.cell for v in result.violations}
    for row in old.iter_rows():
        for cell in row:
            copy = sheet[cell.coordinate]
            assert copy.value == cell.value
            assert repr((copy.font, copy.alignment)) == repr((cell.font, cell.alignment))
            assert repr(copy.border) == repr(cell.border)
            assert copy.number_format == cell.number_format
            if cell.coordinate not in failing:
                assert repr(copy.fill) == repr(cell.fill)
    assert book["填表说明"]["B2"].value == "=1+1"
    assert not book["六月"].sheet_view.tabSelected
    assert not book["填表说明"].sheet_view.tabSelected


def test_comments_of_the_department_stay(tmp_path: Path) -> None:
    sheet = marked(decorated(tmp_path / "六月.xlsx"))["六月"]
    assert sheet["A4"].comment.text == "核对过"
    assert sheet["C5"].comment.text.startswith("照执照抄的")
    assert "G05" in sheet["C5"].comment.text


def test_every_stored_value_is_the_same_to_the_letter(tmp_path: Path) -> None:
    """Also what libraries change in passing: a wrong number under a date format, the stored result
    of a formula, a text that looks like a formula, 17 digits, values below merged cells."""
    path = tmp_path / "原样.xlsx"
    cells = rows_of("admin_penalty", ROWS)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Sheet1")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for r, row in enumerate(cells):
            for c, value in enumerate(row):
                sheet.write_string(r, c, value)
        sheet.write_number(2, 14, 20220601, day)
        sheet.write_number(3, 14, -5, day)
        sheet.write_formula(2, 28, "=TODAY()", None, 44713)
        sheet.write_number(3, 28, 0.30000000000000004)
        sheet.write_string(4, 28, "=1+1")
        sheet.write_datetime(5, 28, datetime(2022, 6, 1, 8, 30), day)
    # A merge over filled cells, as some programs write it.
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A5:B6"/></mergeCells>'
    parts[part] = parts[part].replace(b"</sheetData>", merge)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    target = tmp_path / "标记.xlsx"
    annotate(path, check(path), target)
    before, after = raw_cells(path, "Sheet1"), raw_cells(target, "Sheet1")
    assert before.items() <= after.items()
    added = {a for a in after if a not in before}
    assert {re.sub(r"\d", "", a) for a in added} == {"AE"}
    again = check(target)
    assert [(v.rule, v.cell, v.value) for v in again.violations] == [
        (v.rule, v.cell, v.value) for v in check(path).violations
    ]


def test_a_csv_becomes_a_workbook_with_the_rows_of_the_file(tmp_path: Path) -> None:
    rows = [{**PERMIT, "content": "甲\n乙"}, {**PERMIT, "document_no": "2号", "uscc": "=1+1"}]
    path = write_csv(tmp_path / "许可.csv", "admin_permit", rows)
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    book = marked(path)
    assert book.sheetnames == ["问题清单", "数据"]
    sheet = book["数据"]
    # The first record takes lines 2 and 3, so the second stands in row 4, as the messages say.
    assert sheet["A2"].value == PERMIT["counterparty_name"]
    assert sheet["A3"].value is None
    assert sheet["C4"].value == "=1+1"
    assert sheet["C4"].data_type == "s"
    assert sheet["C4"].fill.fgColor.rgb == RED
    assert any("CSV" in str(c.value) for c in book["问题清单"]["A"])


def test_an_old_workbook_becomes_a_new_one(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "处罚.xls", {"台账": rows_of("admin_penalty", ROWS)})
    book = marked(path)
    assert book["台账"]["C3"].value == "9111"
    assert book["台账"]["C3"].fill.fgColor.rgb == RED
    assert any(".xls" in str(c.value) for c in book["问题清单"]["A"])


@pytest.mark.parametrize("saved_by", ["as it was", "openpyxl"])
def test_a_marked_copy_that_comes_back_is_marked_anew(
    penalties: Path, tmp_path: Path, saved_by: str
) -> None:
    first = tmp_path / "一.xlsx"
    annotate(penalties, check(penalties), first)
    if saved_by == "openpyxl":
        book = openpyxl.load_workbook(first)
        book["Sheet1"]["C3"] = PENALTY["uscc"]  # mended
        book.save(first)
    result = check(first)
    assert [s.skipped_reason for s in result.sheets] == ["是本系统生成的问题清单，不是数据", None]
    book = marked(first, result)
    assert book.sheetnames == ["问题清单", "Sheet1"]
    sheet = book["Sheet1"]
    assert [c.value for c in sheet[1]].count("错误说明") == 1
    found = {v.cell for v in result.violations}
    assert {
        c.coordinate
        for row in sheet.iter_rows()
        for c in row
        if c.fill.fgColor.rgb in GROUNDS.values()
    } == found
    assert {c.coordinate for row in sheet.iter_rows() for c in row if c.comment} == found
    assert ("C3" in found) == (saved_by == "as it was")
    assert bool(sheet["AE3"].value) == (saved_by == "as it was")


def test_a_sheet_of_the_same_name_that_is_not_ours_stays(tmp_path: Path) -> None:
    cells = {"问题清单": (0, [["部门自己的表"]]), "数据": (0, rows_of("admin_penalty", ROWS))}
    book = marked(write_workbook(tmp_path / "表.xlsx", cells))
    assert book.sheetnames == ["问题清单 (2)", "问题清单", "数据"]
    assert book["问题清单"]["A1"].value == "部门自己的表"


def test_nothing_we_write_is_a_formula(tmp_path: Path) -> None:
    header, *rows = rows_of("admin_penalty", ROWS)
    rows[1][2] = "=HYPERLINK(1)"
    rows.append(rows[1])
    path = write_workbook(tmp_path / "表.xlsx", {"=cmd": (0, [header, *rows])})
    book = marked(path)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(c.data_type != "f" for c in row)
    texts = [str(c.value) for row in book["问题清单"].iter_rows() for c in row if c.value]
    assert not [t for t in texts if t.startswith("=")]
    links = {row[1].hyperlink.location for row in book["问题清单"].iter_rows() if row[1].hyperlink}
    assert all(link.startswith("'=cmd'!") for link in links)


def rewritten(path: Path, change: Callable[[dict[str, bytes]], Mapping[str, bytes]]) -> Path:
    """The same workbook with other parts."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    target = path.with_name(f"x_{path.name}")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in change(parts).items():
            archive.writestr(name, content)
    return target


def prefixed(parts: dict[str, bytes]) -> dict[str, bytes]:
    """As some programs write: every element of the sheet with a prefix, no addresses at all."""
    name = "xl/worksheets/sheet1.xml"
    text = parts[name].decode()
    text = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", text).replace("xmlns=", "xmlns:x=")
    return {**parts, name: text.encode()}


def test_a_sheet_with_prefixed_elements(penalties: Path) -> None:
    path = rewritten(penalties, prefixed)
    sheet = marked(path)["Sheet1"]
    assert sheet["C3"].fill.fgColor.rgb == RED
    assert "G05" in sheet["C3"].comment.text
    assert sheet["AE1"].value == "错误说明"


def with_macro(parts: dict[str, bytes]) -> dict[str, bytes]:
    types = (
        parts["[Content_Types].xml"]
        .replace(b"spreadsheetml.sheet.main+xml", b"spreadsheetml.sheet.macroEnabled.main+xml")
        .replace(b"officedocument.spreadsheetml.sheet.macroEnabled", b"ms-excel.sheet.macroEnabled")
    )
    types = types.replace(b"vnd.openxmlformats-ms-excel", b"vnd.ms-excel").replace(
        b"</Types>",
        b'<Override PartName="/xl/vbaProject.bin" '
        b'ContentType="application/vnd.ms-office.vbaProject"/></Types>',
    )
    relations = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Target="vbaProject.bin" '
        b'Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"/>'
        b"</Relationships>",
    )
    return {
        **parts, "[Content_Types].xml": types, "xl/_rels/workbook.xml.rels": relations,
        "xl/vbaProject.bin": b"\0",
    }  # fmt: skip


def test_macros_are_left_out_and_that_is_told(penalties: Path, tmp_path: Path) -> None:
    path = rewritten(penalties, with_macro).rename(tmp_path / "宏.xlsm")
    book = marked(path)
    assert any("宏没有保留" in str(c.value) for c in book["问题清单"]["A"])
    with zipfile.ZipFile(tmp_path / "标记_宏.xlsx") as archive:
        assert "xl/vbaProject.bin" not in archive.namelist()
        assert b"macroEnabled" not in archive.read("[Content_Types].xml")
        assert b"vbaProject" not in archive.read("xl/_rels/workbook.xml.rels")


def without_styles(parts: dict[str, bytes]) -> dict[str, bytes]:
    relations = re.sub(
        rb"<Relationship [^>]*styles\.xml[^>]*/>", b"", parts["xl/_rels/workbook.xml.rels"]
    )
    kept = {n: c for n, c in parts.items() if n != "xl/styles.xml"}
    return {**kept, "xl/_rels/workbook.xml.rels": relations}


def test_an_irregular_workbook_comes_back_with_its_values(penalties: Path) -> None:
    book = marked(rewritten(penalties, without_styles))
    assert book["Sheet1"]["C3"].value == "9111"
    assert book["Sheet1"]["C3"].fill.fgColor.rgb == RED
    assert any("不规范" in str(c.value) for c in book["问题清单"]["A"])


def test_the_copy_is_whole_or_not_there(
    penalties: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, target = check(penalties), tmp_path / "out" / "标记.xlsx"
    with pytest.raises(WorkbookError, match="不能写入"):
        annotate(penalties, result, target)
    target.parent.mkdir()
    target.write_bytes(b"before")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workbook.files, "settle", fail)
    with pytest.raises(WorkbookError, match="磁盘已满"):
        annotate(penalties, result, target)
    assert target.read_bytes() == b"before"
    assert [p for p in target.parent.iterdir() if files.is_temporary(p.name)] == []


def test_names_of_sheets_that_excel_would_refuse() -> None:
    assert _sheet_name("", []) == "数据"
    assert _sheet_name("6月/处罚[1]", []) == "6月_处罚_1_"
    assert _sheet_name("表" * 40, []) == "表" * 31
    assert _sheet_name("Data", ["DATA"]) == "Data (2)"
    assert _sheet_name("''", []) == "数据"


def test_a_crashed_rule_is_told_on_the_first_sheet(penalties: Path) -> None:
    result = replace(check(penalties), rule_errors={"G05": "Binder Error"})
    texts = [str(c.value) for c in marked(penalties, result)["问题清单"]["A"]]
    assert any(t.startswith("检查出错：G05 没有执行成功（Binder Error）") for t in texts)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice here")
def test_libreoffice_opens_the_copy(tmp_path: Path) -> None:
    source = decorated(tmp_path / "六月.xlsx")
    target = tmp_path / "标记.xlsx"
    annotate(source, check(source), target)
    out = tmp_path / "lo"
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(out), str(target)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    book = openpyxl.load_workbook(out / "标记.xlsx")
    assert book.sheetnames == ["问题清单", "填表说明", "六月"]
    assert book["六月"]["C5"].fill.fgColor.rgb[2:] == RED[2:]
    assert "G05" in book["六月"]["C5"].comment.text
    assert book["填表说明"]["B2"].value == "=1+1"
    # The copy that LibreOffice saved comes back: it is known, and marked anew.
    result = check(out / "标记.xlsx")
    assert marked(out / "标记.xlsx", result).sheetnames == ["问题清单", "填表说明", "六月"]
