"""A closed plan keeps its figures: what comes in later is landed, listed, and counts nowhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.navigation import page_file
from dashboard.wording import PRELIMINARY
from etl import pipeline as pipeline_module
from etl.pipeline import Pipeline, RequestError
from etl.year import close_plan, list_plans, reopen_plan
from expectations.gate import evaluate
from expectations.suites.closed import closed_suite
from expectations.suites.figures import figure_suites
from tests.conftest import ROOT
from tests.homes import make_home, make_penalty_csv
from warehouse.closing import CLOSED_TABLES, ClosingError, closings_in_force
from warehouse.home import HOME_VARIABLE, Home
from warehouse.verify import verify

TODAY = date(2023, 2, 1)


@dataclass
class World:
    """A home that went through the turn of a year; what each stage showed of plan BC."""

    home: Home
    done: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, dict[str, list[tuple[Any, ...]]]] = field(default_factory=dict)
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)

    def look(self, stage: str) -> None:
        """Remember every row of the tables that are frozen, and what is told beside them."""
        with Pipeline(self.home, TODAY).store.reader() as con:
            tables = con.sql(
                "select table_name from information_schema.tables where table_schema = 'marts'"
            )
            present = {name for (name,) in tables.fetchall()}
            self.rows[stage] = {
                table: con.sql(
                    f"select * from marts.{table} where plan_id = 'BC' order by all"
                ).fetchall()
                for table in CLOSED_TABLES
                if table in present
            }
            self.shown[stage] = {
                "states": con.sql(
                    "select distinct state from marts.metric_values "
                    "where plan_id = 'BC' and value is not null"
                ).fetchall(),
                "records": con.sql(
                    "select value from marts.metric_values where plan_id = 'BC' "
                    "and metric_id = 'publicity_record_count' and period = '2022' "
                    "and scope_type = 'plan'"
                ).fetchall(),
                "staged": con.table("staging.admin_penalty").aggregate("count(*)").fetchall(),
                "late": con.table("meta.late_batches").fetchall(),
                "schemas": con.sql(
                    "select schema_name from information_schema.schemata "
                    "where catalog_name = current_database()"
                ).fetchall(),
                "suites": {
                    suite for (suite,) in con.sql("select suite from meta.gate_results").fetchall()
                },
            }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("year")
    with pytest.MonkeyPatch.context() as patch:
        home = make_home(folder, patch)
        world = World(home)
        june = make_penalty_csv(folder / "6月处罚.csv", first=1, rows=3)
        pipeline = Pipeline(home, TODAY)
        world.done["load"] = pipeline.load([june], "BC", received=date(2022, 7, 5))
        world.look("open")
        world.done["close"] = close_plan(pipeline, "BC", None, "年度会议")
        world.look("closed")
        late = make_penalty_csv(folder / "补报处罚.csv", first=100, rows=2)
        world.done["late"] = pipeline.load([late], "BC", received=date(2023, 1, 20))
        world.look("late")
        world.done["plans"] = {row["plan"]: row for row in list_plans(pipeline)}
        world.done["findings"] = verify(home)
        shutil.copytree(home.root, folder / "closed-home")
        world.done["reopen"] = reopen_plan(pipeline, "BC", "发现漏计")
        world.look("reopened")
        yield world


@pytest.fixture
def closed_home(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A copy of the home as it was while BC was closed and a file had come late."""
    folder = world.home.root.parent
    monkeypatch.setenv("CITYCREDIT_KEY_FILE", str(folder / "identity.key"))
    return Home.open(shutil.copytree(folder / "closed-home", tmp_path / "home"))


def test_figures_are_frozen_as_of_the_last_cut_off(world: World) -> None:
    done = world.done["close"]
    # The newest file is of 5 July; the figures are judged on the last cut-off all the same.
    assert (done.cutoff, done.closing.as_of) == (date(2023, 1, 10), date(2023, 1, 10))
    assert (done.outcome.gate_status, done.outcome.version) == ("passed", "w000002")
    assert ("final",) not in world.shown["open"]["states"]
    assert world.shown["closed"]["states"] == [("final",)]


def test_late_rows_are_staged_and_listed_but_change_no_figure(world: World) -> None:
    assert world.done["late"].outcome.gate_status == "passed"
    assert {"metric_values", "target_values", "task_units"} <= world.rows["closed"].keys()
    assert all(world.rows["closed"][name] for name in ("metric_values", "target_values"))
    assert world.rows["late"] == world.rows["closed"]
    assert world.shown["late"]["staged"] == [(5,)]  # 3 that were known, 2 that came late
    assert world.shown["late"]["records"] == [(3.0,)]
    assert world.shown["late"]["late"] == [("BC", "B000002", 2)]
    assert world.done["late"].outcome.late == {("BC", "B000002"): 2}


def test_every_table_by_plan_and_period_is_frozen(world: World) -> None:
    with Pipeline(world.home, TODAY).store.reader() as con:
        found = con.sql(
            """
            select table_name
            from information_schema.tables
            join information_schema.columns using (table_catalog, table_schema, table_name)
            where table_schema = 'marts' and table_type = 'BASE TABLE'
                and table_catalog = current_database()
            group by table_name
            having bool_or(column_name = 'plan_id') and bool_or(column_name = 'period')
            """
        ).fetchall()
    assert {name for (name,) in found} - set(CLOSED_TABLES) == set()


def test_the_list_of_plans_tells_what_came_late(world: World) -> None:
    row = world.done["plans"]["BC"]
    assert (row["state"], row["closed_as_of"]) == ("final", date(2023, 1, 10))
    assert row["closed_reason"] == "年度会议"
    assert row["late_batches"] == [{"batch": "B000002", "rows": 2}]
    assert {p["state"] for name, p in world.done["plans"].items() if name != "BC"} == {"open"}


def test_reopened_the_late_rows_count(world: World) -> None:
    assert world.done["reopen"].gate_status == "passed"
    assert world.shown["reopened"]["records"] == [(5.0,)]
    assert world.shown["reopened"]["late"] == []
    assert ("final",) not in world.shown["reopened"]["states"]
    assert closings_in_force(Pipeline(world.home, TODAY).journal.events()) == []


def test_a_version_holds_nothing_that_points_at_the_frozen_files(world: World) -> None:
    assert ("closed",) not in world.shown["late"]["schemas"]
    # The suite judges closed plans; with none there is nothing to judge.
    assert "closed" in world.shown["late"]["suites"]
    assert "closed" not in world.shown["open"]["suites"]


def test_as_of_a_day_before_the_closing_figures_are_computed(
    closed_home: Home, tmp_path: Path
) -> None:
    pipeline = Pipeline(closed_home, TODAY)
    target = tmp_path / "july.duckdb"
    assert pipeline.build_as_of(date(2022, 7, 5), target).gate_status == "passed"
    with duckdb.connect(str(target), read_only=True) as con:
        states = con.sql("select distinct state from marts.metric_values").fetchall()
        assert ("final",) not in states
        assert con.table("meta.closed_plans").fetchall() == []


def test_altered_frozen_files_are_found_and_stop_a_build(world: World, closed_home: Home) -> None:
    assert [f for f in world.done["findings"] if f.level == "error"] == []
    path = closed_home.closed / "BC" / "1" / "metric_values.parquet"
    with path.open("ab") as file:
        file.write(b"x")
    [finding] = [f for f in verify(closed_home) if f.level == "error"]
    assert finding.subject == "BC"
    assert "metric_values.parquet" in finding.message
    with pytest.raises(ClosingError, match="已改动"):
        Pipeline(closed_home, TODAY).build()
    path.unlink()
    with pytest.raises(ClosingError, match=r"定稿文件不在.*plan reopen"):
        Pipeline(closed_home, TODAY).build()


def test_a_manifest_changed_to_fit_is_found_too(closed_home: Home) -> None:
    path = closed_home.closed / "BC" / "1" / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace("B000001", "B000002"), "utf-8")
    [finding] = [f for f in verify(closed_home) if f.level == "error"]
    assert "定稿清单" in finding.message


@pytest.mark.parametrize(
    ("today", "as_of", "told"),
    [
        # 10 January is the cut-off of December; nobody can close on the 9th.
        (date(2023, 1, 9), None, "2023-01-10 截止收数，现在还不能定稿"),
        (TODAY, date(2023, 1, 9), "--as-of 写成 2023-01-10 或更晚"),
        (TODAY, date(2023, 2, 2), "2023-02-02 还没有到"),
    ],
)
def test_too_early_is_refused(world: World, today: date, as_of: date | None, told: str) -> None:
    # BC is open again in this home.
    with pytest.raises(RequestError, match=told):
        close_plan(Pipeline(world.home, today), "BC", as_of, "年度会议")
    assert not list(world.home.closed.glob("*/2"))


def test_twice_is_refused_and_so_is_reopening_what_is_open(closed_home: Home) -> None:
    pipeline = Pipeline(closed_home, TODAY)
    with pytest.raises(RequestError, match="已于 2023-01-10 定稿"):
        close_plan(pipeline, "BC", None, "再来一次")
    with pytest.raises(RequestError, match="没有定稿"):
        reopen_plan(pipeline, "YC", "无")


def test_a_kill_before_the_publish_leaves_the_plan_open(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITYCREDIT_KEY_FILE", str(world.home.root.parent / "identity.key"))
    home = Home.open(shutil.copytree(world.home.root, tmp_path / "home"))
    pipeline = Pipeline(home, TODAY)

    class Killed(BaseException):
        """Stands for the kill: nothing in the product catches it."""

    def die(*_: object, **__: object) -> None:
        raise Killed

    # The frozen folder is on disk by then, the journal knows nothing of it.
    monkeypatch.setattr(pipeline_module.Pipeline, "publish", die)
    with pytest.raises(Killed):
        close_plan(pipeline, "BC", None, "年度会议")
    monkeypatch.undo()
    assert (home.closed / "BC" / "2").exists()
    assert closings_in_force(pipeline.journal.events()) == []
    assert [f for f in verify(home) if f.level == "error"] == []
    with pipeline.store.writing():
        assert not (home.closed / "BC" / "2").exists()


def test_pages_say_that_the_plan_is_closed_and_what_is_not_counted(
    closed_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(closed_home.root))
    entry = ROOT / "dashboard" / "streamlit_app.py"
    app = AppTest.from_file(str(entry), default_timeout=120)
    app.switch_page(page_file("lineage"))
    for name, value in {"plan": "BC", "part": "批次"}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    words = "\n".join(element.value for kind in (app.markdown, app.warning) for element in kind)
    assert "定稿，数据截至 2023-01-10" in words
    assert PRELIMINARY not in words
    assert "定稿后收到，不计入：B000002（2 行）" in words


FROZEN = """
    create schema meta;
    create schema marts;
    create schema closed;
    create table meta.closed_plans as select 'BC' as plan_id;
    create table marts.metric_values as
    select * from (values
        ('publicity_compliance_rate', 'BC', '2022-06', 'plan', 'BC', 3, 4, 75.0),
        ('publicity_compliance_rate', 'BC', '2022-06', 'department', 'BC-U01', 3, 4, 75.0),
        ('publicity_compliance_rate', 'YC', '2020-06', 'plan', 'YC', 1, 2, 50.0),
        ('publicity_compliance_rate', 'YC', '2020-06', 'department', 'YC-U01', 1, 2, 50.0)
    ) as t (metric_id, plan_id, period, scope_type, scope_id, numerator, denominator, value);
    create table closed.frozen_1 as
    select * exclude (value), value as value, 'old' as a_column_of_then
    from marts.metric_values where plan_id = 'BC';
    create table meta.closed_tables as
    select 'BC' as plan_id, 'metric_values' as table_name, 'closed.frozen_1' as frozen,
        2::bigint as rows;
"""


@pytest.fixture
def small() -> Iterator[duckdb.DuckDBPyConnection]:
    """Figures of a closed plan and an open one, and what was frozen of the first."""
    with duckdb.connect() as con:
        con.execute(FROZEN)
        yield con


def judge(con: duckdb.DuckDBPyConnection) -> list[str]:
    return evaluate([*figure_suites(con), closed_suite(con)]).failed


def test_frozen_rows_that_are_shown_as_they_were_pass(small: duckdb.DuckDBPyConnection) -> None:
    assert judge(small) == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("update marts.metric_values set value = 74 where scope_id = 'BC'", "内容与定稿文件不同"),
        ("delete from marts.metric_values where scope_id = 'BC-U01'", "行数与定稿清单不等"),
    ],
)
def test_a_frozen_row_that_is_shown_otherwise_fails(
    small: duckdb.DuckDBPyConnection, fault: str, told: str
) -> None:
    small.execute(fault)
    assert any(told in text for text in judge(small))


def test_definitions_of_today_do_not_judge_frozen_rows(small: duckdb.DuckDBPyConnection) -> None:
    # 75 of 3 ÷ 4 becomes 70 in both: what was published then stays, whatever is reckoned today.
    small.execute("update marts.metric_values set value = 70 where plan_id = 'BC'")
    small.execute("update closed.frozen_1 set value = 70")
    assert judge(small) == []
    small.execute("update marts.metric_values set value = 40 where plan_id = 'YC'")
    assert any("率的值不等于分子除以分母" in text for text in judge(small))
