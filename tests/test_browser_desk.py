"""From a faulty workbook to a changed figure, as a clerk goes, on the real server, in a real
browser."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser import browsing, serving
from tests.dashboard_home import build_town
from tests.semantics.rows import MARKET, broken, permit, uscc

pytestmark = pytest.mark.browser

PATIENCE = 180_000  # milliseconds; a publish on a loaded machine
CODE = "行政相对人代码_1(统一社会信用代码)"
# Decided on 1 June 2022, the last day is the 13th: all three in time. The second has a wrong code.
ROWS = [permit(99_001 + k, 上报时间="2022/06/10") for k in range(3)]
WRONG = broken(uscc("91", 99_002))


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    log = tmp_path / "server.log"
    with serving(build_town(tmp_path).home.root, log) as found:
        try:
            yield found
        finally:
            sys.stdout.write(log.read_text(encoding="utf-8")[-5000:])


@pytest.fixture
def page(chromium: str) -> Iterator[Page]:
    with browsing(chromium) as browser:
        opened = browser.new_page(viewport={"width": 1440, "height": 900})
        opened.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield opened


def faulty_workbook(path: Path) -> Path:
    """As departments send them: a title, the unit, then the header; no print of ours in it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "6月许可"
    sheet["A1"] = "行政许可信息台账"
    sheet.merge_cells("A1:F1")
    sheet["A2"] = f"填报单位：{MARKET[0]}"
    sheet.append(list(ROWS[0]))
    for number, row in enumerate(ROWS):
        sheet.append(list((row | {CODE: WRONG} if number == 1 else row).values()))
    book.save(path)
    return path


def figures(page: Page) -> list[tuple[int, int]]:
    """Numerator and denominator of the rates at the top of 双公示: reported, compliant, in time."""
    told = page.get_by_text(re.compile(r"^目标 100%\s*\d+/\d+"))
    expect(told).to_have_count(3)
    found = [re.search(r"(\d+)/(\d+)", text) for text in told.all_inner_texts()]
    return [(int(m[1]), int(m[2])) for m in found if m]


def upload(page: Page, box: str, path: Path) -> None:
    page.locator(f"{box} input[type=file]").set_input_files(path)


def test_a_faulty_workbook_is_mended_taken_in_and_seen(
    address: str, page: Page, tmp_path: Path
) -> None:
    publicity = f"{address}/publicity?plan=BC&period=2022-06"
    page.goto(publicity)
    before = figures(page)

    # The department looks before it sends, and takes its own workbook back, marked.
    page.goto(f"{address}/check?plan=BC&period=2022-06")
    upload(page, ".st-key-check_files", faulty_workbook(tmp_path / "6月许可.xlsx"))
    expect(page.get_by_text("3 行中 1 行有错误，请改正后重新检查")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载带标记的工作簿").click()
    marked = tmp_path / "6月许可_问题标记.xlsx"
    download.value.save_as(marked)

    # It mends the cell that the list of problems names, in the marked copy itself.
    book = openpyxl.load_workbook(marked)
    assert book.sheetnames[0].startswith("问题清单")
    sheet = book["6月许可"]
    [cell] = [c for row in sheet.iter_rows() for c in row if c.value == WRONG]
    assert cell.comment is not None
    listed = {str(c.value) for row in book.worksheets[0].iter_rows() for c in row}
    assert f"6月许可 {cell.coordinate}" in listed
    cell.value = uscc("91", 99_002)
    mended = tmp_path / "6月许可（改）.xlsx"
    book.save(mended)

    # The second round: what was mended, what is still wrong.
    page.get_by_test_id("stFileChipDeleteBtn").first.click()
    upload(page, ".st-key-check_files", mended)
    expect(page.get_by_text("3 行没有错误")).to_be_visible()
    expect(page.get_by_text("第二轮", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("相比：改好 1 行"))).to_be_visible()

    # Nothing of this counted.
    page.goto(publicity)
    assert figures(page) == before

    # The clerk takes it in.
    page.goto(f"{address}/desk?plan=BC&period=2022-06")
    upload(page, "[class*=st-key-desk_files]", mended)
    expect(page.get_by_text(re.compile(f"单位：{re.escape(MARKET[0])}"))).to_be_visible()
    page.get_by_role("button", name="收下并发布").click()
    expect(page.get_by_text(re.compile(r"已收下 1 张表并发布（版本 w\d+）"))).to_be_visible()

    # And the figures have moved, each by the three decisions.
    page.get_by_role("link", name="看“双公示”的新数").click()
    expect(page.get_by_role("heading", name="双公示 · 2022 年 6 月")).to_be_visible()
    assert figures(page) == [(hit + 3, judged + 3) for hit, judged in before]
