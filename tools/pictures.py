"""The pictures of the pages under docs/images, taken anew from a home that holds the samples.

    python -m tools.pictures --home data/home [--browser /usr/bin/chromium]

One screen each; the one of a phone as a phone shows it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import browsing, serving

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SCREEN = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/129.0 Mobile Safari/537.36"
)
UNIT = "示例单位04（市场监管类）"
PATIENCE = 120_000  # milliseconds
QUIET = '[data-testid="stApp"][data-test-script-state="notRunning"]'

DRAWN = """() => !document.querySelector('[data-testid="stSkeleton"]')"""

# Picture -> the link of what it shows.
PICTURES = {
    "overview": "?plan=BC&period=2022-06",
    "departments": "departments?plan=YC&period=2020-12",
    "publicity": "publicity?plan=BC&period=2022-06",
    "tasks": "tasks?plan=YC&period=2020-12",
    "cell": f"departments?plan=BC&period=2022-06&unit={UNIT}",
}


def take_pictures(address: str, browser: Browser) -> None:
    """Every picture, written over the one that is there."""
    screen = browser.new_context(viewport=SCREEN, locale="zh-CN").new_page()
    for name, link in PICTURES.items():
        _take(screen, f"{address}/{link}", name, _open_cell if name == "cell" else _leave)
    phone = browser.new_context(
        viewport=PHONE, locale="zh-CN", user_agent=PHONE_AGENT, is_mobile=True, has_touch=True
    ).new_page()
    _take(phone, f"{address}/{PICTURES['overview']}", "phone", _leave)


def _take(page: Page, link: str, name: str, prepare: Callable[[Page], None]) -> None:
    page.set_default_timeout(PATIENCE)
    page.goto(link)
    _settle(page)
    prepare(page)
    page.screenshot(path=IMAGES / f"{name}.png")


def _settle(page: Page) -> None:
    """Until the page's script has ended and its charts are drawn."""
    page.locator('[data-testid="stHeading"], [data-testid="stMetric"]').first.wait_for()
    page.locator(QUIET).wait_for()
    page.wait_for_function(DRAWN)
    page.wait_for_timeout(1500)


def _leave(page: Page) -> None:
    """The picture shows the page as its link opens it."""


def _open_cell(page: Page) -> None:
    """The first late record of the unit, opened down to its cells."""
    table = page.get_by_test_id("stDataFrame").first
    table.click(position={"x": 18, "y": 15 + 31})
    page.locator("[class*=st-key-cells_]").scroll_into_view_if_needed()
    page.mouse.move(5, 5)  # off the table, whose tools would show
    _settle(page)


def main() -> None:
    """Take the pictures of a home."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(given.home.resolve(), Path(folder) / "server.log") as address,
        browsing(given.browser) as browser,
    ):
        take_pictures(address, browser)


if __name__ == "__main__":
    main()
