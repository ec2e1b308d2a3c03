"""The reference tables of the plans: what the models and the pages read of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.plan_folders import add_row, copied, row_of, set_cell, set_line
from warehouse.calendar import load_calendar
from warehouse.plans import Plan, PlanError, load_plan, load_plans
from warehouse.reference import load_reference, periods_of, span_to

AS_OF = date(2022, 12, 31)


def reference(plans: Iterable[Plan]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    load_reference(con, {p.id: p for p in plans}, load_calendar(), AS_OF, "build")
    return con


@pytest.fixture(scope="module")
def five() -> duckdb.DuckDBPyConnection:
    return reference(load_plans().values())


def test_every_table_has_its_rows(five: duckdb.DuckDBPyConnection) -> None:
    counts = {
        table: five.sql(f"select count(*) from ref.{table}").fetchall()[0][0]
        for table in ("plans", "tasks", "targets", "units", "assessment_parts", "index_owners")
    }
    # units: 17 + 49 (51 of CC less the two that begin in 2019) + 66 + 40 + 44
    assert counts == {
        "plans": 5, "tasks": 417, "targets": 267, "units": 216, "assessment_parts": 25,
        "index_owners": 24,
    }  # fmt: skip


def test_a_plan_tells_what_its_pages_and_models_ask(five: duckdb.DuckDBPyConnection) -> None:
    told = five.sql(
        "select figures, index_scope, index_version, index_city, index_group, holiday_policy, "
        "period_start from ref.plans where plan_id in ('GQ', 'YC') order by plan_id"
    ).fetchall()
    assert told == [
        ("official", "parent", "2020", "淄博市", "地级市", "extend", date(2021, 5, 15)),
        ("official", "own", "2020", "盐城市", "地级市", "extend", date(2020, 1, 1)),
    ]


def titles(con: duckdb.DuckDBPyConnection, unit: str, *days: date) -> list[str]:
    return [
        con.sql(
            "select title from ref.unit_titles where unit_id = $unit "
            "and $day >= valid_from and $day < valid_to",
            params={"unit": unit, "day": day},
        ).fetchall()[0][0]
        for day in days
    ]


def test_a_unit_has_the_name_of_the_day(five: duckdb.DuckDBPyConnection) -> None:
    last, first = date(2018, 12, 31), date(2019, 1, 1)
    # renamed
    environment = ["示例单位20（环保类）", "示例单位20（生态环境类）"]
    assert titles(five, "CC-U20", last, first) == environment
    # merged: its history keeps the old name, later it goes under the new unit's
    merged = ["示例单位15（工商类）", "示例单位41（市场监管类）"]
    assert titles(five, "CC-U15", last, first) == merged
    tax = ["示例单位24（地税类）", "示例单位25（税务类）"]
    assert titles(five, "CC-U24", date(2018, 7, 4), date(2018, 7, 5)) == tax
    # renamed before and after the plan's year
    assert titles(five, "YC-U26", last, date(2020, 6, 1)) == [
        "示例单位26（环保类）",
        "示例单位26（生态环境类）",
    ]
    assert titles(five, "YC-U19", date(2020, 6, 1), date(2023, 7, 20)) == [
        "示例单位19（银保监类）",
        "示例单位19（金融监管类）",
    ]


def test_titles_follow_each_other_without_gap(five: duckdb.DuckDBPyConnection) -> None:
    rows = five.sql(
        "select unit_id, valid_from, valid_to, lead(valid_from) over "
        "(partition by place_id, unit_id order by valid_from) from ref.unit_titles"
    ).fetchall()
    assert all(end == following for _, _, end, following in rows if following)
    assert {end for _, _, end, following in rows if not following} == {date(2200, 1, 1)}


def test_a_name_leads_to_one_unit_of_its_place_and_day(five: duckdb.DuckDBPyConnection) -> None:
    def unit(place: str, name: str, day: date) -> list[str]:
        return [
            row[0]
            for row in five.sql(
                "select unit_id from ref.unit_names where place_id = $place "
                "and name_norm = $name and $day >= valid_from and $day < valid_to",
                params={"place": place, "name": name, "day": day},
            ).fetchall()
        ]

    day = date(2018, 7, 4)
    assert unit("CC", "区国税局", day) == ["CC-U23"]  # the clause's own words
    assert unit("CC", "示例单位23(国税类)", day) == ["CC-U23"]
    assert unit("CC", "示例单位23(国税类)", date(2018, 7, 5)) == []  # dissolved
    assert unit("CC", "示例单位25(税务类)", day) == []  # not yet there
    assert unit("CC", "示例单位25(税务类)", date(2018, 7, 5)) == ["CC-U25"]
    # the short name 示例单位04 is used in all five places, each for its own unit
    for place in ("BC", "CC", "YC", "GQ", "HY"):
        assert unit(place, "示例单位04", date(2020, 1, 1)) == [f"{place}-U04"]
    assert unit("GQ", "区国税局", day) == []


def test_the_decomposition_is_told_apart_from_the_text(five: duckdb.DuckDBPyConnection) -> None:
    rows = five.sql(
        "select task_id, responsible, deadline, lead_unit_id, decomposition from ref.tasks "
        "where task_id in ('HY-1-3-c', 'HY-5-1', 'GQ-08-a') order by 1"
    ).fetchall()
    end = date(2021, 12, 31)
    assert rows == [
        ("GQ-08-a", "县发展改革局", None, "GQ-U01", None),
        ("HY-1-3-c", "示例单位02（发展改革类）", end, "HY-U02", "示例分解"),
        ("HY-5-1", "街道办事处", end, "HY-U26", "示例分解"),
    ]
    shares = five.sql(
        "select plan_id, count(decomposition) from ref.tasks group by 1 order by 1"
    ).fetchall()
    assert shares == [("BC", 0), ("CC", 0), ("GQ", 0), ("HY", 40), ("YC", 0)]


def test_towns_and_streets_are_one_level(five: duckdb.DuckDBPyConnection) -> None:
    kinds = dict(
        five.sql(
            "select target_id, scope_kinds from ref.targets where target_id in "
            "('CC-T011', 'HY-T017', 'YC-T034', 'BC-T001', 'CC-T001')"
        ).fetchall()
    )
    assert kinds == {
        "CC-T011": "department;town;street",  # department;town
        "HY-T017": "town;street",  # town, of a district that has streets only
        "YC-T034": "department;county",
        "BC-T001": "department;street",
        "CC-T001": "",
    }


def test_parameters_are_one_row_per_allowed_value(tmp_path: Path) -> None:
    folder = copied("BC", tmp_path)
    number = row_of(folder, "bindings", target_id="BC-T053")
    set_cell(folder, "bindings", number, parameters="kind=会议|培训;level=市")
    rows = reference([load_plan(folder)]).sql(
        "select name, value from ref.target_parameters where target_id = 'BC-T053' order by all"
    )
    assert rows.fetchall() == [("kind", "会议"), ("kind", "培训"), ("level", "市")]


# Periods


def test_spans_begin_with_the_plan() -> None:
    rows = periods_of(load_plans()["GQ"], AS_OF)
    spans = [(p[2], p[4], p[5]) for p in rows if p[3] == "span"]
    # no target of GQ is due within a month: one span to the end of each month from May on
    assert [label for label, _, _ in spans] == [f"2021-05..2021-{m:02d}" for m in range(5, 13)]
    assert spans[0][1:] == (date(2021, 5, 1), date(2021, 5, 31))
    assert span_to(date(2021, 5, 15), date(2021, 6, 30)) == "2021-05..2021-06"
    # the months before it are there, for what was decided in them
    assert [p[2] for p in rows if p[3] == "month"] == [f"2021-{m:02d}" for m in range(1, 13)]


# Amendments and two years of one place


def test_versions_of_targets_parts_and_units_carry_their_days(tmp_path: Path) -> None:
    folder = copied("HY", tmp_path)
    number = row_of(folder, "targets", target_id="HY-T004")
    target = dict(load_plan(folder).targets[number - 1])
    set_cell(folder, "targets", number, valid_from="", valid_to="2021-07-01")
    add_row(folder, "targets", **target | {"value": "99", "valid_from": "2021-07-01"})
    set_cell(folder, "units", row_of(folder, "units", unit_id="HY-U44"), valid_from="2021-09-01")
    con = reference([load_plan(folder)])
    versions = con.sql(
        "select value, valid_from, valid_to from ref.targets where target_id = 'HY-T004' order by 2"
    ).fetchall()
    assert versions == [
        ("98", date(1900, 1, 1), date(2021, 7, 1)),
        ("99", date(2021, 7, 1), date(2200, 1, 1)),
    ]
    joined = con.sql("select valid_from from ref.units where unit_id = 'HY-U44'").fetchall()
    assert joined == [(date(2021, 9, 1),)]


def test_two_years_of_a_place_may_not_give_a_name_to_two_units(tmp_path: Path) -> None:
    first = copied("HY", tmp_path)
    second = copied("HY", tmp_path / "next").rename(tmp_path / "HY22")
    set_line(second, 'id = "HY"\nplace_id', 'id = "HY22"\nplace_id')
    for day in ("2021-01-01\nperiod_end", "2021-12-31\nperiod_note", "2021-01-01\ndays"):
        set_line(second, day, day.replace("2021", "2022"))
    set_line(second, "year = 2021", "year = 2022")
    both = [load_plan(first), load_plan(second)]
    assert len(reference(both).sql("select * from ref.unit_codes").fetchall()) == 44
    for path in second.glob("*.csv"):  # the same unit under another id
        path.write_text(path.read_text("utf-8").replace("HY-U09", "HY-U90"), encoding="utf-8")
    with pytest.raises(PlanError, match="属于两个单位：HY-U09 和 HY-U90"):
        reference([load_plan(first), load_plan(second)])
