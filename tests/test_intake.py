"""Intake: the right ledger, each cell under its field and at its address, nothing lost unsaid."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.intake import Table, cell_address, take_in
from etl.readers import UnreadableFile
from tests.files import csv_text, record, titles, write_bytes, write_xls, write_xlsx
from warehouse.contracts import load_contracts

CONTRACTS = load_contracts()
PERMIT, PENALTY = CONTRACTS["admin_permit"], CONTRACTS["admin_penalty"]
PERMIT_TITLES = titles("admin_permit")
PENALTY_TITLES = titles("admin_penalty")
PERMIT_2016 = [
    *("行政许可决定书文号", "项目名称", "审批类别", "许可内容", "行政相对人名称"),
    *("行政相对人代码_1(统一社会信用代码)", "行政相对人代码_2(组织机构代码)"),
    *("行政相对人代码_3(工商登记码)", "行政相对人代码_4(税务登记号)"),
    *("行政相对人代码_5(居民身份证号)", "法定代表人姓名", "许可决定日期", "许可截止期"),
    *("许可机关", "当前状态", "地方编码", "数据更新时间戳", "备注"),
]


def take_one(path: Path) -> Table:
    [table] = take_in(path, CONTRACTS)
    return table


def permits(numbers: Sequence[int]) -> list[list[str]]:
    return [record(PERMIT, PERMIT_TITLES, n) for n in numbers]


def codes(table: Table) -> list[tuple[str, int | None]]:
    return [(p.code, p.row) for p in table.problems]


def sheet_of(tmp_path: Path, rows: Sequence[Sequence[Any]], name: str = "a.xlsx") -> Table:
    return take_one(write_xlsx(tmp_path / name, {"Sheet1": rows}))


# Which ledger, which standard


@pytest.mark.parametrize("ledger", ["admin_permit", "admin_penalty"])
def test_codes_of_the_national_standard_are_headers_too(tmp_path: Path, ledger: str) -> None:
    contract = CONTRACTS[ledger]
    coded = [c for c in contract.columns if c.code]
    codes_row, titles_row = [c.code for c in coded], [c.title for c in coded]
    row = record(contract, titles_row, 1)
    alone = sheet_of(tmp_path, [codes_row, row], "alone.xlsx")
    above = sheet_of(tmp_path, [codes_row, titles_row, row], "above.xlsx")
    below = sheet_of(tmp_path, [titles_row, codes_row, row], "below.xlsx")
    for table in (alone, above, below):
        assert (table.ledger, table.standard, table.frame.height) == (ledger, "2018", 1)
        assert [f for _, _, f in table.header_map] == [c.field for c in coded]
        assert table.frame.drop("row_number").equals(alone.frame.drop("row_number"))
    assert codes(alone) == []
    assert codes(above) == codes(below) == [("repeated_header", 2)]


@pytest.mark.parametrize("ledger", list(CONTRACTS))
def test_every_ledger_knows_its_own_template(tmp_path: Path, ledger: str) -> None:
    headers = titles(ledger)
    table = sheet_of(tmp_path, [headers, record(CONTRACTS[ledger], headers, 1)])
    assert (table.ledger, table.header_row, table.problems) == (ledger, 1, ())
    assert [header for _, header, _ in table.header_map] == headers
    assert table.standard == CONTRACTS[ledger].standards[0].id
    assert table.frame["_extra"].to_list() == [None]


def test_headers_of_2016_are_mapped_by_alias(tmp_path: Path) -> None:
    table = sheet_of(tmp_path, [PERMIT_2016, record(PERMIT, PERMIT_2016, 1)])
    assert (table.ledger, table.standard, table.missing_fields) == ("admin_permit", "2016", ())
    [row] = table.frame.to_dicts()
    assert row["permit_category"] == "permit_category·1·2"
    assert row["id_no"] == "id_no·1·9"
    assert json.loads(row["_extra"]) == {
        "项目名称": "项目名称·1·1",
        "地方编码": "地方编码·1·15",
        "数据更新时间戳": "数据更新时间戳·1·16",
    }


def test_the_early_variant_of_2018_has_one_column_for_the_representative(tmp_path: Path) -> None:
    headers = [h for h in PENALTY_TITLES if h != "法定代表人证件类型"]
    headers[headers.index("法定代表人证件号码")] = "法定代表人身份证号"
    table = sheet_of(tmp_path, [headers, record(PENALTY, headers, 1)])
    assert (table.standard, table.missing_fields) == ("2018", ())
    assert table.frame["legal_rep_id_no"][0] is not None
    assert table.frame["legal_rep_id_type"][0] is None


def test_headers_are_told_in_spite_of_width_breaks_and_marks(tmp_path: Path) -> None:
    odd = {
        "行政相对人代码_1(统一社会信用代码)": "行政相对人代码＿１\n（统一社会信用代码）",
        "行政相对人名称": " * 行政相对人 名称",
        "许可机关": "许可机关（必填）",
    }
    headers = [odd.get(h, h) for h in PERMIT_TITLES]
    table = sheet_of(tmp_path, [headers, *permits([1])])
    assert [f for _, _, f in table.header_map] == [PERMIT.match([h])[0] for h in PERMIT_TITLES]
    assert table.problems == ()


def test_two_penalty_columns_side_by_side_are_one_value(tmp_path: Path) -> None:
    headers = ["行政处罚决定书文号", "处罚名称", "处罚类别1", "处罚类别2", "处罚结果", "处罚机关"]
    headers += ["处罚决定日期", "处罚事由"]
    rows = [[*("文1", "甲", "警告", "罚款"), "x", "y", "z", "w"]]
    rows += [["文2", "乙", "警告", None, "x", "y", "z", "w"], ["文3", "丙", *[None] * 2, "x", "y"]]
    table = sheet_of(tmp_path, [headers, *rows])
    assert table.standard == "2016"
    assert table.frame["penalty_category"].to_list() == ["警告;罚款", "警告", None]


# Layouts


def test_titles_above_the_header_name_the_unit(tmp_path: Path) -> None:
    rows = [["行政许可信息台账"], ["填报单位（盖章）：示例市住建局    填报时间：2022年6月"]]
    table = sheet_of(tmp_path, [*rows, PERMIT_TITLES, *permits([1, 2])])
    assert (table.header_row, table.unit_above_header) == (3, "示例市住建局")
    assert table.frame["row_number"].to_list() == [4, 5]


@pytest.mark.parametrize(
    ("cells", "unit"),
    [
        (["报送单位：", None, "示例市城管局"], "示例市城管局"),
        (["填报单位:示例市水利局 填报人：某"], "示例市水利局"),
        (["填报单位：示例局（盖章）"], "示例局"),
        (["填报单位：______"], None),
        (["制表时间：2022-06-01"], None),
    ],
)
def test_forms_of_the_unit_above_the_header(tmp_path: Path, cells, unit) -> None:
    table = sheet_of(tmp_path, [["台账"], cells, PERMIT_TITLES, *permits([1])])
    assert table.unit_above_header == unit


def test_merged_headers_of_two_rows(tmp_path: Path) -> None:
    # 许可机关 spans name and code; 行政相对人 spans columns whose sub headers stand alone.
    upper = ["序号", "行政相对人", None, "行政许可决定文书号", "许可类别", "许可内容"]
    upper += ["许可决定日期", "许可机关", None]
    lower = [None, "名称", "统一社会信用代码", None, None, None, None, "名称", "统一社会信用代码"]
    path = write_xlsx(tmp_path / "a.xlsx", {"表": [["台账"], upper, lower, list("abcdefghi")]})
    book = openpyxl.load_workbook(path)
    for area in ("A2:A3", "B2:C2", "D2:D3", "H2:I2"):
        book["表"].merge_cells(area)
    book.save(path)
    table = take_one(path)
    assert table.header_row == 3
    [row] = table.frame.to_dicts()
    assert row["row_number"] == 4
    assert (row["counterparty_name"], row["uscc"], row["document_no"]) == ("b", "c", "d")
    assert (row["authority_name"], row["authority_uscc"]) == ("h", "i")
    assert json.loads(row["_extra"]) == {"序号": "a"}


def test_a_row_of_column_numbers_is_named_not_landed(tmp_path: Path) -> None:
    numbers = [str(k + 1) for k in range(len(PERMIT_TITLES))]
    table = sheet_of(tmp_path, [PERMIT_TITLES, numbers, *permits([1])])
    assert table.frame["row_number"].to_list() == [3]
    assert codes(table) == [("column_numbers", 2)]


def test_a_header_printed_again_is_named_not_landed(tmp_path: Path) -> None:
    table = sheet_of(tmp_path, [PERMIT_TITLES, *permits([1]), PERMIT_TITLES, *permits([2])])
    assert table.frame["row_number"].to_list() == [2, 4]
    assert codes(table) == [("repeated_header", 3)]


def test_notes_under_the_table_are_named_not_landed(tmp_path: Path) -> None:
    headers = ["序号", *PENALTY_TITLES]
    fine = headers.index("罚款金额(万元)")
    total: list[Any] = [None] * len(headers)
    total[0], total[fine], total[fine + 1] = "合计", "3", "1"
    rows = [[n, *record(PENALTY, PENALTY_TITLES, n)] for n in (1, 2)]
    table = sheet_of(tmp_path, [headers, *rows, total, [], ["填报人：某某", None, "审核人：某"]])
    assert table.frame["row_number"].to_list() == [2, 3]
    assert codes(table) == [("footer", 4), ("footer", 6)]


def test_a_poor_row_within_the_table_is_a_record(tmp_path: Path) -> None:
    poor = [None, "法人及非法人组织"]
    table = sheet_of(tmp_path, [PERMIT_TITLES, *permits([1]), poor, *permits([2])])
    assert table.frame["row_number"].to_list() == [2, 3, 4]
    assert table.problems == ()


def test_rows_with_nothing_but_a_number_are_named_as_a_run(tmp_path: Path) -> None:
    headers = ["序号", *PERMIT_TITLES]
    rows: list[list[Any]] = [[1, *permits([1])[0]], [2], [3], [4, *permits([4])[0]], [5], [6]]
    table = sheet_of(tmp_path, [headers, *rows])
    assert table.frame["row_number"].to_list() == [2, 5]
    assert codes(table) == [("empty_rows", 3), ("empty_rows", 6)]
    assert "第 3 至 4 行" in table.problems[0].message


def test_blank_rows_and_rows_of_blanks_are_no_records(tmp_path: Path) -> None:
    table = sheet_of(tmp_path, [PERMIT_TITLES, [], *permits([1]), [" ", "　"], *permits([2])])
    assert table.frame["row_number"].to_list() == [3, 5]
    assert table.problems == ()


# Headers that are odd


def test_a_second_header_of_the_same_name_hides_nothing(tmp_path: Path) -> None:
    headers = [*PERMIT_TITLES, "许可内容", "自编", "自编"]
    row = [*permits([1])[0], "另一内容", "甲", "乙"]
    table = sheet_of(tmp_path, [headers, row])
    assert table.frame["content"].to_list() == [permits([1])[0][PERMIT_TITLES.index("许可内容")]]
    extra = json.loads(table.frame["_extra"][0])
    assert extra == {"许可内容#2": "另一内容", "自编": "甲", "自编#2": "乙"}
    assert [(p.code, p.column, p.cell) for p in table.problems] == [
        ("duplicate_header", "许可内容", "AC1"),
        ("duplicate_header", "自编", "AE1"),
    ]


def test_two_names_of_one_field_are_both_kept(tmp_path: Path) -> None:
    table = sheet_of(
        tmp_path, [[*PENALTY_TITLES, "处罚事由"], [*record(PENALTY, PENALTY_TITLES, 1), "旧"]]
    )
    assert table.frame["violation_facts"][0].startswith("violation_facts·1")
    assert json.loads(table.frame["_extra"][0]) == {"处罚事由": "旧"}
    assert [p.code for p in table.problems] == ["synonym_header"]


def test_a_column_without_header_is_kept_and_reported(tmp_path: Path) -> None:
    rows = [[*PERMIT_TITLES, None, None], [*permits([1])[0], None, '引"号\\'], permits([2])[0]]
    table = sheet_of(tmp_path, rows)
    extras = [json.loads(e) if e else None for e in table.frame["_extra"]]
    assert extras == [{"第AD列": '引"号\\'}, None]
    assert [(p.code, p.cell) for p in table.problems] == [("no_header", "AD1")]


def test_missing_required_headers_are_reported(tmp_path: Path) -> None:
    headers = [h for h in PERMIT_TITLES if h not in ("许可决定日期", "许可证书名称")]
    table = sheet_of(tmp_path, [headers, record(PERMIT, headers, 1)])
    assert table.missing_fields == ("decision_date",)
    assert [(p.code, p.field) for p in table.problems] == [("missing_header", "decision_date")]
    assert table.frame["decision_date"].to_list() == [None]


# Cells that are odd


def test_lost_digits_are_reported_with_their_cell(tmp_path: Path) -> None:
    rows = permits([1, 2])
    k = PERMIT_TITLES.index("行政相对人代码_1(统一社会信用代码)")
    rows[1][k] = 912201011234567890  # type: ignore[call-overload]
    table = sheet_of(tmp_path, [[], [None, *PERMIT_TITLES], *([None, *r] for r in rows)])
    [problem] = table.problems
    assert (problem.code, problem.row, problem.field, problem.cell) == (
        "lost_digits",
        4,
        "uscc",
        "D4",
    )
    assert problem.column == PERMIT_TITLES[k]
    assert "9122" not in problem.message


def test_lost_digits_of_a_csv_show_in_scientific_notation(tmp_path: Path) -> None:
    rows = permits([1, 2])
    rows[1][PERMIT_TITLES.index("证件号码")] = "2.20101E+17"
    text = csv_text([PERMIT_TITLES, *rows])
    table = take_one(write_bytes(tmp_path / "a.csv", text.encode("gb18030")))
    [problem] = table.problems
    assert (problem.code, problem.row, problem.field, problem.cell) == (
        "lost_digits",
        3,
        "id_no",
        None,
    )
    assert table.frame["id_no"][1] == "2.20101E+17"


def test_ragged_rows_of_a_csv_are_landed_and_reported(tmp_path: Path) -> None:
    long, short = [*permits([1])[0], "多"], permits([2])[0][:-3]
    text = csv_text([["台账"], PERMIT_TITLES, permits([0])[0], long, short])
    table = take_one(write_bytes(tmp_path / "a.csv", text.encode()))
    assert table.frame["row_number"].to_list() == [3, 4, 5]
    assert json.loads(table.frame["_extra"][1]) == {"第29列": "多"}
    # The title above the header is short by nature.
    assert codes(table) == [("no_header", 2), ("ragged", 4), ("ragged", 5)]


# Several sheets


def test_sheets_of_different_ledgers_and_one_of_none(tmp_path: Path) -> None:
    sheets = {
        "许可": [PERMIT_TITLES, *permits([1])],
        "说明": [["填表说明"], ["一、……"]],
        "处罚": [PENALTY_TITLES, record(PENALTY, PENALTY_TITLES, 1)],
        "空": [],
    }
    for write, name in ((write_xlsx, "a.xlsx"), (write_xls, "a.xls")):
        tables = take_in(write(tmp_path / name, sheets), CONTRACTS)
        assert [t.ledger for t in tables] == ["admin_permit", None, "admin_penalty", None]
        assert [bool(t.skipped_reason) for t in tables] == [False, True, False, True]


def test_a_file_without_any_ledger_is_unreadable(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "杂.xlsx", {"一": [["姓名", "电话"]], "二": [PERMIT_TITLES[:9], ["1"]]}
    )
    with pytest.raises(UnreadableFile, match="没有一张表符合任何台账") as caught:
        take_in(path, CONTRACTS)
    assert "工作表“一”" in caught.value.reason
    assert "最接近“" in caught.value.reason


def test_a_template_without_rows_is_a_ledger_without_rows(tmp_path: Path) -> None:
    table = sheet_of(tmp_path, [PERMIT_TITLES])
    assert (table.ledger, table.frame.height, codes(table)) == ("admin_permit", 0, [("no_rows", 1)])


# Every layout


@st.composite
def layouts(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "blank_rows": draw(st.integers(0, 3)),
        "titles": draw(st.integers(0, 3)),
        "blank_columns": draw(st.integers(0, 3)),
        "gap": draw(st.integers(0, 1)),
        "order": draw(st.permutations(range(len(PERMIT_TITLES)))),
        "rows": draw(st.lists(st.booleans(), min_size=1, max_size=5)),  # False: a blank row
        "hidden": draw(st.sets(st.integers(1, 10))),
        "before": draw(st.booleans()),
    }


@settings(max_examples=40, deadline=None)
@given(layouts())
def test_addresses_hold_the_landed_values(tmp_path_factory, layout: dict[str, Any]) -> None:
    headers = [PERMIT_TITLES[k] for k in layout["order"]]
    indent = [None] * layout["blank_columns"]
    rows: list[list[Any]] = [[] for _ in range(layout["blank_rows"])]
    rows += [[*indent, f"标题{n}"] for n in range(layout["titles"])]
    rows += [[] for _ in range(layout["gap"])]
    rows.append([*indent, *headers])
    for n, filled in enumerate(layout["rows"]):
        rows.append([*indent, *record(PERMIT, headers, n)] if filled else [])
    sheets: dict[str, Any] = {"台账": rows}
    if layout["before"]:
        sheets = {"封面": [["封面"]], **sheets}
    folder = tmp_path_factory.mktemp("layout")
    path = write_xlsx(folder / "a.xlsx", sheets, hidden_rows=sorted(layout["hidden"]))
    table = take_in(path, CONTRACTS)[-1]

    assert table.header_row == rows.index([*indent, *headers]) + 1
    assert table.frame.height == sum(layout["rows"])
    cells = openpyxl.load_workbook(path)["台账"]
    for row in table.frame.to_dicts():
        for field in PERMIT.fields:
            address = cell_address(table, field, row["row_number"])
            assert row[field] == (None if address is None else cells[address].value)
