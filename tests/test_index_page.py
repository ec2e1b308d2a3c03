"""The page 城市信用监测 for a city of its own, one below a city, and one that no index looks at."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.index_words import CONFIDENTIAL
from dashboard.queries.index import read_index_card
from dashboard.terms import older_words_in
from tests.index_home import build_index_home
from tests.page_support import open_page, texts
from warehouse.home import HOME_VARIABLE, Home
from warehouse.store import Store

OWN_PARTS = ["名次与分差", "失分", "追回测算", "上级考核", "数据来源"]
PARENT_PARTS = ["所在市名次", "本级承担指标", "上级考核", "数据来源"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return build_index_home(tmp_path_factory.mktemp("index"))


def page(
    home: Home, monkeypatch: pytest.MonkeyPatch, plan: str, period: str, **more: str
) -> AppTest:
    return open_page(home.root, monkeypatch, "index", plan=plan, period=period, **more)


def test_the_own_citys_rank_and_the_gaps_to_both_lines(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = texts(page(home, monkeypatch, "YC", "2020-11"))
    assert "官方名次 第 96 名" in words
    assert "较上期（2020-09）↑5" in words
    # Own score 80.60; the 100th has 80.42; of the 80th it is known: 81.60 (82nd) to 81.90 (79th).
    assert "距目标线第 100 名（测算） 高出 0.18 分" in words
    assert "距争取线第 80 名（测算） 差 1.00–1.30 分" in words
    assert "较 2019-12 前进 22 位，进入前 100，未进前 80（争取）" in words
    assert CONFIDENTIAL in words


@pytest.mark.parametrize(
    ("period", "words"),
    [
        # Up to the cut-off of November it is not decided; the judging day of December and of
        # the year is 10 January.
        ("2020-11", "当前 96／线 100，年末按最后一期已发布名次判定"),
        ("2020-12", "年末判定：达到"),
        ("2020", "年末判定：达到"),
        ("2020-09", "当前 101／线 100"),
    ],
)
def test_the_target_is_decided_after_the_year_by_the_last_published_rank(
    period: str, words: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert words in texts(page(home, monkeypatch, "YC", period))


def test_points_lost_by_level_and_by_unit(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(home, monkeypatch, "YC", "2020-11", part="失分")
    words = texts(app)
    assert "二级指标共失 19.40 分，最多的是事后监管：失 6.20 分（满分 31）" in words
    # C03 0.5 (shared by two) + C04 0.5 + C08 1.9 + C13 1.0 have units; C16 is historical.
    assert "已分解到单位的失分 3.90 分，未分解 15.50 分（含历史口径）" in words
    units = app.dataframe[0].value.set_index("单位")
    assert units["失分"].to_dict() == {
        "示例单位08（地方金融类）": 1.9,
        "示例单位36（行政审批类）": 1.5,
        "示例单位12（市场监管类）": 0.5,
        "示例单位20（信息资源类）": 0.5,
    }
    assert units.loc["示例单位36（行政审批类）", "其中共同承担"] == 0.5
    table = app.dataframe[1].value.set_index("指标")
    assert table.loc["失信惩戒", "承担单位"] == "未分解"
    assert "历史口径" in table.loc["失信惩戒", "说明"]


def test_before_the_assignment_no_unit_is_charged(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = texts(page(home, monkeypatch, "YC", "2020-09", part="失分"))
    assert "还没有分指标的官方得分" in words


def test_what_if_gives_a_score_and_at_most_a_range(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(home, monkeypatch, "YC", "2020-11", part="追回测算")
    choice = app.multiselect(key="what_if_indicators")
    # Historical indicators cannot be chosen, nor what stands nowhere in the tree.
    assert not [o for o in choice.options if o.startswith(("失信惩戒", "企业守信", "平台建设"))]
    app = choice.select("B04").run()
    app.number_input(key="what_if_B04").set_value(0.1)
    app.button[0].click().run()
    words = texts(app)
    # 80.60 + 0.10: past the 95th (80.65), behind the 82nd (81.60).
    assert "追回后得分（测算） 80.70" in words
    assert "名次：第 83–95 名之间（据 6 城已知分数推算）（测算）" in words
    assert "距争取第 80 名：差 0.90–1.20 分（测算）" in words


def test_own_estimates_stand_apart(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(home, monkeypatch, "YC", "2020-12", part="数据来源")
    official, estimates = (table.value for table in app.dataframe[:2])
    assert official["名次"].to_list() == [96, 101, 104, 112, 118]
    assert set(official["数据性质"]) == {"官方"}
    assert estimates["数据性质"].to_list() == ["测算"]
    assert "名次" not in estimates.columns
    assert "未经本办计算" in texts(app)
    # From the figure down to the cells of its row.
    assert "第 6 行" in texts(app)


def test_the_provinces_assessment(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(home, monkeypatch, "YC", "2020-11", part="上级考核")
    assert "示例省信用工作考核名次 7/13" in texts(app)
    assert app.dataframe[0].value["考核期"].to_list() == ["2020-Q3", "2019"]
    earlier = page(home, monkeypatch, "YC", "2020-06", part="上级考核")
    assert "示例省信用工作考核名次 9/13" in texts(earlier)


def test_below_a_city_its_rank_is_shown_as_the_citys(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = texts(page(home, monkeypatch, "HY", "2021-06"))
    assert "所在市名次（本级不单独监测）＋本级承担指标未分解" in words
    assert "济南市官方名次 第 12 名" in words
    assert "线" not in words.split("济南市官方名次")[1]
    owned = texts(page(home, monkeypatch, "HY", "2021-06", part="本级承担指标"))
    assert "不把失分算到任何单位头上" in owned


def test_without_an_index_there_are_words_and_no_card(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(home, monkeypatch, "NN", "2021-06")
    assert "这里没有指数和名次可看" in texts(app)
    assert not app.metric
    assert CONFIDENTIAL in texts(app)


@pytest.mark.parametrize("part", PARENT_PARTS)
def test_before_the_first_figure_the_page_says_what_to_do(
    part: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(home, monkeypatch, "GQ", "2021-06", part=part)
    assert not app.metric
    if part == "所在市名次":
        assert "还没有淄博市的官方得分和名次" in texts(app)
        assert "citycredit load 文件 --plan GQ" in texts(app)


@pytest.mark.parametrize(
    ("plan", "period", "part"),
    [("YC", "2020-11", part) for part in OWN_PARTS]
    + [("YC", "2020-Q4", part) for part in OWN_PARTS]
    + [("HY", "2021-06", part) for part in PARENT_PARTS],
)
def test_every_part_opens_from_its_link_in_present_words(
    plan: str, period: str, part: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(home, monkeypatch, plan, period, part=part)
    assert app.session_state["part"] == part
    tables = "\n".join(table.value.to_csv() for table in app.dataframe)
    assert older_words_in(texts(app) + tables) == []


def test_the_first_pages_card(home: Home) -> None:
    with duckdb.connect(str(version_of(home)), read_only=True) as con:
        own = read_index_card(con, "YC", "2020-11").to_dicts()
        parent = read_index_card(con, "HY", "2021-06").to_dicts()
        none = read_index_card(con, "NN", "2021-06").to_dicts()
    assert [(c["index_scope"], c["rank"], c["target_rank"], c["stretch_rank"]) for c in own] == [
        ("own", 96, 100, 80)
    ]
    # 20 different indicators are assigned; of those with a known loss C03, C04, C08 and C13 count.
    assert (own[0]["owned_count"], own[0]["owned_lost_count"]) == (len(ASSIGNED), 4)
    assert [(c["index_scope"], c["rank"], c["target_rank"]) for c in parent] == [
        ("parent", 12, None)
    ]
    assert [(c["index_scope"], c["rank"]) for c in none] == [("none", None)]


ASSIGNED = {
    line.split(",")[0]
    for line in (Path(__file__).parents[1] / "warehouse/plans/YC/index_owners.csv")
    .read_text(encoding="utf-8")
    .splitlines()[1:]
}


def version_of(home: Home) -> Path:
    return home.versions / f"{Store(home).current()}.duckdb"


def draw_the_card() -> None:
    """The card alone, as the first page draws it."""
    from dashboard.components import index_card
    from dashboard.filters import choose_view
    from dashboard.source import open_source

    view = choose_view(open_source())
    assert view is not None
    index_card.draw_index_card(view, index_card.index_card_of(view))


@pytest.mark.parametrize(
    ("plan", "period", "words"),
    [
        ("YC", "2020-11", ["官方名次 第 96 名", "距第 100 名：已达到，高出 0.18 分（测算）"]),
        # Nothing of an own estimate: its month has no official figure, the one before stands.
        ("YC", "2020-12", ["官方名次 第 96 名", "2020-11 · 地级市 261 城 · 2020 版"]),
        ("HY", "2021-06", ["所在市名次 第 12 名", "本级不单独监测", "本级承担指标未分解"]),
        ("GQ", "2021-06", ["所在市名次 —", "本级不单独监测"]),
        ("NN", "2021-06", []),
    ],
)
def test_the_card_of_the_first_page(
    plan: str, period: str, words: list[str], home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(home.root))
    monkeypatch.setattr("dashboard.components.index_card.draw_link", lambda *_: None)
    app = AppTest.from_function(draw_the_card, default_timeout=120)
    app.query_params["plan"], app.query_params["period"] = plan, period
    app.run()
    assert not app.exception
    shown = texts(app)
    assert [word for word in words if word not in shown] == []
    assert "80.9" not in shown
    assert bool(shown.strip()) == bool(words)
