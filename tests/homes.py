"""Homes for tests: with a key of their own, so that nothing is written beside the test's folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

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
