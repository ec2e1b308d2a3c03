"""Readers: every cell as text at its true place, and no file that can do harm."""

from __future__ import annotations

import codecs
import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.readers import (
    DEFAULT_LIMITS,
    Limits,
    UnreadableFile,
    column_index,
    column_letters,
    read_file,
)
from etl.readers.delimited import read_any, read_clean
from etl.readers.encoding import shape_of
from etl.readers.model import without_blank
from tests.files import csv_text, write_bytes, write_xls, write_xlsx

ROWS = [["文号", "名称", "金额"], ["示许〔2022〕1号", "示例甲公司", "1.50"], ["二号", "乙", ""]]
TEXTS = [
    (1, "文号", "名称", "金额"),
    (2, "示许〔2022〕1号", "示例甲公司", "1.50"),
    (3, "二号", "乙", None),
]


def read_one(path: Path) -> list[tuple]:
    [sheet] = read_file(path)
    return sheet.rows.rows()


# Workbooks


def test_cells_of_a_workbook_become_text_as_excel_has_it(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_string("A1", " 001 ")
    sheet.write_number("B1", 12)
    sheet.write_number("C1", 0.1)
    sheet.write_number("D1", 0.0000005)
    sheet.write_boolean("E1", True)
    sheet.write_datetime("F1", dt.datetime(2022, 6, 3), day)
    sheet.write_datetime("G1", dt.datetime(2022, 6, 3, 8, 30), moment)
    sheet.write_formula("H1", "=NA()", None, "#N/A")
    sheet.write_formula("I1", "=1+1", None, 2)
    sheet.write_number("J1", -3.25)
    # Ends in .0000001 of a day before midnight: Excel shows the next day.
    sheet.write_number("K1", 44562.9999999, moment)
    book.close()
    [(row_number, *cells)] = read_one(tmp_path / "a.xlsx")
    assert row_number == 1
    assert cells[:5] == [" 001 ", "12", "0.1", "0.0000005", "TRUE"]
    assert cells[5:] == ["2022-06-03", "2022-06-03 08:30:00", "#N/A", "2", "-3.25", "2022-01-02"]


@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_leading_blank_rows_and_columns_keep_their_numbers(tmp_path: Path, write) -> None:
    cells = [[], [], [None, None, "甲", "乙"], [], [None, None, "丙"]]
    path = write(tmp_path / "a.xls", {"表": cells})
    assert read_one(path) == [(3, None, None, "甲", "乙"), (5, None, None, "丙", None)]


def test_hidden_rows_and_sheets_are_read(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx", {"明": [["甲"], ["乙"]], "暗": [["丙"]]}, hidden_rows=[2]
    )
    book = openpyxl.load_workbook(path)
    book["暗"].sheet_state = "veryHidden"
    book.save(path)
    shown, hidden = read_file(path)
    assert (shown.hidden, shown.rows.rows()) == (False, [(1, "甲"), (2, "乙")])
    assert (hidden.hidden, hidden.name, hidden.rows.rows()) == (True, "暗", [(1, "丙")])


@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_numbers_beyond_fifteen_digits_are_reported_lost(tmp_path: Path, write) -> None:
    cells = [
        ["证件号码"],
        [None, 220101199001011234],  # 18 digits: the last three are gone
        [999999999999999],  # 15 digits: exact
        [1000000000000000],  # 16 digits: may have been anything
        ["220101199001011234"],  # text is safe
    ]
    [sheet] = read_file(write(tmp_path / "a.xls", {"表": cells}))
    assert [(c.row, c.column) for c in sheet.lost_ids] == [(2, 1), (4, 0)]
    assert sheet.rows.rows()[1] == (2, None, "220101199001011000")
    assert sheet.rows.rows()[2] == (3, "999999999999999", None)


def test_dates_of_an_old_workbook(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    sheet.write(0, 0, dt.date(2022, 6, 3), xlwt.easyxf(num_format_str="yyyy/m/d"))
    sheet.write(0, 1, 7.0)
    book.save(str(tmp_path / "a.xls"))
    assert read_one(tmp_path / "a.xls") == [(1, "2022-06-03", "7")]


def test_content_decides_not_the_extension(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "really_xlsx.xls", {"表": ROWS})
    write_xls(tmp_path / "really_xls.csv", {"表": ROWS})
    write_bytes(tmp_path / "really_csv.xlsx", csv_text(ROWS).encode("gb18030"))
    for path in tmp_path.iterdir():
        assert read_one(path) == TEXTS


@given(st.integers(0, 16383))
def test_column_letters_and_numbers_are_inverse(index: int) -> None:
    assert column_index(column_letters(index)) == index
    assert column_letters(index) == openpyxl.utils.get_column_letter(index + 1)


# Text tables


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF8 * 2, "utf-8"),
        (b"", "gb18030"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
    ],
)
def test_every_encoding_gives_the_same_text(tmp_path: Path, mark: bytes, encoding: str) -> None:
    path = write_bytes(tmp_path / "a.csv", mark + csv_text(ROWS).encode(encoding))
    assert read_one(path) == TEXTS


def test_characters_on_the_edge_of_a_chunk_survive(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("etl.readers.encoding._CHUNK", 3)
    # 㐀 has four bytes in GB18030, so that three bytes cut it.
    rows = [["㐀甲", "a"], ["乙㐀", "b"]]
    path = write_bytes(tmp_path / "a.csv", csv_text(rows).encode("gb18030"))
    assert read_one(path) == [(1, "㐀甲", "a"), (2, "乙㐀", "b")]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    path = write_bytes(tmp_path / "a.txt", csv_text(ROWS, delimiter).encode())
    assert read_one(path) == TEXTS


def test_row_number_is_the_line_where_the_record_starts(tmp_path: Path) -> None:
    text = '甲,乙\n"两\n行",1\n\n三,2\r\n"a ""b"", c",3'
    path = write_bytes(tmp_path / "a.csv", text.encode())
    expected = [(1, "甲", "乙"), (2, "两\n行", "1"), (5, "三", "2"), (6, 'a "b", c', "3")]
    assert read_one(path) == expected


def test_lines_of_the_old_macintosh(tmp_path: Path) -> None:
    assert read_one(write_bytes(tmp_path / "a.csv", b"a,b\rc,d\r")) == [
        (1, "a", "b"),
        (2, "c", "d"),
    ]


def test_ragged_records_are_kept_and_reported(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", b"a,b,c\n1,2,3\n1,2,3,4\n1,2\n")
    [sheet] = read_file(path)
    assert [(r.row, r.fields, r.expected) for r in sheet.ragged] == [(3, 4, 3), (4, 2, 3)]
    assert sheet.rows.rows()[2:] == [(3, "1", "2", "3", "4"), (4, "1", "2", None, None)]


def test_a_name_with_pattern_characters_is_that_file_only(tmp_path: Path) -> None:
    write_bytes(tmp_path / "台账1.csv", b"wrong,file\n")
    path = write_bytes(tmp_path / "台账[1].csv", b"right,file\n")
    assert read_one(path) == [(1, "right", "file")]


FIELDS = st.text(
    alphabet=['"', ",", "\n", "\r", " ", "a", "é", "一", "\t", "'", "\\", "#"], max_size=5
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(FIELDS, min_size=2, max_size=3), min_size=1, max_size=6), st.booleans())
def test_the_fast_road_agrees_with_the_slow_one(tmp_path_factory, rows, final_newline) -> None:
    text = csv_text(rows) if final_newline else csv_text(rows).removesuffix("\n")
    agree(tmp_path_factory.mktemp("csv") / "a.csv", text)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=['"', ",", "\n", "\r", " ", "\t", "a", "一", "\\", "\ufeff"], max_size=14))
def test_both_roads_agree_on_malformed_text(tmp_path_factory, text: str) -> None:
    # The byte order mark is cut off before either road.
    agree(tmp_path_factory.mktemp("csv") / "a.csv", text.lstrip("\ufeff"))


def agree(path: Path, text: str) -> None:
    """Whatever the fast road accepts, the slow one reads alike."""
    path.write_bytes(text.encode())
    for width in (2, 3):
        fast = read_clean(path, ",", width, shape_of(path))
        if fast is not None:
            slow, ragged = read_any(path, path, ",", DEFAULT_LIMITS)
            assert not [r for r in ragged if r.expected == width]
            assert filled(fast) == filled(slow)


def filled(frame: pl.DataFrame) -> list[tuple]:
    """Rows that hold something, without the empty fields at the end."""
    rows = [list(row) for row in without_blank(frame).rows()]
    for row in rows:
        while row[-1] is None:
            row.pop()
    return [tuple(row) for row in rows]


def test_a_large_file_takes_the_fast_road(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("etl.readers.delimited._FAST_FROM", 0)
    monkeypatch.delattr("etl.readers.delimited.read_any")
    assert read_one(write_bytes(tmp_path / "a.csv", csv_text(ROWS).encode("gb18030"))) == TEXTS


def test_what_is_wrong_far_down_a_large_file_is_read_record_by_record(tmp_path: Path) -> None:
    """The fast road gives batch after batch, and meets the short record only in a late one."""
    lines = [f"{n},名称,1.50" for n in range(300_000)]
    path = write_bytes(tmp_path / "a.csv", "\n".join([*lines, "300000,短", ""]).encode())
    assert path.stat().st_size > 4 * 1024 * 1024
    assert read_clean(path, ",", 3, shape_of(path)) is None
    [sheet] = read_file(path)
    assert sheet.rows.rows()[-1] == (300_001, "300000", "短", None)
    assert [(r.row, r.fields, r.expected) for r in sheet.ragged] == [(300_001, 2, 3)]


def test_the_fast_road_is_taken_for_plain_files(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", '甲,"乙,丙"\n1,2\n'.encode())
    rows = read_clean(path, ",", 2, shape_of(path))
    assert rows is not None
    assert rows.rows() == [(1, "甲", "乙,丙"), (2, "1", "2")]
    assert rows.schema == {"row_number": pl.Int64, "c0": pl.Utf8, "c1": pl.Utf8}


# Refusals

ENCRYPTED = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("空.xlsx", b"", "空的"),
        ("空白.csv", b"\n\n,,\n", "没有数据"),
        ("坏.xlsx", b"PK\x03\x04" + b"junk" * 50, "损坏"),
        ("密.xlsx", ENCRYPTED, "密码"),
        ("信.xls", ENCRYPTED[:512], "不是 Excel"),
        ("网页.xls", b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        ("报表.xls", b'<?xml version="1.0"?><Workbook/>', "XML"),
        ("文件.pdf", b"%PDF-1.7 ...", "PDF"),
        ("加密.xlsx", bytes(range(256)) * 40, "加密"),
        ("乱.csv", b"a,b\n\xff\xfe\xff,\x80\n", "编码"),
        ("引号.csv", 'a,b\n1,2\n"没有闭合,3\n4,5\n'.encode(), "第 3 行"),
    ],
)
def test_refusals_name_file_and_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(UnreadableFile, match=reason) as caught:
        read_file(write_bytes(tmp_path / name, content))
    assert caught.value.file_name == name
    assert str(caught.value).startswith(f"{name}：")


def test_missing_files_and_folders_are_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="不存在"):
        read_file(tmp_path / "没有.xlsx")
    with pytest.raises(UnreadableFile, match="文件夹"):
        read_file(tmp_path)


def test_a_workbook_without_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="没有任何数据"):
        read_file(write_xlsx(tmp_path / "a.xlsx", {"一": [], "二": []}))


def test_a_workbook_cut_short_is_refused(tmp_path: Path) -> None:
    for write, name in ((write_xlsx, "a.xlsx"), (write_xls, "a.xls")):
        path = write(tmp_path / name, {"表": [["甲", "乙"]] * 500})
        whole = path.read_bytes()
        for part in (0.3, 0.6, 0.9):
            path.write_bytes(whole[: int(len(whole) * part)])
            with pytest.raises(UnreadableFile):
                read_file(path)


def test_a_workbook_with_broken_xml_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"表": [["甲"]]})
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"):
        broken = tmp_path / "b.xlsx"
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
            for name in old.namelist():
                new.writestr(name, b"<broken" if name == part else old.read(name))
        with pytest.raises(UnreadableFile):
            read_file(broken)


def test_one_far_cell_cannot_exhaust_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "甲"
    book.active["ZZ1048576"] = "远"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(UnreadableFile, match="第 1,048,576 行、第 702 列"):
        read_file(tmp_path / "a.xlsx")


def test_far_cells_that_are_only_formatted_do_not_count(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "甲"
    book.active["ZZ1048576"].font = openpyxl.styles.Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    assert read_one(tmp_path / "a.xlsx") == [(1, "甲")]


def test_an_archive_bomb_is_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(30_000_000))
    with pytest.raises(UnreadableFile, match="压缩比"):
        read_file(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(workbook_bytes=10), "过大"),
        (Limits(unpacked_bytes=10), "解压后过大"),
        (Limits(cells=8), "超过上限 8 格"),  # ROWS has 9
        (Limits(columns=2), "上限 2 列"),
    ],
)
def test_limits_of_workbooks(tmp_path: Path, limits: Limits, reason: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", {"表": [["甲", "乙", "丙"]] * 3})
    with pytest.raises(UnreadableFile, match=reason):
        read_file(path, limits)


def test_limits_of_text(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", b"a,b,c\n")
    with pytest.raises(UnreadableFile, match="过大"):
        read_file(path, Limits(text_bytes=5))
    with pytest.raises(UnreadableFile, match="上限 2 列"):
        read_file(path, Limits(columns=2))
