"""What stands behind a target adds up to its figure: over the office's ledgers of five plans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest

from dashboard.queries.clauses import read_clause, read_target_units, read_target_versions
from dashboard.queries.education import (
    read_article_floors,
    read_articles,
    read_contacts,
    read_honours,
    read_meetings,
)
from dashboard.queries.evidence import read_evidence, read_parameters
from dashboard.queries.figures import read_clause_lights, read_targets
from tests.office_home import CC01, M, S, build_office_home
from warehouse.target_figures import measure_target


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = build_office_home(tmp_path_factory.mktemp("evidence"))
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def measured(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> list[dict[str, Any]]:
    """The plan's targets of a period with a value that is their own, and how they are measured."""
    found = []
    for target in read_targets(con, plan, period).to_dicts():
        measure = target | {"measure": target["measured_by"]}
        parameters = read_parameters(con, plan, target["target_id"])
        measurement = measure_target(measure, parameters)
        # What is asked of units one by one has the worst unit's value: its units are looked at.
        is_whole = target["denominator"] is None or target["unit"] == "%"
        if target["value"] is not None and measurement.is_own and is_whole:
            found.append(target | {"family": measurement.family})
    return found


@pytest.mark.parametrize(
    ("plan", "period", "families"),
    [
        ("BC", "2022-06", {"count", "distinct", "rate", "declared"}),
        ("BC", "2022-Q2", {"count", "distinct", "rate", "declared"}),
        ("BC", "2022", {"count", "distinct", "rate", "declared"}),
        ("ZZ22", "2022", {"distinct"}),
        ("YC", "2020", {"declared", "latest_date"}),
        ("CC", "2018", {"declared", "distinct"}),
    ],
)
def test_the_rows_behind_a_target_add_up(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, families: set[str]
) -> None:
    seen = set()
    for target in measured(con, plan, period):
        evidence = read_evidence(con, plan, period, target["target_id"])
        assert adds_up(target, evidence), (target, evidence)
        seen.add(target["family"])
    assert seen >= families


def adds_up(target: dict[str, Any], evidence: pl.DataFrame) -> bool:
    """Whether the shown rows give the figure again, counted in Python."""
    value, family = target["value"], target["family"]
    if evidence.is_empty():
        return float(value) == 0
    if family == "latest_date":
        day = "event_date" if "event_date" in evidence.columns else "completed_date"
        return date.fromisoformat(value) == max(evidence[day].to_list())
    if target["comparator"] == "exists":
        return float(value) == 1
    if family == "rate":
        return (evidence["is_hit"].sum(), evidence.height) == (
            target["numerator"],
            target["denominator"],
        )
    if family == "declared":
        if evidence["denominator"].null_count() == evidence.height:
            return float(value) == evidence["declared_value"].sum()
        return target["denominator"] == evidence["denominator"].sum()
    if family == "sum":
        return float(value) == evidence["amount"].sum()
    if family == "count":
        return float(value) == evidence["is_hit"].sum()
    # Different documents, kinds, fields …: at least one row for each.
    return 0 < float(value) <= evidence.height


def test_each_unit_has_its_own_rows(con: duckdb.DuckDBPyConnection) -> None:
    # Coverage is declared: MARKET 1 of 2 (corrected on 3 July), SAFETY 3 of 3.
    all_rows = read_evidence(con, "BC", "2022-06", "BC-T017")
    own = read_evidence(con, "BC", "2022-06", "BC-T017", "BC-U04")
    assert sorted(all_rows["unit"].to_list()) == [M, S]
    assert own.select("numerator", "denominator").rows() == [(1.0, 2.0)]


def test_what_is_asked_of_units_is_listed_worst_first(con: duckdb.DuckDBPyConnection) -> None:
    units = read_target_units(con, "BC", "2022-06", "BC-T060")
    lights = units["light"].to_list()
    assert units.height == 17
    assert lights == sorted(lights, key=["red", "yellow", "grey", "green"].index)
    assert units["scope_name"][16] == M  # alone with two articles of its own


def test_a_target_of_a_missing_ledger_has_no_rows(con: duckdb.DuckDBPyConnection) -> None:
    assert read_evidence(con, "BC", "2022-06", "BC-T045").is_empty()
    assert read_evidence(con, "BC", "2022-06", "no-such-target").is_empty()


def test_a_historical_target_has_no_rows(con: duckdb.DuckDBPyConnection) -> None:
    assert read_evidence(con, "BC", "2022-06", "BC-T037").is_empty()
    assert read_target_versions(con, "BC")["target_id"].to_list() == ["BC-T037", "BC-T040"]


def test_an_amended_target_is_one_row_of_the_version_in_force(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # ZZ-T3 asks for one visit a month until March, for four from April on.
    for period, wanted in (("2022-03", "1.0"), ("2022-04", "4.0")):
        rows = read_targets(con, "ZZ22", period).filter(pl.col("target_id") == "ZZ-T3")
        assert rows.select("threshold", "version_count").rows() == [(wanted, 2)]
    assert read_target_versions(con, "ZZ22")["value"].to_list() == ["1", "4"]
    lights = read_clause_lights(con, "ZZ22", "2022-04")
    assert lights["task_id"].is_duplicated().sum() == 0


def test_a_clause_says_who_leads(con: duckdb.DuckDBPyConnection) -> None:
    clause = read_clause(con, "BC", "BC-13-4").row(0, named=True)
    assert clause["task_kind"] in ("recurring", "each", "routine", "deliverable")
    assert clause["has_history"] is False
    assert read_clause(con, "BC", "BC-08").row(0, named=True)["has_history"] is True
    assert read_clause(con, "BC", "nothing").is_empty()


def test_articles_are_told_with_their_repeats(con: duckdb.DuckDBPyConnection) -> None:
    articles = read_articles(con, "BC")
    # Six rows: one repeats the first text, one reposts it (apart from originals).
    assert articles.height == 6
    assert articles.filter(pl.col("is_repeat"))["unit"].to_list() == [S]
    assert articles.filter(pl.col("month") == "2022-07").height == 1
    # The same files came for ZZ22, and stay there.
    assert read_articles(con, "ZZ22").height == 6
    assert read_articles(con, "YC").is_empty()


def test_floors_are_of_units_and_months(con: duckdb.DuckDBPyConnection) -> None:
    floors = read_article_floors(con, "BC")
    june = floors.filter((pl.col("month") == "2022-06") & (pl.col("unit") == M))
    assert june.select("wanted", "written", "status").rows() == [(2.0, 2.0, "met")]
    assert read_article_floors(con, "YC").is_empty()  # the plan asks for none


def test_meetings_honours_and_contacts(con: duckdb.DuckDBPyConnection) -> None:
    kinds = read_meetings(con, "BC")["kind"].to_list()
    assert (kinds.count("培训"), kinds.count("走访调研")) == (3, 3)
    # Revoked on 1 August: standing in July, no longer in September.
    standing = {
        period: read_honours(con, "BC", period)["is_standing"].to_list()
        for period in ("2022-07", "2022-09")
    }
    assert standing["2022-07"].count(True) == 3
    assert standing["2022-09"].count(False) == 1
    # U01's liaison left on 15 June.
    by_period = {
        period: read_contacts(con, "CC", period).filter(
            (pl.col("unit") == CC01) & pl.col("is_in_office")
        )
        for period in ("2018-05", "2018-06")
    }
    assert (by_period["2018-05"].height, by_period["2018-06"].height) == (1, 0)
    names = read_contacts(con, "CC", "2018-09")["person_name"].to_list()
    assert all("*" in name for name in names)


def test_the_worst_facts_come_first_and_no_more_than_asked(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # Obligations of May's ledger: nobody handed in, so all of them count against the target.
    every = read_evidence(con, "BC", "2022", "BC-T010")
    few = read_evidence(con, "BC", "2022", "BC-T010", limit=3)
    assert every.height > few.height == 3
    assert few["is_hit"].to_list() == sorted(every["is_hit"].to_list())[:3]
