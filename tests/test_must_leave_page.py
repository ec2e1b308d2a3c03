"""应下未下 on the page 双公示: the finding, the list, and what a unit or a kind leaves of it."""

from __future__ import annotations

from datetime import date
from urllib.parse import unquote

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.must_leave import MUST_LEAVE, must_leave_finding
from dashboard.queries.must_leave import read_must_leave_counts
from tests.page_support import open_page, texts
from tests.penalty_rows import penalty, person
from tests.semantics.rows import SAFETY, permit
from tests.semantics.town import Town
from warehouse.store import Store

pytestmark = pytest.mark.usefixtures("one_plan")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """As known on 14 June 2022: two permits and a person's penalty are over, one permit runs."""
    town = Town(tmp_path_factory.mktemp("leave"))
    over = {"有效期至": "2022/06/10"}
    rows = [permit(1), permit(2, **over), permit(3, unit=SAFETY, **over)]
    times = ["2022/06/03", "2022/06/03", ""]
    town.receive(
        "2022-06-13",
        [row | {"公示时间": time} for row, time in zip(rows, times, strict=True)],
    )
    people = person("李示五", "19800101")
    town.receive("2022-06-14", [penalty(5, **people, 公示截止期="2022/06/12")])
    town.load()
    return town


def leaving(town: Town, monkeypatch: pytest.MonkeyPatch, **choices: str) -> tuple[str, list[str]]:
    """The words of the page, and the documents of its list of what must leave."""
    app = open_page(
        town.home.root, monkeypatch, "publicity", period="2022-06", show=MUST_LEAVE, **choices
    )
    assert not app.exception
    frames = [table.value for table in app.dataframe]
    documents = [list(f["决定文书号"]) for f in frames if "已过天数" in f.columns]
    return texts(app), documents[0] if documents else []


def test_the_page_lists_what_must_leave(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    words, documents = leaving(town, monkeypatch)
    assert "应下未下：截至 2022-06-14 3 条应停止公示，2 条填着公示时间" in words
    # still shown first, then the oldest: the permit ended on the 10th, the penalty on the 12th
    assert [d.partition("〕")[2] for d in documents] == ["2号", "5号", "3号"]
    assert "李示五" not in words


def test_a_unit_and_a_kind_leave_their_own(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    words, documents = leaving(town, monkeypatch, kind="行政处罚")
    assert "1 条应停止公示，1 条填着公示时间" in words
    assert documents == ["示市监罚字〔2022〕5号"]


def test_the_first_page_has_a_card_that_leads_to_the_list(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(town.home.root, monkeypatch, period="2022-06")
    words = texts(app)
    # over since 11, 11 (not known to be shown) and 13 June; judged on the 14th
    assert "应下未下 3 条" in words
    assert "✕ 未达标 2 条在公示" in words
    assert "最久已过 3 天" in words
    links = [link.proto for link in app.get("page_link") if "看清单" in link.proto.label]
    assert [(link.page, MUST_LEAVE in unquote(link.query_string)) for link in links] == [
        ("publicity", True)
    ]


def test_the_card_judges_on_the_day_of_its_period(town: Town) -> None:
    def counts(day: date) -> dict[str, object]:
        with Store(town.home).reader() as con:
            [row] = read_must_leave_counts(con, "BC", str(town.home.root), day).rows(named=True)
        return row

    first = date(2022, 6, 11)
    on_the_last_day = {"record_count": 0, "shown_count": 0, "since_date": None, "later_count": 3}
    assert counts(date(2022, 6, 10)) == on_the_last_day | {"has_records": True}
    the_day_after = {"record_count": 2, "shown_count": 1, "since_date": first, "later_count": 1}
    assert counts(first) == the_day_after | {"has_records": True}


@pytest.mark.parametrize(
    ("shown", "finding"),
    [
        ([], "应下未下：截至 2022-06-14 没有"),
        ([True, False], "应下未下：截至 2022-06-14 2 条应停止公示，1 条填着公示时间"),
    ],
)
def test_the_finding_counts(shown: list[bool], finding: str) -> None:
    frame = pl.DataFrame({"is_shown": shown}, schema={"is_shown": pl.Boolean})
    assert must_leave_finding(frame, "2022-06-14") == finding


def test_the_list_can_be_downloaded(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "publicity", period="2022-06", show=MUST_LEAVE)
    buttons = [b for b in app.get("download_button") if "must_leave" in str(b.proto.id)]
    assert len(buttons) == 1
    assert buttons[0].proto.label == "下载本表（3 行）"


def test_the_link_to_the_list_brings_it_into_view_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_sought(app: AppTest) -> bool:
        return any("scrollIntoView" in str(html.proto.body) for html in app.get("html"))

    app = open_page(town.home.root, monkeypatch, "publicity", period="2022-06", show=MUST_LEAVE)
    assert is_sought(app)
    assert not is_sought(app.run())  # a later choice on the page moves nothing
    assert not is_sought(open_page(town.home.root, monkeypatch, "publicity", period="2022-06"))
