"""The page 对账核查: on the place of `reconcile_home`, and on the samples of BC and YC."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from dashboard.reconcile_words import (
    classes_finding,
    explained_note,
    official_finding,
    official_rows,
    report_identity,
)
from dashboard.wording import WATERMARK
from etl.official import official_totals
from tests.page_support import open_page, texts
from tests.reconcile_home import LIST, PERIOD, WEBSITE, build
from tests.semantics.town import Town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build(tmp_path_factory.mktemp("reconcile-page"))


def test_the_four_classes_open_into_records(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "reconcile", period=PERIOD)
    words = texts(app)
    assert "应报 17 件，已报 14 件；对不上的：应报未报（待核） 3 件、已报未入库 2 件" in words
    assert [(m.label, m.value) for m in app.metric] == [
        ("应报未报（待核）", "3 件"),
        ("已报未入库", "2 件"),
        ("台账有而登记无", "1 件"),
        ("两边不一致", "2 件"),
    ]
    assert "14 ÷ 17，差的 3 件就是这 3 件" in words
    assert app.dataframe[0].value["决定文书号"].to_list() == [
        "示市监许字〔2022〕10号", "示市监许字〔2022〕12号", "示市监许字〔2022〕19号",
    ]  # fmt: skip
    # a unit without registers and receipts is named, not judged
    assert "示例单位06（生态环境类） 没有登记可对" in words
    assert WATERMARK in words


@pytest.mark.parametrize(
    ("finding", "rows"), [("已报未入库", 2), ("台账有而登记无", 1), ("两边不一致", 4)]
)
def test_a_class_in_the_link(
    finding: str, rows: int, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(town.home.root, monkeypatch, "reconcile", period=PERIOD, finding=finding)
    assert len(app.dataframe[0].value) == rows


def test_both_values_stand_side_by_side(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "reconcile", period=PERIOD, finding="两边不一致")
    table = app.dataframe[0].value
    rows = list(table[["不同的项", "来源所填", "台账所填"]].itertuples(index=False, name=None))
    assert ("决定日期", "2022-06-02", "2022-06-01") in rows
    assert ("行政相对人名称", "李*", "王*") in rows
    assert "2 份决定、4 处不同：行政相对人名称 2 处" in texts(app)


def test_a_list_is_answered_and_can_be_taken_away(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(town.home.root, monkeypatch, "reconcile", period=PERIOD, part="抽查清单")
    app.selectbox(key="list_title").select_index(
        next(i for i, o in enumerate(app.selectbox(key="list_title").options) if LIST in o)
    ).run()
    assert "13 条：已上平台（入库） 2，已报在途 4，依法不报送 1，漏报（待核） 2" in texts(app)
    summary, rows = app.dataframe[0].value, app.dataframe[1].value
    assert summary["合计"].to_list() == [11, 2]
    assert rows["对照结果"].to_list()[:5] == [
        "已上平台（入库）", "已报在途", "已报在途", "已报在途", "漏报（待核）",
    ]  # fmt: skip
    assert any(WEBSITE in option for option in app.selectbox(key="list_title").options)
    of = open_page(
        town.home.root, monkeypatch, "reconcile",
        period=PERIOD, part="抽查清单", of="示例单位06（生态环境类）",
    )  # fmt: skip
    assert "2 条：已上平台（入库） 1，已报在途 1" in texts(of)


def test_official_rates_stand_beside_ours(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "reconcile", period=PERIOD, part="与上级通报")
    words = texts(app)
    assert "两边都有的 1 家：上报率 本办 80.00%、通报 98.00%" in words
    assert "1 家相差超过 0.5 个百分点" in words
    table = app.dataframe[0].value
    told = dict(zip(table["率"], table["条数差（本办减通报）"], strict=True))
    assert told["合规率"] == "分子 -84，分母 -86"
    # −84 = −86 + (1 returned and right by ours − 1 stored and wrong by ours) + 2
    assert "逐条对得上的相同" in words
    assert "其余 2 条无名单可对" in words
    assert "平台退回、本办判合规 1 条" in words
    assert app.dataframe[1].value["退回原因或不合规规则"].to_list() == ["代码有误"]
    app.segmented_control(key="why").set_value("本办判不可报、平台已入库").run()
    # 许可类别 that is no category
    assert app.dataframe[1].value["退回原因或不合规规则"].to_list()[0].startswith("X01 ")


def test_without_lists_or_notices_the_page_says_what_to_do(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.dashboard_home import build_town

    home = build_town(tmp_path).home.root
    assert "收到后按“行政决定登记”模板填好" in texts(
        open_page(home, monkeypatch, "reconcile", part="抽查清单")
    )
    assert "没有上级通报的数字" in texts(
        open_page(home, monkeypatch, "reconcile", part="与上级通报")
    )


@pytest.mark.parametrize(
    ("plan", "period", "unit"),
    [("BC", "2022-06", "示例单位14（教育卫健类）"), ("YC", "2020-09", "示例单位15（住房建设类）")],
)
def test_the_samples(
    plan: str, period: str, unit: str, sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("四类差异", "抽查清单", "与上级通报"):
        for of in ({}, {"of": unit}):
            app = open_page(
                sample_home, monkeypatch, "reconcile", plan=plan, period=period, part=part, **of
            )
            words = texts(app)
            assert WATERMARK in words
            assert app.dataframe, (part, of)
    if plan == "BC":
        return
    app = open_page(
        sample_home, monkeypatch, "reconcile", plan=plan, period=period, part="抽查清单"
    )
    # the whole list, whatever the month of its rows
    assert "18 条：已上平台（入库） 14，已报在途 1，依法不报送 1，漏报（待核） 2" in texts(app)


# Words


def test_nothing_found_is_said() -> None:
    empty = pl.DataFrame(schema={"unit": pl.Utf8})
    counts = dict.fromkeys(["unreported", "not_stored", "extra", "differing"], 0)
    assert classes_finding(counts, empty, None).endswith("登记、回执与台账都对得上")
    assert report_identity(None, 0) == ""
    assert report_identity({"numerator": 0, "denominator": 0}, 0) == ""


OFFICIAL = {
    "metric_id": "publicity_compliance_rate", "unit_id": "U1", "unit": "示例单位",
    "own_value": 90.0, "own_hits": 90, "own_base": 100, "official_value": 90.4,
    "official_hits": 94, "official_base": 104, "points": -0.4, "hits_more": -4, "base_more": -4,
    "doc_no": "示通1号", "notice_count": 1,
}  # fmt: skip
ONLY_ABOVE = OFFICIAL | dict.fromkeys(
    ("own_value", "own_hits", "own_base", "points", "hits_more", "base_more")
) | {"unit_id": "U2", "notice_count": 3}  # fmt: skip


def test_half_a_point_is_not_yet_noticeable() -> None:
    frame = pl.DataFrame([OFFICIAL])
    assert "各家都相差不多" in official_finding(frame, official_totals(frame))
    far = pl.DataFrame([OFFICIAL | {"points": -0.51}])
    assert "1 家相差超过 0.5 个百分点" in official_finding(far, official_totals(far))


def test_a_unit_without_detail_is_not_compared() -> None:
    frame = pl.DataFrame([OFFICIAL, ONLY_ABOVE])
    assert official_totals(frame)["official_base"].to_list() == [104]
    rows = official_rows(frame).to_dicts()
    assert (rows[1]["own"], rows[1]["points"], rows[1]["doc"]) == ("无明细", "—", "示通1号等 3 份")
    kinds = pl.DataFrame(
        {"kind": ["accepted_returned"] * 2, "unit_id": ["U1", "U2"], "day": [date(2022, 6, 1)] * 2}
    )
    # −4 = −4 + 1 + (−1): of U2 nothing is compared
    assert "逐条对得上的多 1 条" in explained_note(frame, kinds)
    assert "其余 1 条" in explained_note(frame, kinds)
