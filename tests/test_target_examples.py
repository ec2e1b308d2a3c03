"""Every measured target has a hand-worked example or is checked against the plain-Python reference.

Five small places hand in files (tests/target_examples); one warehouse holds them all.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.pipeline import Pipeline
from tests.reference_support import reading
from tests.target_examples.bc import BC
from tests.target_examples.cc import CC
from tests.target_examples.common import Answer, Key, Place
from tests.target_examples.gq import GQ
from tests.target_examples.hy import HY
from tests.target_examples.yc import YC
from warehouse.home import KEY_VARIABLE, Home
from warehouse.metrics import load_metrics
from warehouse.plans import load_plans
from warehouse.store import Store
from warehouse.target_figures import missing_ledgers

PLACES = (BC, CC, YC, GQ, HY)
EXAMPLES = {key: answer for place in PLACES for key, answer in place.expected.items()}


def write_files(place: Place, folder: Path) -> None:
    """One CSV per sheet and the day they came in."""
    folder.mkdir()
    names = [f"{number:02d}.csv" for number, _ in enumerate(place.sheets)]
    for file_name, sheet in zip(names, place.sheets, strict=True):
        with (folder / file_name).open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.DictWriter(handle, list(sheet[0]))
            writer.writeheader()
            writer.writerows(sheet)
    with (folder / "received.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["file", "received", "department", "replaces"])
        writer.writerows([file_name, place.received, "", ""] for file_name in names)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published version of a home into which the five places have handed in their files."""
    root = tmp_path_factory.mktemp("examples")
    for place in PLACES:
        write_files(place, root / place.plan)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, str(root / "identity.key"))
        home = Home.open(root / "home", create=True)
        pipeline = Pipeline(home, date(2026, 1, 1))
        result = pipeline.load_many([(place.plan, root / place.plan) for place in PLACES])
        assert not result.problems
        version = home.versions / f"{Store(home).current()}.duckdb"
    with duckdb.connect(str(version), read_only=True) as con:
        yield con


def test_the_rows_of_the_examples_are_right(warehouse: duckdb.DuckDBPyConnection) -> None:
    """No row is left out by mistake: the only errors are those an example is about."""
    found = warehouse.sql(
        "select distinct rule_id, ledger from quality.violations where severity = 'error'"
    ).fetchall()
    # HY-T004, BC-T045
    assert set(found) == {("X01", "admin_permit"), ("Z03", "governance_case")}


def test_every_example_holds(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.sql(
        "select target_id, period, scope_id, value, status from marts.target_values"
    ).fetchall()
    told: dict[Key, Answer] = {(t, p, s): (value, status) for t, p, s, value, status in rows}
    wrong = {
        key: f"says {told.get(key)}, by hand {answer}"
        for key, answer in EXAMPLES.items()
        if told.get(key) != answer
    }
    assert wrong == {}


def test_every_measured_target_is_checked() -> None:
    """By an example here, or by a value of its own that tests/reference reads in the samples."""
    in_reference = {
        key[0]
        for place in PLACES
        for key, row in reading(place.plan).targets.items()
        if row.value is not None
    }
    unchecked = [
        target["target_id"]
        for plan in load_plans().values()
        for target in plan.targets
        if target["legal_status"] == "in_force"
        and not missing_ledgers(plan.binding(target["target_id"])["measure"])
        and target["target_id"] not in in_reference
        and not load_metrics()[target["metric_id"]].is_waiting
        and not any(key[0] == target["target_id"] for key in EXAMPLES)
    ]
    assert unchecked == []
