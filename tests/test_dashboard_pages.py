"""Every page in every state, run by streamlit's own test runner on real homes."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.navigation import FIRST_PAGES, PAGES, page_file
from dashboard.terms import load_terms
from dashboard.wording import PRELIMINARY, WATERMARK
from etl.pipeline import Pipeline
from tests.dashboard_home import PERIOD, build_town
from tests.page_support import ENTRY, open_page, texts
from tests.semantics.rows import MARKET, permit, register
from tests.semantics.town import Town
from warehouse.home import HOME_VARIABLE, Home

LATE_UNIT = MARKET[0]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build_town(tmp_path_factory.mktemp("pages"))


@pytest.mark.parametrize("page", PAGES)
def test_without_a_home_every_page_says_what_to_do(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = texts(open_page(tmp_path / "none", monkeypatch, page))
    assert "还没有数据目录" in words
    assert "citycredit demo" in words


@pytest.mark.parametrize("page", PAGES)
def test_nothing_published_yet(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home.open(tmp_path / "home", create=True)
    app = open_page(home.root, monkeypatch, page)
    assert "还没有发布过数据" in texts(app)
    links = [link.proto.page for link in app.get("page_link")]
    # Where the first files are taken in, the page itself is there; all others lead to it.
    assert app.title[0].value == (PAGES[page][0] if page in FIRST_PAGES else "城市信用建设监测台")
    assert ("desk" in links) == (page not in FIRST_PAGES)


def test_a_home_of_another_format_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.open(tmp_path / "home", create=True)
    facts = home.root / "home.toml"
    facts.write_text(
        facts.read_text(encoding="utf-8").replace("format_version = 2", "format_version = 9"),
        encoding="utf-8",
    )
    assert "格式版本是 9" in texts(open_page(home.root, monkeypatch))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_carries_the_marks_and_the_facts(
    page: str, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = texts(open_page(town.home.root, monkeypatch, page))
    for part in (WATERMARK, PRELIMINARY, "数据截至 2022-07-12", "白城经开区 2022"):
        assert part in words


@pytest.mark.parametrize("period", ["2022-06", "2022-Q2", "2022", "2022-01", "2022-07"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_in_every_kind_of_period(
    page: str, period: str, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(town.home.root, monkeypatch, page, period=period)
    assert app.selectbox(key="period").value == period


@pytest.mark.parametrize(
    ("page", "choice", "values"),
    [
        ("departments", "part", ["迟报记录", "不合规记录", "应报未报（待核）", "目标", "任务",
                                 "报送义务", "适用", "全部记录", "这些数怎么来的"]),
        ("departments", "list", ["总体", "测算分", "各率", "适用矩阵"]),
        ("publicity", "show", ["迟报记录", "不合规记录", "应报未报（待核）", "无法判定",
                               "全部记录", "应下未下"]),
        ("publicity", "kind", ["行政许可", "行政处罚"]),
        ("publicity", "rate", ["上报率", "合规率"]),
        ("tasks", "part", ["目标", "任务进度", "时间轴", "方案原文对照"]),
        ("tasks", "light", ["未达标", "接近或未到期", "达标", "无数据"]),
        ("tasks", "kind", ["工作要求（本办理解）", "全部"]),
        ("education", "part", ["宣传稿件", "会议培训", "典型与示范", "责任人与联络员"]),
        ("quality", "part", ["走势", "原因", "文件", "不可报的行", "反复出现"]),
        ("lineage", "part", ["查一份文书", "批次", "版本", "发布核验"]),
    ],
)  # fmt: skip
def test_every_part_opens_from_its_link(
    page: str, choice: str, values: list[str], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = {"unit": LATE_UNIT} if (page, choice) == ("departments", "part") else {}
    for value in values:
        app = open_page(town.home.root, monkeypatch, page, **{choice: value, **extra})
        assert app.session_state[choice] == value


def test_the_default_period_stands_in_the_link(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch)
    assert app.selectbox(key="period").value == PERIOD
    assert app.query_params["period"] in (PERIOD, [PERIOD])
    assert app.query_params["plan"] in ("BC", ["BC"])


def test_a_wrong_period_in_the_link_falls_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, period="1999-01")
    assert app.selectbox(key="period").value == PERIOD
    assert [box.value for box in app.warning] == [
        f"链接里的期次“1999-01”不存在，现显示：{PERIOD}。"
    ]


def test_a_wrong_plan_or_unit_in_the_link_is_named(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(town.home.root, monkeypatch, "departments", plan="ZZ", unit="无此单位")
    assert [box.value for box in app.warning] == [
        "链接里的方案“ZZ”不存在，现显示：BC。",
        "链接里的单位“无此单位”不存在，现显示：全部单位。",
    ]


def test_the_first_page_says_where_we_stand(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    words = texts(open_page(town.home.root, monkeypatch))
    # Owed: five reported and one not. Judged: four of five have a report time, one of them late.
    assert "双公示上报率 83.3%" in words
    assert "双公示及时率 75.0%" in words
    assert "应报未报（待核） 1 件" in words
    assert "差 1 条" in words
    assert "瞒报" not in words


def test_a_period_that_is_still_open_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    words = texts(open_page(town.home.root, monkeypatch, period="2022-07"))
    assert "本期（2022-07）还没有双公示记录" in words
    assert "收集中，8 月 10 日截止" in words


def test_a_department_shows_its_late_records(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "departments", unit=LATE_UNIT, period=PERIOD)
    table = app.dataframe[0].value
    assert table["决定文书号"].to_list() == ["示市监许字〔2022〕2号"]
    assert table["晚（自然日）"].to_list() == [7]
    assert "样本少" in texts(app)


def test_a_document_is_found_with_all_its_rows(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "lineage", doc="示市监许字(2022)4号")
    assert "找到 1 行" in texts(app)
    assert app.dataframe[0].value["台账"].to_list() == ["行政决定登记"]


def test_no_person_is_shown_in_full_anywhere(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "publicity", show="全部记录")
    for table in app.dataframe:
        assert "王示二" not in table.value.to_csv()
    assert "王示二" not in texts(app)


@pytest.mark.parametrize(
    ("page", "part"),
    [("tasks", "目标"), ("tasks", "任务进度"), ("tasks", "时间轴"), ("tasks", "方案原文对照"),
     ("overview", ""), ("education", "宣传稿件"),
     ("departments", ""), ("publicity", ""), ("lineage", "批次")],
)  # fmt: skip
def test_older_words_stand_in_quotes_only(
    page: str, part: str, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(town.home.root, monkeypatch, page, **({"part": part} if part else {}))
    # What the department or the plan is named by in its own words is left aside.
    tables = [t.value.drop(columns=["方案责任方（原文）"], errors="ignore") for t in app.dataframe]
    words = "\n".join([texts(app), *(table.to_csv() for table in tables)])
    unquoted = re.sub("“[^”]*”", "", words)
    assert [old for old in load_terms() if old in unquoted] == []


def test_historical_targets_have_no_light(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "tasks", part="方案原文对照")
    history = [m.value for m in app.markdown if "“" in m.value and m.value.startswith(":gray[")]
    assert len(history) == 2
    assert not any("badge" in text for text in history)


def test_a_publish_is_seen_at_the_next_rerun_of_an_open_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = build_town(tmp_path)
    app = open_page(town.home.root, monkeypatch)
    assert "应报未报（待核） 1 件" in texts(app)
    # The unreported decision is reported at last; a new version goes live.
    name = town.receive("2022-07-12", [permit(4, 上报时间="2022/07/08")])
    result = Pipeline(town.home, date(2026, 1, 1)).load(
        [town.folder / name], "BC", received=date(2022, 7, 12)
    )
    assert result.outcome.gate_status == "passed"
    app.run()
    assert "应报未报（待核） 0 件" in texts(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_version_of_an_older_program_is_named_in_words(
    page: str, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Path(shutil.copytree(town.home.root, tmp_path / "home"))
    [version] = (copy / "versions").glob("*.duckdb")
    with duckdb.connect(str(version)) as con:
        con.sql("alter table ref.plans rename column short_title to name")
    monkeypatch.setenv(HOME_VARIABLE, str(copy))
    app = AppTest.from_file(str(ENTRY), default_timeout=120)
    if page != "overview":
        app.switch_page(page_file(page))
    app.run()
    assert not app.exception
    assert [box.value for box in app.error] == [
        "现行版本由旧程序生成，请运行 citycredit build，完成后刷新本页。"
    ]


def test_a_failure_is_told_in_words_and_logged_without_values(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("王示二 11010119900101000X")

    monkeypatch.setenv(HOME_VARIABLE, str(town.home.root))
    monkeypatch.setattr("dashboard.components.push.draw_push", fail)
    app = AppTest.from_file(str(ENTRY), default_timeout=120).run()
    assert not app.exception
    assert "citycredit doctor" in app.error[0].value
    assert "ValueError" in caplog.text
    assert "王示二" not in caplog.text
    assert "王示二" not in texts(app)


def test_a_decision_both_registered_and_found_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = build_town(tmp_path)
    name = town.receive("2022-07-12", [register(4, 登记来源="上级抽查")])
    Pipeline(town.home, date(2026, 1, 1)).load(
        [town.folder / name], "BC", received=date(2022, 7, 12)
    )
    marks = town.ask(
        "2022-07-12",
        "select is_missed, is_found_unreported from marts.decision_periods "
        "where period = '2022-06' and (is_missed or is_found_unreported)",
    )
    assert marks == [(True, True)]
    assert "应报未报（待核） 1 件" in texts(open_page(town.home.root, monkeypatch))
    app = open_page(town.home.root, monkeypatch, "departments", period=PERIOD, list="各率")
    assert sum(sum(t.value["应报未报（待核）"]) for t in app.dataframe) == 1
