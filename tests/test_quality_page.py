"""The page 质量趋势: on the place of `quality_home`, on one without errors, and on the samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.quality_words import rule_title
from dashboard.wording import WATERMARK
from tests.page_support import open_page, texts
from tests.quality_home import MANY, build
from tests.semantics.rows import nil, permit
from tests.semantics.town import Town

PARTS = ("走势", "原因", "文件", "不可报的行", "反复出现")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build(tmp_path_factory.mktemp("quality-page"))


def test_rates_stand_beside_their_lines_and_errors_by_unit(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(town.home.root, monkeypatch, "quality", period="2022-06")
    words = texts(app)
    # 1 of 5 first passes; 2 of 5 compliant once number 4 was put right
    assert "一次合格率 6 月 20.0%" in words
    assert "合规率 6 月 40.0%" in words
    assert "方案未设目标" in words
    assert "✕ 未达标 差 3 条" in words
    assert f"共查出 {4 + 2 + MANY + 1} 处错误，8 月最多（{MANY} 处）" in words
    table = app.dataframe[0].value
    assert table.index.to_list() == [
        "示例单位04（市场监管类）", "示例单位05（应急管理类）", "示例单位06（生态环境类）",
    ]  # fmt: skip
    assert table["6月"].to_list()[0] == 4
    assert table["合计"].to_list() == [6, MANY, 1]
    by_rule = open_page(town.home.root, monkeypatch, "quality", period="2022-06", by="按规则")
    assert by_rule.dataframe[0].value["合计"].to_list() == [MANY + 3, 4]


def test_causes_files_and_repeats(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    causes = open_page(town.home.root, monkeypatch, "quality", period="2022-07", part="原因")
    # January to July: G05 three times, X01 three times; both are needed for 80 %.
    assert "2 类错误共 6 处，其中 2 类占 100%" in texts(causes)
    month = open_page(
        town.home.root, monkeypatch, "quality", period="2022-08", part="原因", span="本期"
    )
    assert f"{MANY} 处错误都是" in texts(month)
    files = open_page(town.home.root, monkeypatch, "quality", period="2022-12", part="文件")
    assert f"{MANY + 1} 行里错 {MANY} 行" in texts(files)
    repeats = open_page(town.home.root, monkeypatch, "quality", period="2022-12", part="反复出现")
    assert "1 家单位在 2 个以上月份犯同一条规则" in texts(repeats)
    assert "退回：1 家 1 份" in texts(repeats)
    assert repeats.dataframe[0].value["为此退回"].to_list() == [1]


def test_refused_rows_can_be_searched_and_paged(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(town.home.root, monkeypatch, "quality", period="2022-12", part="不可报的行")
    assert f"{MANY + 7} 行，每页 50 行，共 2 页" in texts(app)
    assert len(app.dataframe[0].value) == 50
    app.number_input[0].set_value(2).run()
    assert not app.exception
    assert len(app.dataframe[0].value) == MANY + 7 - 50
    app.text_input(key="q").set_value("〔2022〕2号").run()
    table = app.dataframe[0].value
    assert table["决定文书号"].to_list() == ["示市监许字〔2022〕2号"]
    assert table["格（列）"].to_list() == ["行政相对人代码_1(统一社会信用代码)"]
    assert "校验位" in table["原因与改法"].to_list()[0]
    of = open_page(
        town.home.root, monkeypatch, "quality",
        period="2022-12", part="不可报的行", of="示例单位06（生态环境类）",
    )  # fmt: skip
    assert of.dataframe[0].value["现状"].to_list() == ["文件已更换"]


@pytest.mark.parametrize("part", PARTS)
def test_without_errors_the_page_says_so(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(tmp_path)
    town.receive("2022-06-20", [permit(1)])
    town.receive(
        "2022-07-08",
        [nil("2022-06", "2022-07-08", unit=("示例单位05（应急管理类）", "11990000BC0000055P"))],
    )
    town.load()
    words = texts(open_page(town.home.root, monkeypatch, "quality", period="2022-06", part=part))
    assert "没有" in words
    # a plan whose place has handed in nothing
    other = texts(open_page(town.home.root, monkeypatch, "quality", plan="HY", part=part))
    assert WATERMARK in other


def test_a_unit_that_is_not_there_is_said(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    words = texts(open_page(town.home.root, monkeypatch, "quality", of="没有的单位"))
    assert "链接里的单位“没有的单位”不存在" in words


@pytest.mark.parametrize(
    ("plan", "period"), [("BC", "2022-06"), ("YC", "2020-09"), ("GQ", "2021-06")]
)
def test_the_samples(
    plan: str, period: str, sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in PARTS:
        app = open_page(sample_home, monkeypatch, "quality", plan=plan, period=period, part=part)
        words = texts(app)
        assert WATERMARK in words
        assert app.dataframe, part
    assert "本办测算" in words


def test_a_fault_of_a_whole_file_stands_with_its_reason(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BC's truth file plants one file without a required column (G01)."""
    app = open_page(
        sample_home, monkeypatch, "quality",
        plan="BC", period="2022-12", part="不可报的行", error_rule="G01 " + rule_title("G01"),
    )  # fmt: skip
    table = app.dataframe[0].value
    assert table["格（列）"].to_list() == ["整个文件"]
    assert table["行号"].to_list() == [0]
    assert table["原因与改法"].to_list()[0]
