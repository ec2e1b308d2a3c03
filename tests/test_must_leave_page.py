"""应下未下 on the page 双公示: the finding, the list, and what a unit or a kind leaves of it."""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.components.must_leave import must_leave_finding
from tests.page_support import open_page, texts
from tests.penalty_rows import penalty, person
from tests.semantics.rows import SAFETY, permit
from tests.semantics.town import Town


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
    app = open_page(town.home.root, monkeypatch, "publicity", period="2022-06", **choices)
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
    app = open_page(town.home.root, monkeypatch, "publicity", period="2022-06")
    buttons = [b for b in app.get("download_button") if "must_leave" in str(b.proto.id)]
    assert len(buttons) == 1
    assert buttons[0].proto.label == "下载本表（3 行）"
