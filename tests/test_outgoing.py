"""How rows go up, as data: what the files say, and what is refused in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.contracts import ContractError, load_contracts
from warehouse.derive import derived_columns
from warehouse.outgoing import OUTGOING_DIR, columns_of, load_outgoing

CONTRACTS = load_contracts()
PERMITS = CONTRACTS["admin_permit"]
# Columns that the staging models add to those of the landing.
OF_STAGING = {"unit_id", "row_id", "event_date"}


def test_every_file_is_of_a_ledger() -> None:
    assert {path.stem for path in OUTGOING_DIR.glob("*.toml")} <= set(CONTRACTS)


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda c: c.ledger)
def test_keys_are_columns_of_the_ledger(contract) -> None:  # type: ignore[no-untyped-def]
    known = {*contract.fields, *derived_columns(contract)} | OF_STAGING
    assert set(load_outgoing(contract).key) <= known


def test_a_ledger_without_a_file_goes_up_in_its_own_columns(tmp_path: Path) -> None:
    outgoing = load_outgoing(PERMITS, tmp_path)
    assert (outgoing.has_public, outgoing.is_standing, outgoing.key) == (False, False, ())
    columns = columns_of(PERMITS, "2018", with_extensions=False, outgoing=outgoing)
    assert [c.header for c in columns] == [c.title for c in PERMITS.columns if not c.is_extension]


def test_extension_columns_come_last_and_once() -> None:
    outgoing = load_outgoing(PERMITS)
    headers = [
        c.header for c in columns_of(PERMITS, "2016", with_extensions=True, outgoing=outgoing)
    ]
    assert headers[-4:] == ["录入时间", "上报时间", "入库时间", "公示时间"]
    assert len(headers) == len(set(headers))


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("has_public = 1 +", "格式", "格式 有误"),
        ("is_public = true", "is_public", "Extra inputs"),
        ("[layouts.2018]\ncolumns = []", "layouts.2018.columns", "at least 1"),
        ('[layouts.2030]\ncolumns = ["许可内容"]', "layouts", "没有标准 2030"),
        (
            '[layouts.2016]\ncolumns = ["许可内容"]\n[layouts.2016.recodes.2018.state]\n1 = "0"',
            "recodes",
            "没有的字段 state",
        ),
    ],
)
def test_a_file_that_cannot_be_understood_is_named(
    tmp_path: Path, text: str, key: str, reason: str
) -> None:
    (tmp_path / "admin_permit.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match=reason) as refused:
        load_outgoing(PERMITS, tmp_path)
    assert refused.value.file.endswith("admin_permit.toml")
    assert refused.value.key == key
