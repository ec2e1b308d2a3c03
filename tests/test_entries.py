"""Rows typed at the desk become a file that reads back as what was typed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from etl.check import check_file
from etl.entries import (
    KINDS,
    NIL,
    EntryKind,
    choices_of,
    complete,
    entry_file,
    entry_name,
    nil_rows,
)
from etl.intake import take_in
from tests.semantics.rows import ENVIRONMENT, MARKET
from warehouse.contracts import load_contracts
from warehouse.plans import load_plans

BC = load_plans()["BC"]
CONTRACTS = load_contracts()
DAY = date(2022, 7, 8)


def read_back(
    tmp_path: Path, ledger: str, rows: list[dict[str, object]]
) -> list[dict[str, object]]:
    path = tmp_path / "entry.csv"
    path.write_bytes(entry_file(CONTRACTS[ledger], rows))
    [table] = take_in(path, CONTRACTS)
    assert (table.ledger, table.header_row) == (ledger, 1)
    return [
        {name: value for name, value in row.items() if value and name != "row_number"}
        for row in table.frame.to_dicts()
    ]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.ledger)
def test_every_kind_of_entry_is_its_ledger(tmp_path: Path, kind: EntryKind) -> None:
    contract = CONTRACTS[kind.ledger]
    typed = {c.field: c.example or "1" for c in contract.columns if c.type != "passage"}
    assert read_back(tmp_path, kind.ledger, [typed]) == [typed]


def test_cells_are_written_as_a_department_would_type_them(tmp_path: Path) -> None:
    row = {
        "metric_id": "data_collection_volume",
        "unit_name": MARKET[0],
        "period": "2022-06",
        "value": 1234567.0,  # no exponent, no point
        "numerator": 0.1,
        "denominator": float("nan"),  # a blank cell of a grid
        "unit": None,
        "declared_date": datetime(2022, 7, 8, 0, 0),
        "remark": "=1+1",  # never a formula, and read back as it was typed
        "evidence": '甲，乙\n“丙”,"丁"',
    }
    [found] = read_back(tmp_path, "declaration", [row])
    assert found == {
        "metric_id": "data_collection_volume",
        "unit_name": MARKET[0],
        "period": "2022-06",
        "value": "1234567",
        "numerator": "0.1",
        "declared_date": "2022/07/08",
        "remark": "=1+1",
        "evidence": '甲，乙\n“丙”,"丁"',
    }
    assert b"'=1+1" in entry_file(CONTRACTS["declaration"], [row])


def test_blank_rows_fall_away_and_what_is_known_is_filled_in() -> None:
    contract = CONTRACTS["submission"]
    rows = [
        {"duty_id": None, "unit_name": "  ", "submitted_date": None},
        {"duty_id": "BC-DU-PUB", "unit_name": MARKET[0], "submitted_date": None},
        {"duty_id": "BC-DU-PUB", "unit_name": "别的单位", "submitted_date": date(2022, 7, 1)},
    ]
    assert complete(rows, BC, contract, DAY) == [
        {"duty_id": "BC-DU-PUB", "unit_name": MARKET[0], "unit_uscc": MARKET[1],
         "submitted_date": DAY},
        {"duty_id": "BC-DU-PUB", "unit_name": "别的单位", "submitted_date": date(2022, 7, 1)},
    ]  # fmt: skip


def test_names_say_kind_period_and_unit() -> None:
    contract = CONTRACTS["submission"]
    one = {"period": "2022-06", "unit_name": ENVIRONMENT[0]}
    assert entry_name("零报送", contract, [one]) == f"零报送_2022-06_{ENVIRONMENT[0]}.csv"
    other = {"period": "2022-05", "unit_name": MARKET[0]}
    assert entry_name("零报送", contract, [one, other]) == "零报送_2022-05等2期_2家.csv"
    assert (
        entry_name("任务进度", CONTRACTS["task_status"], [{"unit_name": "甲"}]) == "任务进度_甲.csv"
    )
    assert entry_name("任务进度", CONTRACTS["task_status"], [{}]) == "任务进度.csv"


def test_choices_come_from_the_codes_and_the_plan() -> None:
    found = choices_of(BC, CONTRACTS["submission"], ["2022-05", "2022-06"])
    assert list(found["submission_type"]) == ["报送", "零报送", "无此类事项"]
    assert list(found["duty_id"]) == ["BC-DU-PUB", "BC-DU-NEW", "BC-DU-REG"]
    assert list(found["period"]) == ["2022-05", "2022-06"]
    assert MARKET[0] in found["unit_name"]
    tasks = choices_of(BC, CONTRACTS["task_status"])["task_id"]
    assert "BC-01-2" in tasks
    assert "BC-G0" not in tasks  # the plan's preamble is no task
    metrics = choices_of(BC, CONTRACTS["declaration"])["metric_id"]
    declared = {b["target_id"] for b in BC.bindings if b["measure"] == "declaration"}
    assert set(metrics) == {t["metric_id"] for t in BC.targets if t["target_id"] in declared}


def test_a_nil_declaration_passes_the_check(tmp_path: Path) -> None:
    owed = [{"duty_id": "BC-DU-PUB", "unit_id": "BC-U06", "period_covered": "2022-06"}]
    rows = nil_rows(owed, BC, NIL, DAY, "来电")
    assert rows == [
        {"duty_id": "BC-DU-PUB", "unit_name": ENVIRONMENT[0], "unit_uscc": ENVIRONMENT[1],
         "period": "2022-06", "submission_type": NIL, "submitted_date": DAY, "remark": "来电"},
    ]  # fmt: skip
    path = tmp_path / "nil.csv"
    path.write_bytes(entry_file(CONTRACTS["submission"], rows))
    result = check_file(path, BC, DAY, is_traced=True)
    assert result.grade == "可报"
    assert result.trace is not None
    [answer] = result.trace.answers
    # June's ledger is due on Sunday 10 July, so on Monday the 11th.
    assert (answer.unit_id, answer.way, answer.due_date) == ("BC-U06", "nil", date(2022, 7, 11))
    assert not answer.is_late
