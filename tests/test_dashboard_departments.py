"""部门考核 on a place counted by hand: scores, ranks, one unit's page; official before own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from dashboard.queries.figures import read_units
from dashboard.queries.scores import (
    read_matrix,
    read_mending_worth,
    read_official_rates,
    read_score_parts,
    read_unit_events,
    read_unit_scores,
    read_unit_tasks,
    read_weights,
)
from tests.departments_home import (
    MENDED_POINTS,
    OFFICIAL_POINTS,
    OWN_POINTS,
    PERIOD,
    WEIGHTS,
    build,
    near,
)
from tests.page_support import open_page, texts
from tests.semantics.rows import ENVIRONMENT, MARKET, SAFETY
from tests.semantics.town import Town
from warehouse.store import Store

UNIT = "BC-U04"
NAMES = (MARKET[0], SAFETY[0], ENVIRONMENT[0])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build(tmp_path_factory.mktemp("departments"))


@pytest.fixture(scope="module")
def official_town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build(tmp_path_factory.mktemp("official"), "ZZ")


@pytest.fixture
def con(town: Town) -> Iterator[duckdb.DuckDBPyConnection]:
    yield from reading(town)


@pytest.fixture
def official(official_town: Town) -> Iterator[duckdb.DuckDBPyConnection]:
    yield from reading(official_town)


def reading(town: Town) -> Iterator[duckdb.DuckDBPyConnection]:
    store = Store(town.home)
    reader = store.reader()
    yield reader
    reader.close()
    store.close()


def row_of(frame: Any, unit_id: str = UNIT) -> dict[str, Any]:
    return next(row for row in frame.to_dicts() if row["unit_id"] == unit_id)


def test_the_built_score_is_the_one_worked_out_by_hand(con: duckdb.DuckDBPyConnection) -> None:
    scores = read_unit_scores(con, "BC", PERIOD)
    market, safety = row_of(scores), row_of(scores, "BC-U05")
    assert market["score"] == near(100 * OWN_POINTS / WEIGHTS)
    assert (market["rank"], market["ranked_units"], market["record_count"]) == (2, 2, 12)
    # Everything reported, right and in time; both ledgers that fell due are missing: 70 of 85.
    assert (safety["rank"], safety["score"]) == (1, near(100 * 70 / 85))
    assert row_of(scores, "BC-U06")["not_ranked_reason"] == "样本少（2 条，少于 10 条）"
    # May: only the nil declaration; nobody is ranked on it.
    assert row_of(read_unit_scores(con, "BC", "2022-05"))["rank"] is None


def test_scores_come_by_group_and_rank(con: duckdb.DuckDBPyConnection) -> None:
    rows = read_unit_scores(con, "BC", PERIOD)
    assert rows["unit_id"].to_list()[:2] == ["BC-U05", UNIT]
    assert rows["ranking_group"].to_list()[-1] == "listed"
    assert read_unit_scores(con, "BC", PERIOD, UNIT).height == 1


def test_parts_of_a_score(con: duckdb.DuckDBPyConnection) -> None:
    parts = {row["part_id"]: row for row in read_score_parts(con, "BC", PERIOD, UNIT).to_dicts()}
    assert (parts["report"]["numerator"], parts["report"]["denominator"]) == (12, 13)
    assert (parts["compliance"]["numerator"], parts["compliance"]["denominator"]) == (10, 12)
    assert (parts["on_time"]["numerator"], parts["on_time"]["denominator"]) == (11, 13)
    assert (parts["ledger"]["numerator"], parts["ledger"]["denominator"]) == (1, 2)
    assert (parts["task"]["state"], parts["task"]["points"]) == ("not_applicable", None)
    assert read_weights(con, "BC", PERIOD)["weight"].sum() == 100


def test_mending_of_an_open_month(con: duckdb.DuckDBPyConnection) -> None:
    [worth] = read_mending_worth(con, "BC", PERIOD, UNIT).to_dicts()
    assert (worth["missed_count"], worth["error_count"]) == (1, 2)
    assert worth["score_after"] == near(100 * MENDED_POINTS / WEIGHTS)
    assert worth["year_cutoff_date"] == date(2023, 1, 10)
    assert read_mending_worth(con, "BC", PERIOD, "BC-U05").is_empty()


def test_official_rates_stand_beside_the_own(con: duckdb.DuckDBPyConnection) -> None:
    told = {
        row["metric_id"]: row for row in read_official_rates(con, "BC", PERIOD, UNIT).to_dicts()
    }
    compliance = told["publicity_compliance_rate"]
    assert (compliance["official_numerator"], compliance["official_denominator"]) == (22, 24)
    assert (compliance["own_numerator"], compliance["own_denominator"]) == (10, 12)
    assert compliance["difference"] == near(100 * (10 / 12 - 22 / 24))
    assert read_official_rates(con, "BC", PERIOD, "BC-U05").is_empty()


def test_official_figures_count_where_the_plan_says_so(
    official: duckdb.DuckDBPyConnection,
) -> None:
    units = {row["unit_id"]: row for row in read_units(official, "ZZ", PERIOD).to_dicts()}
    parts = read_score_parts(official, "ZZ", PERIOD, UNIT).to_dicts()
    market = row_of(read_unit_scores(official, "ZZ", PERIOD))
    assert market["score"] == near(100 * OFFICIAL_POINTS / WEIGHTS)
    assert market["record_count"] == 24  # reported by the notice; the details hold 12
    sources = {row["part_id"]: row["value_source"] for row in parts}
    assert sources == {
        "report": "official", "compliance": "official", "on_time": "official", "ledger": "own",
        "task": None,
    }  # fmt: skip
    assert (units[UNIT]["compliance_hits"], units[UNIT]["compliance_base"]) == (22, 24)
    assert (units[UNIT]["record_count"], units[UNIT]["has_official"]) == (24, True)
    # A unit without a notice keeps its own.
    assert (units["BC-U05"]["compliance_hits"], units["BC-U05"]["has_official"]) == (11, False)


def test_units_of_a_plan_of_own_figures_ignore_the_notice(con: duckdb.DuckDBPyConnection) -> None:
    market = row_of(read_units(con, "BC", PERIOD))
    assert (market["compliance_hits"], market["record_count"]) == (10, 12)
    assert market["has_official"] is False


def test_the_matrix_says_what_applies_and_why_not(con: duckdb.DuckDBPyConnection) -> None:
    matrix = read_matrix(con, "BC", PERIOD)
    found = {(row["unit_id"], row["subject_id"]): row for row in matrix.to_dicts()}
    assert found[UNIT, "report"]["state"] == "适用"
    assert found["BC-U12", "BC-DU-PUB"]["state"] == "豁免"
    assert "垂直管理" in found["BC-U12", "BC-DU-PUB"]["reason"]
    assert found["BC-U12", "report"]["state"] == "豁免"
    assert found["BC-U10", "report"]["reason"] == "无行政许可、行政处罚职权"
    assert found["BC-U03", "BC-DU-PUB"]["state"] == "不适用"
    assert found[UNIT, "BC-DU-NEW"]["state"] == "未要求"
    assert len(found) == matrix.height == 17 * (5 + 3)  # units × (parts + duties)


def test_tasks_by_role(con: duckdb.DuckDBPyConnection) -> None:
    office = read_unit_tasks(con, "BC", PERIOD, "BC-U02")
    assert {"lead", "assist"} <= set(office["role"].to_list())
    assert office["task_id"].is_unique().all()
    assert "context" not in set(office["task_kind"].to_list())


def test_articles_and_honours(con: duckdb.DuckDBPyConnection) -> None:
    assert read_unit_events(con, "BC", PERIOD, UNIT).row(0) == (1, 1)
    assert read_unit_events(con, "BC", "2022-05", UNIT).row(0) == (0, 0)


def test_the_first_view_names_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "departments", period=PERIOD)
    words = texts(app) + "".join(table.value.to_csv() for table in app.dataframe)
    # The names are in the choice of the unit and behind 看单位名单 only.
    shown = [name for name in NAMES if name in words]
    assert shown == []
    assert "单位情况：达标" in words
    assert "测算分：中位" in words
    assert "示例权重" in words
    groups = app.dataframe[0].value
    # The three of the other group owed their ledgers and handed in none: all at 0.
    assert groups["参与排位"].to_list() == [2, 3, 0, 0]


def test_the_order_within_a_group(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "departments", period=PERIOD, list="测算分")
    assert "有许可处罚权部门测算分：最高 82.4，最低 80.4，相差 2.0 分" in texts(app)
    table = app.dataframe[0].value
    assert table["单位"].to_list()[:2] == [SAFETY[0], MARKET[0]]
    assert table["测算分"].to_list()[:2] == ["82.4", "80.4"]
    assert table["组内位次"].to_list()[:2] == [1, 2]
    assert table["任务（15）"].to_list()[1] == "不计"
    assert table["合规（25）"].to_list()[1] == "20.8"
    notes = dict(zip(table["单位"], table["说明"], strict=True))
    assert "样本少（2 条，少于 10 条）" in notes[ENVIRONMENT[0]]


def test_listed_units_are_shown_without_an_order(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(
        town.home.root, monkeypatch, "departments", period=PERIOD, list="测算分", group="只列不排"
    )
    table = app.dataframe[0].value
    assert table["组内位次"].isna().all()
    assert all("只列不排" in note for note in table["说明"])


def test_the_matrix_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "departments", period=PERIOD, list="适用矩阵")
    table = app.dataframe[0].value.set_index("单位")
    assert table.loc["示例单位12（税务类）", "考核：上报"] == "○ 豁免"
    assert table.loc[MARKET[0], "考核：上报"] == "✓ 适用"
    reasons = app.dataframe[1].value
    assert any("垂直管理" in reason for reason in reasons["理由"])


def test_one_unit_on_one_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "departments", period=PERIOD, unit=MARKET[0])
    words = texts(app)
    for part in (
        "测算分 80.4",
        "第 2 位（共 2 家）",
        "计入权重 85/100（示例权重）",
        "失分最多：台账按期 −7.5 分；不计：任务",
        "补报 1 件应报未报（待核）：上报率 92.3% → 100%",
        "改正 2 条不合规记录：合规率 83.3% → 100%（2022-07-10 前有效）",
        "测算分 80.4 → 87.6（+7.2 分）",
        "上级通报 91.7%（22/24，示通〔2020〕1号）｜本办测算 83.3%",
        "本办低 8.3 个百分点，请核对",
        "报送按期 50.0%",
        "宣传稿件 1 篇",
        "典型与示范 1 个",
        "未交 1",
    ):
        assert part in words, part
    # 上报率 12/13 and 24/26, 及时率 11/12 and 22/24: the same on both sides, nothing to point out.
    assert words.count("请核对") == 1


@pytest.mark.parametrize("part", ["目标", "任务", "报送义务", "适用"])
def test_the_parts_of_a_unit_have_their_table(
    part: str, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(
        town.home.root, monkeypatch, "departments", period=PERIOD, unit=MARKET[0], part=part
    )
    table = app.dataframe[0].value
    assert not table.empty
    if part == "目标":
        wanted = table[table["目标"].str.contains("合规率")].iloc[0]
        assert (wanted["现值"], wanted["灯"], wanted["差"]) == ("83.3%", "✕ 未达标", "差 2 条")


def test_a_unit_without_power_says_what_is_left_out(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(
        town.home.root, monkeypatch, "departments", period=PERIOD, unit="示例单位10（经济发展类）"
    )
    assert "上报：无行政许可、行政处罚职权" in texts(app)


def test_a_month_without_data_has_no_scores(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "departments", period="2022-02", list="测算分")
    assert "本期还没有可计分的数据，不计分、不排位。" in texts(app)


def test_nothing_of_history_and_no_advice_on_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for choices in ({}, {"list": "测算分"}, {"unit": MARKET[0], "part": "目标"}):
        app = open_page(town.home.root, monkeypatch, "departments", period=PERIOD, **choices)
        for table in app.dataframe:
            assert "历史条款" not in table.value.to_csv()
