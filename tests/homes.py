"""Homes for tests: with a key of their own, so that nothing is written beside the test's folder."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from tests.quality_support import PENALTY
from warehouse.contracts import load_contracts
from warehouse.home import KEY_VARIABLE, Home
from warehouse.journal import Batch, batch_id_of


def make_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A new home below `folder`."""
    monkeypatch.setenv(KEY_VARIABLE, str(folder / "identity.key"))
    return Home.open(folder / "home", create=True)


def make_batch(sequence: int, **changes: object) -> Batch:
    """A batch of three penalty rows of BC; `changes` replaces single fields."""
    facts: dict[str, object] = {
        "batch_id": batch_id_of(sequence),
        "sequence": sequence,
        "file_name": f"file{sequence}.xlsx",
        "sha256": f"{sequence:064x}",
        "sheet_name": "Sheet1",
        "ledger": "admin_penalty",
        "standard": "2018",
        "header_row": 1,
        "place_id": "BC",
        "plan_id": "BC",
        "department": None,
        "received_date": date(2022, 7, 5),
        "landed_at": "2022-07-05T00:00:00+00:00",
        "rows": 3,
        "replaces_batch_id": None,
        "contract_version": "1",
        "reader_version": "1",
        "header_map": [],
        "landing": f"{batch_id_of(sequence)}.parquet",
    }
    return Batch(**{**facts, **changes})  # type: ignore[arg-type]


def make_penalty_csv(path: Path, first: int = 1, rows: int = 3, day: str = "2022/06/30") -> Path:
    """A file of penalties without a fault; document numbers count up from `first`."""
    contract = load_contracts()["admin_penalty"]
    columns = [column for column in contract.columns if not column.is_extension]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(column.title for column in columns)
        for number in range(first, first + rows):
            own = {"document_no": f"示市监罚字〔2022〕{number}号", "decision_date": day}
            cells = {**PENALTY, **own}
            writer.writerow(cells.get(column.field, "") for column in columns)
    return path
