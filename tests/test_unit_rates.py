"""What stands under a unit's rates, and until when the data of a place reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from dashboard.components.unit_summary import draws_line, official_line
from dashboard.queries.figures import read_official_notices
from dashboard.queries.frame import read_version_facts


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two places in one version: BC's last file came in January, YC's in March."""
    with duckdb.connect() as con:
        con.execute(
            """
            create schema meta;
            create schema marts;
            create table meta.version_info as
            select 'w000001' as version, timestamp '2023-03-09 08:00:00' as built_at,
                date '2023-03-09' as as_of, '2026.12' as rule_set, '1' as product_version;
            create table meta.batches as
            select * from (values
                ('B1', 'aa', 'BC', 10, date '2023-01-12'), ('B2', 'bb', 'BC', 5, date '2022-12-08'),
                ('B3', 'cc', 'YC', 7, date '2023-03-09')
            ) as t (batch_id, sha256, plan_id, rows, received_date);
            create table marts.official_periods as
            select 'YC' as plan_id, '2020-06' as period, true as is_counted, *
            from (values
                ('YC-U01', '示通〔2020〕6号', date '2020-07-05', 2),
                ('YC-U02', '示通〔2020〕7号', date '2020-07-09', 1)
            ) as t (unit_id, doc_no, issued_date, missed_count);
            """
        )
        yield con


def test_the_data_of_a_place_reach_to_its_own_last_file(con: duckdb.DuckDBPyConnection) -> None:
    newest = {
        plan: read_version_facts(con, plan)["newest_received"][0] for plan in ("BC", "YC", "CC")
    }
    # of a place that sent nothing nothing is known beside the version's day
    assert newest == {
        "BC": date(2023, 1, 12), "YC": date(2023, 3, 9), "CC": date(2023, 3, 9),
    }  # fmt: skip
    assert set(read_version_facts(con, "BC")["as_of"]) == {date(2023, 3, 9)}


def test_a_unit_has_the_notices_that_name_it(con: duckdb.DuckDBPyConnection) -> None:
    found = read_official_notices(con, "YC", "2020-06").row(0, named=True)
    assert (found["notices"], found["last_notice"]) == (2, "示通〔2020〕7号")
    found = read_official_notices(con, "YC", "2020-06", "YC-U01").row(0, named=True)
    assert (found["notices"], found["last_notice"]) == (1, "示通〔2020〕6号")


def test_official_figures_stand_beside_the_own_with_their_document() -> None:
    told = {
        "official_value": 98.4, "official_numerator": 120, "official_denominator": 122,
        "own_value": 98.2, "difference": -0.2,
    }  # fmt: skip
    assert official_line(told, "示通〔2020〕6号").startswith(
        "上级通报 98.4%（120/122，示通〔2020〕6号）｜本办测算 98.2%"
    )
    assert official_line({**told, "official_denominator": None}, "").startswith("上级通报 98.4%｜")
    assert official_line(None, "示通〔2020〕6号") == ""


@pytest.mark.parametrize(("comparator", "line"), [("exists", False), (">=", True), ("<=", True)])
def test_a_rate_that_need_only_be_there_has_no_light(comparator: str, line: bool) -> None:
    assert draws_line({"comparator": comparator}) is line
