"""What goes into a cell of a package comes back from it: formulas, apostrophes, lines, dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.formula_text import is_dangerous, marked, without_marks
from etl.intake import take_in
from etl.package_cells import cell_text, cells
from etl.package_files import write_csv, write_workbook
from tests.quality_support import PENALTY, PERMIT
from warehouse.contracts import load_contracts
from warehouse.outgoing import columns_of, load_outgoing

CONTRACTS = load_contracts()
PERMITS, PENALTIES = CONTRACTS["admin_permit"], CONTRACTS["admin_penalty"]
DAY = date(2022, 7, 5)
TRICKY = [
    "=1+1",
    "+86 431 8000",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "'=1",
    "''@x",
    "'文字",
    '=HYPERLINK("http://示例","点")',
    "=cmd|' /C calc'!A0",
    "一行\n二行",
    '有"引号",和逗号',
    "_x000D_ 与 _x0041_",
    "-5",
    "https://示例.cn/页",
    "007",
    "1E+10",
    "TRUE",
    "<b>&amp;",
]


@pytest.mark.parametrize("text", TRICKY)
def test_marks_are_taken_off_again(text: str) -> None:
    frame = pl.DataFrame({"a": [text, None, ""]})
    written = frame.select(marked(pl.col("a")))
    assert without_marks(written)["a"].to_list() == [text, None, ""]
    # a formula never stands first in the file; a number may keep its sign
    assert (written["a"][0] != text) == is_dangerous(text)


def test_dangerous_are_formulas_and_what_looks_like_a_marked_one() -> None:
    assert all(map(is_dangerous, ["=1+1", "+86 431", "-2+3", "@x", "\t=1", "\r=1", "'=1", "''=1"]))
    assert not any(map(is_dangerous, ["-5", "+3.14", "-1,234.5", "'文字", "1=1", "—", "文-字"]))


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("decision_date", "2022-6-3", "2022/06/03"),
        ("decision_date", "20220603", "2022/06/03"),
        ("decision_date", "2022年6月3日", "2022/06/03"),
        ("decision_date", "六月三日", "六月三日"),  # no day: as it is, never guessed
        ("reported_at", "2022-06-03 8:05", "2022/06/03 8:05"),
        ("reported_at", "2022.6.3", "2022/06/03"),
        ("uscc", " 91110000-600037341l ", "91110000600037341L"),
        ("fine_wan_yuan", "1,234.500000", "1234.5"),
        ("fine_wan_yuan", "0.10", "0.1"),
        ("fine_wan_yuan", "100", "100"),
        ("fine_wan_yuan", "5e-3", "0.005"),
        ("fine_wan_yuan", "约三万", "约三万"),
        ("penalty_category", "警告；罚款", "警告;罚款"),
        ("penalty_category", " 警告 ; 罚款 ", "警告;罚款"),
        ("counterparty_category", "　自然人", "自然人"),
        ("remark", "无", ""),  # what departments write for nothing
        ("remark", "/", ""),
        ("remark", " 前后有空格 ", "前后有空格"),
        ("remark", "全角（括号）照旧", "全角（括号）照旧"),
        ("remark", "响铃\x07与\r\n换行", "响铃与\n换行"),
    ],
)
def test_cells_have_the_form_of_the_standard(field: str, text: str, expected: str) -> None:
    column = PENALTIES.column(field)
    assert cell_text(column, text) == expected
    assert cell_text(column, expected) == expected  # going up again changes nothing


def _rows(texts: list[dict[str, str]], standard: str = "2018") -> pl.DataFrame:
    schema = dict.fromkeys(PENALTIES.fields, pl.Utf8)
    frame = pl.DataFrame([{**PENALTY, **text} for text in texts], schema=schema)
    return frame.with_columns(pl.lit(standard).alias("standard"))


def _read(path: Path) -> pl.DataFrame:
    [table] = take_in(path, CONTRACTS)
    assert (table.ledger, table.problems) == ("admin_penalty", ())
    return table.frame


def _write(frame: pl.DataFrame, folder: Path) -> list[Path]:
    workbook, text = folder / "a.xlsx", folder / "a.csv"
    write_workbook(frame, workbook, "处罚", DAY)
    write_csv(frame, text)
    return [workbook, text]


_SIGNS = "=+-@'\t\n\r\"“”,;；、|%_x0dD041 /\\<>&{}\x07\x0bａ（）零示例aZ"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(
        st.tuples(*[st.text(_SIGNS, max_size=12) | st.sampled_from(TRICKY)] * 3),
        min_size=1,
        max_size=4,
    )
)
def test_every_text_survives_the_way_out_and_in(
    tmp_path: Path, texts: list[tuple[str, ...]]
) -> None:
    fields = ("violation_facts", "penalty_content", "remark")
    rows = _rows([dict(zip(fields, row, strict=True)) for row in texts])
    columns = columns_of(PENALTIES, "2018", with_extensions=True, outgoing=load_outgoing(PENALTIES))
    formed = cells(rows, columns, "2018", {})
    for path in _write(formed, tmp_path):
        back = _read(path)
        for out in columns:
            assert out.column is not None
            assert back[out.column.field].fill_null("").to_list() == formed[out.header].to_list()


def test_a_workbook_holds_texts_only(tmp_path: Path) -> None:
    frame = pl.DataFrame({"文字": TRICKY, "链接": ["http://示例.cn"] * len(TRICKY)})
    path = tmp_path / "a.xlsx"
    write_workbook(frame, path, "表", DAY)
    [sheet] = openpyxl.load_workbook(path)
    cells_read = [cell for [cell, _] in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells_read} == {"s"}
    assert [cell.quotePrefix for cell in cells_read] == [is_dangerous(t) for t in TRICKY]
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_equal_rows_give_equal_bytes(tmp_path: Path) -> None:
    frame = pl.DataFrame({"甲": ["一", "二"]})
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    write_workbook(frame, first, "表", DAY)
    write_workbook(frame, second, "表", DAY)
    assert first.read_bytes() == second.read_bytes()


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    modes = {path.stat().st_mode & 0o777 for path in _write(pl.DataFrame({"甲": ["一"]}), tmp_path)}
    assert modes <= {0o600, 0o666}  # Windows knows no owners


def test_the_older_layout_has_its_own_headers_and_parts() -> None:
    outgoing = load_outgoing(PENALTIES)
    columns = columns_of(PENALTIES, "2016", with_extensions=False, outgoing=outgoing)
    rows = _rows(
        [{"penalty_category": "警告;罚款;没收违法所得"}, {"penalty_category": "罚款"}]
    ).with_columns(pl.Series("处罚名称", ["示例名称", None]))
    formed = cells(rows, columns, "2016", {})
    assert PENALTIES.standard_of(formed.columns).id == "2016"
    assert PENALTIES.missing(formed.columns, PENALTIES.standard("2016")) == []
    # joined again they are what they were: 警告;罚款;没收违法所得
    assert formed.select("处罚类别1", "处罚类别2").rows() == [
        ("警告", "罚款;没收违法所得"),
        ("罚款", ""),
    ]
    assert formed["处罚名称"].to_list() == ["示例名称", ""]
    assert formed["处罚结果"][0] == PENALTY["penalty_content"]


def test_codes_of_the_newer_layout_are_told_in_the_older_one() -> None:
    outgoing = load_outgoing(PERMITS)
    columns = columns_of(PERMITS, "2016", with_extensions=False, outgoing=outgoing)
    schema = dict.fromkeys(PERMITS.fields, pl.Utf8)
    told = [("2018", "1"), ("2018", "2"), ("2016", "1"), ("2016", "2")]
    rows = pl.DataFrame([{**PERMIT, "status": status} for _, status in told], schema=schema)
    rows = rows.with_columns(pl.Series("standard", [standard for standard, _ in told]))
    formed = cells(rows, columns, "2016", outgoing.layouts["2016"].recodes)
    # 1 有效 → 0 正常; 2 无效 → 3 其他; a row of the older layout keeps its own
    assert formed["当前状态"].to_list() == ["0", "3", "1", "2"]


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda c: c.ledger)
def test_every_layout_is_recognised_as_its_ledger(contract) -> None:  # type: ignore[no-untyped-def]
    outgoing = load_outgoing(contract)
    for standard in contract.standards:
        for with_extensions in (False, True):
            columns = columns_of(
                contract, standard.id, with_extensions=with_extensions, outgoing=outgoing
            )
            headers = [c.header for c in columns]
            scores = {ledger: other.recognises(headers) for ledger, other in CONTRACTS.items()}
            assert max(scores, key=lambda ledger: scores[ledger]) == contract.ledger
            assert contract.standard_of(headers).id == standard.id
            assert contract.missing(headers, standard) == []
