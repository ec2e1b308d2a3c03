"""The sample places in the warehouse: what each `truth.csv` says is found, and nothing else."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from warehouse.home import Home
from warehouse.store import Store

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
PLACES = ("BC", "CC", "GQ", "HY", "YC")
# Rules without lines in truth.csv that speak all the same, as the README says: numbers missing
# after a decision that was never reported (T08), found by a check (T05), a nil declaration with
# rows (T09), and what a mistake of another rule brings with it (G15, G40, X05, X07).
SIDE_EFFECTS = {
    "BC": {"T08": 3, "T05": 3, "T09": 1, "G15": 3, "G40": 1, "X05": 2, "X07": 1},
    "CC": {"T08": 1},
    "GQ": {"T08": 2},
    "HY": {"T08": 2},
    "YC": {"T08": 3},
}
Fault = tuple[str, str, int, str, str | None]


@pytest.fixture(scope="module")
def found(sample_home: Path) -> dict[str, set[Fault]]:
    """By plan: (file, sheet, row, rule, field) of every violation; a missing header has no row."""
    store = Store(Home.open(sample_home))
    faults: dict[str, set[Fault]] = {place: set() for place in PLACES}
    with duckdb.connect(
        str(store.home.versions / f"{store.current()}.duckdb"), read_only=True
    ) as con:
        rows = con.sql(
            "select b.plan_id, b.file_name, b.sheet_name, "
            "case when v.field is null then 0 else v.row_number end, v.rule_id, v.field "
            "from quality.violations as v join meta.batches as b using (batch_id)"
        ).fetchall()
    for plan, *fault in rows:
        faults[plan].add(tuple(fault))  # type: ignore[arg-type]
    return faults


def planted(place: str) -> set[Fault]:
    with (SAMPLES / place / "truth.csv").open(encoding="utf-8", newline="") as lines:
        told = list(csv.DictReader(lines))
    return {
        (Path(t["file"]).name, t["sheet"], int(t["row"]), t["rule"], t["field"])
        if t["row"]
        else (Path(t["file"]).name, t["sheet"], 0, t["rule"], None)
        for t in told
    }


@pytest.mark.parametrize("place", PLACES)
def test_the_planted_faults_are_found_and_nothing_else(
    found: dict[str, set[Fault]], place: str
) -> None:
    wanted = planted(place)
    rules = {fault[3] for fault in wanted}
    covered = {fault for fault in found[place] if fault[3] in rules}
    assert sorted(wanted - covered) == []  # missed
    assert sorted(covered - wanted) == []  # invented
    assert Counter(fault[3] for fault in found[place] - covered) == SIDE_EFFECTS[place]
