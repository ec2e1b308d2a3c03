"""The page 报送日历 on a real home: the day, the month, the table of units, the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import plotly.graph_objects as go
import polars as pl
import pytest
from icalendar import Calendar as File

from dashboard.charts.calendar import draw_month
from dashboard.duty_words import tally_days
from dashboard.queries.duties import read_plan_obligations, read_special_days
from dashboard.wording import WATERMARK
from etl.duty_calendar import read_owed, render_calendar
from tests.dashboard_home import build_town
from tests.page_support import open_page, texts
from tests.semantics.town import Town
from tests.test_duty_words import JUNE, TEN_JUNE

SAFETY = "示例单位05（应急管理类）"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """As known on 12 July 2022: U04 has reported June by its rows on 30 June, U05 has declared nil
    on 8 July; the ledger of June was due on Monday 11 July."""
    return build_town(tmp_path_factory.mktemp("calendar"), also=("CC", "HY"))


@pytest.fixture
def con(town: Town) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(town.version("2022-07-12")), read_only=True) as found:
        yield found


def test_the_query_tells_what_answers_an_obligation(con: duckdb.DuckDBPyConnection) -> None:
    june = read_plan_obligations(con, "BC").filter(
        (pl.col("duty_id") == "BC-DU-PUB") & (pl.col("period_covered") == "2022-06")
    )
    assert june.height == 15  # 17 units but U03 (not theirs) and U12 (exempt)
    assert june["due_date"].unique().to_list() == [date(2022, 7, 11)]
    assert june["nominal_due_date"].unique().to_list() == [date(2022, 7, 10)]
    assert june["month"].unique().to_list() == [date(2022, 7, 1)]
    answered = june.filter(pl.col("answered_by").is_not_null()).sort("unit_id")
    columns = ["unit_id", "state", "answered_by", "answered_date", "ledger", "row_id", "file_name"]
    assert answered.select(columns).rows() == [
        # the first file, its first row: row 2
        ("BC-U04", "按时", "rows", date(2022, 6, 30), "admin_permit", 1_000_000_002, "00.csv"),
        ("BC-U05", "零报送", "nil", date(2022, 7, 8), "submission", 3_000_000_002, "02.csv"),
    ]
    assert june.filter(pl.col("answered_by").is_null())["state"].unique().to_list() == ["未交"]
    one = read_plan_obligations(con, "BC", "BC-U05")
    assert one["unit_id"].unique().to_list() == ["BC-U05"]


def test_the_special_days_of_a_year(con: duckdb.DuckDBPyConnection) -> None:
    days = dict(read_special_days(con, 2022).select("date", "is_workday").rows())
    assert days[date(2022, 10, 8)]  # a Saturday, worked for the National Day
    assert not days[date(2022, 6, 3)]  # Dragon Boat, a Friday
    assert date(2022, 6, 4) not in days  # an ordinary Saturday
    assert {day.year for day in days} == {2022}


def test_the_page_says_what_today_asks(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    words = texts(open_page(town.home.root, monkeypatch, "calendar", period="2022-07"))
    assert "今天按 7 月 12 日（数据截至日）算" in words
    # 20 July: the regulation material of 11 units (17 but six that have no such task), and U02's
    assert "下一个到期日 7 月 20 日" in words
    assert "应收 11 家，已收 0，未收 11（" in words
    # 11 July: 15 ledgers; 20 July: 11 and 1
    assert "2022 年 7 月 2 个到期日，应收 27 家次，已收 1，零报送 1，未收 25" in words
    assert WATERMARK in words


def test_a_day_in_the_link_opens_its_list(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "calendar", period="2022-07", on="2022-07-20")
    assert "7 月 20 日到期：应收 12 家，已收 0，未收 12" in texts(app)
    app = open_page(town.home.root, monkeypatch, "calendar", period="2022-07")
    # by default the newest day that has somebody out
    assert "7 月 11 日到期：应收 15 家，已收 1，零报送 1，未收 13" in texts(app)
    table = app.dataframe[0].value
    assert table["状态"].to_list() == ["✕ 未交"] * 13 + ["✓ 按时", "○ 零报送"]
    assert table["文件"].to_list()[-2:] == ["00.csv", "02.csv"]


def test_any_month_of_the_plan_can_be_chosen(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "calendar", period="2022-Q2")
    # judged on 10 July, after the quarter: its last month
    assert "2022 年 6 月 2 个到期日" in texts(app)
    app = open_page(town.home.root, monkeypatch, "calendar", period="2022-Q2", month="2022-04")
    assert "2022 年 4 月 2 个到期日" in texts(app)
    # also one to come, which is no period yet
    app = open_page(town.home.root, monkeypatch, "calendar", period="2022-07", month="2022-09")
    assert "2022 年 9 月 2 个到期日，应收 27 家次，已收 0，未收 27" in texts(app)
    app = open_page(town.home.root, monkeypatch, "calendar", period="2022-Q2", on="2022-05-10")
    assert "5 月 10 日到期" in texts(app)


def test_the_month_follows_the_period(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "calendar", period="2022-07", month="2022-09")
    app.selectbox(key="period").set_value("2022-05").run()
    assert "2022 年 5 月 2 个到期日" in texts(app)


def test_the_table_tells_nil_from_missing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    duty = "双公示台账（每月10日前）"
    app = open_page(town.home.root, monkeypatch, "calendar", period="2022-07", duty=duty)
    table = app.dataframe[1].value
    assert table.loc[SAFETY, "2022-06"] == "○ 零报送"
    assert table.loc[SAFETY, "2022-05"] == "✕ 未交"
    assert table.loc[SAFETY, "2022-07"] == "· 未到期"
    whole = open_page(town.home.root, monkeypatch, "calendar", period="2022-07").dataframe[1].value
    # January to June were due by 11 July: five out, one nil, five to come
    assert whole.loc[SAFETY, duty] == "1/6　✕ 5　· 5　○ 1"
    assert whole.loc["示例单位02（政务服务类）", "分级分类监管材料（每月20日前）"] == ""


def test_one_unit_sees_its_own_only(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page(town.home.root, monkeypatch, "calendar", period="2022-07", unit=SAFETY)
    for table in app.dataframe:
        shown = table.value.reset_index()
        assert set(shown["单位"]) == {SAFETY}
    assert "2022 年 7 月 2 个到期日，应收 2 家次，已收 0，零报送 1，未收 1" in texts(app)
    wrong = open_page(town.home.root, monkeypatch, "calendar", unit="无此单位")
    assert "链接里的单位“无此单位”不存在" in "".join(box.value for box in wrong.warning)


def test_an_empty_calendar_says_why(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    # HY asks for no hand-ins; CC does, but none of its ledgers has come.
    words = texts(open_page(town.home.root, monkeypatch, "calendar", plan="HY"))
    assert "方案没有规定定期报送" in words
    words = texts(open_page(town.home.root, monkeypatch, "calendar", plan="CC"))
    assert "还没有收到过这份方案的任何台账" in words
    assert "在“收件台”收下第一份" in words


def test_a_list_of_one_duty_names_it_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def list_of(day: str) -> tuple[list[str], str]:
        app = open_page(
            town.home.root, monkeypatch, "calendar", period="2022-07", month=day[:7], on=day
        )
        [table] = [t.value for t in app.dataframe if t.key == "day_list"]
        return list(table.columns), texts(app)

    columns, words = list_of("2022-06-10")  # the ledger only
    assert "报送事项" not in columns
    assert ":small[:gray[双公示台账（每月10日前）]]" in words
    columns, words = list_of("2022-06-20")  # new information and graded supervision
    assert "报送事项" in columns
    assert ":small[:gray[双公示台账（每月10日前）]]" not in words


def test_the_file_holds_what_is_owed(con: duckdb.DuckDBPyConnection) -> None:
    owed = read_owed(con, "BC", "BC-U05")
    content = render_calendar(
        owed, plan_id="BC", title="示例", known_on=date(2022, 7, 12), unit=SAFETY, is_sample=True
    )
    events = {str(event["uid"]): event for event in File.from_ical(content).events}
    assert len(events) == owed.height == 22
    nil = events["BC.BC-DU-PUB.2022-06.BC-U05@citycredit"]
    assert "状态：零报送" in str(nil["description"])
    assert nil.walk("VALARM") == []
    coming = events["BC.BC-DU-REG.2022-06.BC-U05@citycredit"]
    assert coming["dtstart"].dt == date(2022, 7, 20)
    assert len(coming.walk("VALARM")) == 1


# The grid


def draw(month: date, owed: pl.DataFrame, *, is_narrow: bool = False) -> go.Figure:
    return draw_month(
        month, tally_days(owed), today=date(2022, 6, 20), special={date(2022, 6, 3): False},
        ink="#000000", is_narrow=is_narrow, is_sample=True,
    )  # fmt: skip


def test_the_grid_shows_the_due_day_in_words_and_sign() -> None:
    notes = [note.text for note in draw(date(2022, 6, 1), TEN_JUNE).layout.annotations]
    tenth = next(text for text in notes if text.startswith("<b>10</b>"))
    assert tenth == ("<b>10</b>　<b>✕</b><br>应收 6<br>已收 2<br>零报送 2<br><b>未收 2</b>")
    assert "<b>3</b>　休" in notes
    assert "<b>20</b>　<b>今</b>" in notes
    assert WATERMARK in notes
    assert sum(text.startswith("<b>") for text in notes) == 30


def test_the_grid_gives_the_day_that_is_clicked() -> None:
    [points] = draw(date(2022, 6, 1), TEN_JUNE).data
    # 10 June 2022 is a Friday (column 4) of the second week (row 1)
    assert (list(points.x), list(points.y), list(points.customdata)) == ([4], [1], ["2022-06-10"])


def test_a_due_day_outside_the_month_is_left_to_the_note() -> None:
    moved = TEN_JUNE.with_columns(pl.lit(JUNE).alias("due_date"))
    assert not draw(date(2022, 6, 1), moved).data[0].customdata
