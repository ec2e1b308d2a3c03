"""Whose row it is: by code, by a name of the day, or of the department that handed it in."""

from __future__ import annotations

from datetime import date

import pytest
import sqlglot
from sqlglot import exp

from tests.ledger_cases import CLEAN, Row
from tests.quality_support import CONTRACTS, UNIT_CODE, UNIT_NAME, Handed, stage
from warehouse.models import MODELS_DIR

UNKNOWN = "(未识别单位)"


def units(*handed: Handed) -> list[str]:
    """The unit of each row of the first ledger, in their order."""
    con = stage(*handed)
    rows = con.sql(f"select unit_id from staging.{handed[0].ledger} order by row_id").fetchall()
    return [unit for (unit,) in rows]


@pytest.mark.parametrize("ledger", [x for x in CLEAN if CONTRACTS[x].unit_fields])
def test_a_unit_is_known_by_name_or_alias(ledger: str) -> None:
    name = CONTRACTS[ledger].unit_fields[0].name
    code = dict.fromkeys([u.uscc for u in CONTRACTS[ledger].unit_fields if u.uscc], "")
    rows: list[Row] = [
        {**CLEAN[ledger], **code, name: word}
        for word in (UNIT_NAME, "示例单位04", " 示例单位04(市场监管类) ", "某局", "")
    ]
    assert units(Handed(ledger, rows)) == ["BC-U04", "BC-U04", "BC-U04", UNKNOWN, UNKNOWN]


def test_a_code_comes_before_a_name() -> None:
    row = {**CLEAN["official_feedback"], "unit_name": "示例单位05", "unit_uscc": UNIT_CODE}
    wrong = {**row, "unit_uscc": "11990000BC0000000X"}  # nobody's: the name decides
    assert units(Handed("official_feedback", [row, wrong])) == ["BC-U04", "BC-U05"]


@pytest.mark.parametrize("ledger", ["city_index", "city_index_indicator"])
def test_rows_without_a_unit_belong_to_who_handed_them_in(ledger: str) -> None:
    con = stage(
        Handed(ledger, [CLEAN[ledger]], department="BC-U02"),
        Handed(ledger, [CLEAN[ledger]], received=date(2022, 8, 5)),
    )
    found = con.sql(f"select unit_id from staging.{ledger} order by row_id").fetchall()
    assert found == [("BC-U02",), (UNKNOWN,)]


def test_a_subject_belongs_to_its_authority_if_it_names_one() -> None:
    rows: list[Row] = [
        {**CLEAN["subject"], "authority_name": UNIT_NAME},
        {**CLEAN["subject"], "authority_uscc": UNIT_CODE},
        {**CLEAN["subject"]},
        {**CLEAN["subject"], "authority_name": "示例省市场监管局"},  # named, and nobody of ours
    ]
    handed = Handed("subject", rows, department="BC-U02")
    assert units(handed) == ["BC-U04", "BC-U04", "BC-U02", UNKNOWN]


def test_events_have_their_day() -> None:
    days = {
        "deliverable": "completed_date",
        "publicity_article": "published_date",
        "meeting_training": "held_date",
        "honour": "awarded_date",
        "governance_case": "as_of_date",
        "gov_default_case": "as_of_date",
        "commitment": "made_date",
    }
    con = stage(*(Handed(ledger, [CLEAN[ledger], {day: "昨天"}]) for ledger, day in days.items()))
    for ledger, day in days.items():
        told = date(*map(int, CLEAN[ledger][day].split("/")))
        found = con.sql(f"select event_date from staging.{ledger} order by row_id").fetchall()
        assert found == [(told,), (None,)]


def test_every_ledger_is_matched_by_the_columns_its_contract_names() -> None:
    """A ledger that is forgotten in the model, or matched by other columns, is named here."""
    text = (MODELS_DIR / "staging" / "unit_matches.sql").read_text(encoding="utf-8")
    read: dict[str, set[str]] = {}
    for select in sqlglot.parse_one(text, dialect="duckdb").find_all(exp.Select):
        source = select.args["from_"].this
        if isinstance(source, exp.Table) and source.db == "raw":
            read[source.name] = {column.name for column in select.find_all(exp.Column)}
    expected = {
        ledger: {
            f"{field}__norm" for u in contract.unit_fields for field in (u.name, u.uscc) if field
        }
        for ledger, contract in CONTRACTS.items()
    }
    words = {
        ledger: {column for column in columns if column.endswith("__norm")}
        for ledger, columns in read.items()
    }
    assert words == expected
