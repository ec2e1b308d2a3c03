"""Files given back are remembered by the journal and listed in the warehouse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from warehouse.home import KEY_VARIABLE, Home
from warehouse.journal import Journal
from warehouse.returns import (
    Return,
    create_returns,
    enter_return,
    replay_returns,
    returns_in_force,
    withdraw_return,
)

TOLD = Return(
    return_id="",
    place_id="示例区",
    plan_id="BC",
    unit_id="BC-U02",
    ledger="admin_permit",
    file_name="6月许可.xlsx",
    sha256="0" * 64,
    returned_date=date(2022, 7, 5),
    reason="代码错",
    row_count=10,
    wrong_row_count=3,
    rules={"G05": 2, "X01": 1},
)


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "identity.key"))
    return Journal(Home.open(tmp_path / "home", create=True))


def test_a_return_is_numbered_kept_and_withdrawn(journal: Journal) -> None:
    with journal._home.writer():
        first = enter_return(journal, TOLD)
        second = enter_return(journal, replace(TOLD, returned_date=date(2022, 7, 6)))
        withdraw_return(journal, "T000001", "退错了")
        third = enter_return(journal, TOLD)
    # a number is never used twice, also after a withdrawal
    assert [first.return_id, second.return_id, third.return_id] == ["T000001", "T000002", "T000003"]
    assert replay_returns(journal.events()) == [replace(first, withdrawn="退错了"), second, third]
    assert returns_in_force(journal.events()) == [second, third]


def test_as_known_on_a_day(journal: Journal) -> None:
    with journal._home.writer():
        enter_return(journal, TOLD)
        enter_return(journal, replace(TOLD, returned_date=date(2022, 7, 6)))
    # the day itself counts
    assert [r.return_id for r in returns_in_force(journal.events(), date(2022, 7, 5))] == [
        "T000001"
    ]


def test_what_the_warehouse_lists() -> None:
    with duckdb.connect() as con:
        create_returns(con, [replace(TOLD, return_id="T000001")])
        assert con.sql(
            "select return_id, unit_id, wrong_row_count from meta.returns"
        ).fetchall() == [("T000001", "BC-U02", 3)]
        rules = con.sql("select * from meta.return_rules order by rule_id").fetchall()
        assert rules == [("T000001", "G05", 2), ("T000001", "X01", 1)]


def test_nothing_returned_leaves_empty_tables_of_the_same_shape() -> None:
    with duckdb.connect() as con:
        create_returns(con, [])
        assert con.sql("select returned_date, row_count from meta.returns").fetchall() == []
        assert con.sql("select rule_id, row_count from meta.return_rules").fetchall() == []
