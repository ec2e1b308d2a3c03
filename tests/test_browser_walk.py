"""One walk through the pages as a leader takes it, on the real server, in a real browser."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.wording import WATERMARK
from tests.browser import browsing, serving

pytestmark = pytest.mark.browser

UNIT = "示例单位04（市场监管类）"
PATIENCE = 90_000  # milliseconds; a loaded machine draws the first page slowly


@pytest.fixture(scope="module")
def address(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("server") / "server.log"
    with serving(sample_home, log) as found:
        try:
            yield found
        finally:
            sys.stdout.write(log.read_text(encoding="utf-8")[-5000:])


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Page]:
    with browsing(chromium) as browser:
        opened = browser.new_page(viewport={"width": 1440, "height": 900})
        opened.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        asked: set[str | None] = set()
        opened.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
        yield opened
        # Nothing but our own server; data: and blob: addresses have no host.
        assert asked <= {"localhost", "127.0.0.1", None}


FITS = """() => {
    const main = document.querySelector('[data-testid="stMain"]');
    return document.querySelectorAll('.js-plotly-plot .main-svg').length > 0
        && main.scrollHeight <= main.clientHeight;
}"""


def test_from_the_first_page_to_the_cell(address: str, page: Page) -> None:
    page.goto(f"{address}/?period=2022-06")
    expect(page.get_by_text("要推动的事（按 7 月 10 日判定）")).to_be_visible()
    expect(page.get_by_text(WATERMARK).first).to_be_visible()
    # The whole first page fits a leader's screen, once its charts are drawn.
    page.wait_for_function(FITS)

    page.get_by_role("button", name="看单位名单").click()
    page.get_by_role("link", name=f"{UNIT} · 有许可处罚权部门").click()
    expect(page.get_by_role("heading", name=re.compile(re.escape(UNIT)))).to_be_visible()
    # Plan and period went along in the link.
    expect(page).to_have_url(re.compile(r"/departments\?.*period=2022-06"))
    expect(page).to_have_url(re.compile("plan=BC"))

    expect(page.get_by_text("迟报已成事实")).to_be_visible()
    _tick(page, page.get_by_test_id("stDataFrame").first, row=1)
    expect(page.get_by_text(re.compile(r"^第 \d+ 行")).first).to_be_visible()
    expect(page.get_by_text(re.compile("文件“示例单位04双公示2022年")).first).to_be_visible()
    expect(page.get_by_text(re.compile(r"[A-Z]+\d+ 迟报")).first).to_be_visible()


@pytest.mark.parametrize("plan", ["BC", "CC", "YC", "GQ", "HY"])
def test_the_first_page_of_each_plan_fits_one_screen(address: str, page: Page, plan: str) -> None:
    page.goto(f"{address}/?plan={plan}")
    expect(page.get_by_text("未来 14 天节点")).to_be_visible()
    page.wait_for_function(FITS)


def test_a_leader_opens_the_missed_clause_its_department_and_its_evidence(
    address: str, page: Page
) -> None:
    page.goto(f"{address}/?plan=YC&period=2020-12")
    page.get_by_role("link", name="看未达标的条款").click()
    expect(page.get_by_role("heading", name="任务与目标 · 2020 年 12 月")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/tasks\?.*plan=YC"))
    # The worst clause stands open: the plan's words, what is missing, who leads.
    clause = page.locator(".st-key-clause_head")
    expect(clause.get_by_role("heading")).to_have_text(re.compile("^“.+”$"))
    expect(page.get_by_text(re.compile("^✕ 未达标 ")).first).to_be_visible()
    opened = clause.get_by_role("heading").inner_text()

    # Another one of the list; the link holds which.
    _tick(page, page.locator(".st-key-clauses").get_by_test_id("stDataFrame"), row=2)
    expect(clause.get_by_role("heading")).not_to_have_text(opened)
    expect(page).to_have_url(re.compile("clause=YC-"))

    # Its evidence: the row of the ledger, with the file and the line it came from.
    _tick(page, page.locator("[class*=st-key-evidence_YC]").get_by_test_id("stDataFrame"), row=1)
    expect(page.get_by_text(re.compile(r"^第 \d+ 行")).first).to_be_visible()
    expect(page.get_by_text(re.compile("文件“YC")).first).to_be_visible()

    # Its department.
    page.locator(".st-key-clause_units").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/departments\?.*plan=YC"))
    expect(page.get_by_role("heading", name=re.compile("示例单位"))).to_be_visible()


def _tick(page: Page, table: Locator, *, row: int) -> None:
    """Tick the box of a row, once the page stands still. The table is a picture: its first row
    stands below the header."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    expect(table.locator("canvas").first).to_be_visible()
    table.click(position={"x": 18, "y": 15 + 31 * row})


def test_a_choice_of_period_goes_into_the_link(address: str, page: Page) -> None:
    page.goto(f"{address}/departments?period=2022-06")
    chosen = page.get_by_role("combobox", name="期次")
    chosen.click()
    page.get_by_role("option", name="2022-05").click()
    expect(page).to_have_url(re.compile("period=2022-05"))
    expect(page.get_by_role("heading", name="部门考核 · 2022 年 5 月")).to_be_visible()


def test_a_phone_shows_the_sentence_the_rates_and_what_to_push(address: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/?period=2022-06")
    item = page.locator(".st-key-push a").first
    expect(item).to_be_visible()
    # No line is cut off: the text is as wide as its box and the page no wider than the window.
    narrow = "node => node.scrollWidth <= node.clientWidth"
    page.wait_for_function(narrow, arg=item.element_handle())
    main = page.get_by_test_id("stMain")
    page.wait_for_function(narrow, arg=main.element_handle())
    expect(page.get_by_text("双公示及时率")).to_be_visible()
    for left_out in ("逾期任务", "三率走势", "未来 14 天节点"):
        expect(page.get_by_text(left_out).first).to_be_hidden()


def test_an_unknown_unit_in_a_link_is_named(address: str, page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/departments?plan=ZZ&unit=nobody")
    expect(page.get_by_text("链接里的方案“ZZ”不存在")).to_be_visible()
    expect(page.get_by_text("链接里的单位“nobody”不存在")).to_be_visible()
