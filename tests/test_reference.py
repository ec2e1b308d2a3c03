"""The warehouse equals a plain-Python reading of the same files, by figure and by row."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.pipeline import Pipeline
from tests.reference.figures import figures, open_world
from tests.reference.records import PUBLICITY
from tests.reference.rules import RULES
from tests.reference.tasks import routine_states
from warehouse.home import Home
from warehouse.store import Store

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data" / "samples" / "BC"
PLAN = ROOT / "warehouse" / "plans" / "BC"
COUNTS = {"publicity_missed_count", "unreported_found_count"}
METRICS = COUNTS | {
    "publicity_report_rate",
    "publicity_compliance_rate",
    "publicity_first_pass_rate",
    "publicity_timeliness_rate",
    "late_report_rate",
    "publicity_on_time_full_rate",
    "publicity_ledger_submission_day",
    "new_credit_info_submission_day",
    "graded_regulation_submission_day",
    "duty_on_time_rate",
    "task_completion_rate",
}
ERROR_RULES = {rule.__name__.upper() for rules in RULES.values() for rule in rules}
Fraction = tuple[int, int]
Key = tuple[str, str, str, str]
Fault = tuple[str, str, int, str, str | None]


@pytest.fixture(scope="module")
def live(sample_home: Path) -> Path:
    """The published version of the sample warehouse."""
    store = Store(Home.open(sample_home))
    return Path(store.home.versions / f"{store.current()}.duckdb")


def product_figures(version: Path) -> dict[Key, Fraction]:
    with duckdb.connect(str(version), read_only=True) as con:
        rows = con.sql(
            "select metric_id, scope_type, scope_id, period, numerator, denominator, value from "
            "(from marts.metric_values union all from marts.span_values) where plan_id = 'BC'"
        ).fetchall()
    found: dict[Key, Fraction] = {}
    for metric, scope_type, scope_id, period, numerator, denominator, value in rows:
        if metric not in METRICS:
            continue
        key = (metric, scope_type, scope_id, period)
        assert key not in found, f"two rows for {key}"
        found[key] = (numerator or 0, denominator or 0)
        if metric in COUNTS:
            assert value == numerator, key
        elif denominator:
            assert value == pytest.approx(100 * numerator / denominator), key
        else:
            assert value is None, key
    return found


def differences(got: dict[Key, Fraction], wanted: dict[Key, Fraction]) -> list[str]:
    """What differs; a figure that one side does not have counts as nothing over nothing."""
    return [
        f"{key}: warehouse {got.get(key, (0, 0))}, reference {wanted.get(key, (0, 0))}"
        for key in sorted(got.keys() | wanted.keys())
        if got.get(key, (0, 0)) != wanted.get(key, (0, 0))
    ]


def test_every_figure_of_the_live_version_equals_the_reference(live: Path) -> None:
    wanted = figures(SAMPLES, PLAN)
    assert {key[0] for key in wanted} == METRICS  # the sample tells something about each
    assert differences(product_figures(live), wanted) == []


def test_every_routine_state_equals_the_reference(live: Path) -> None:
    wanted = routine_states(open_world(SAMPLES, PLAN), figures(SAMPLES, PLAN))
    with duckdb.connect(str(live), read_only=True) as con:
        rows = con.sql(
            "select task_id, period, state from marts.routine_periods where plan_id = 'BC' "
            "and period_kind <> 'span'"
        ).fetchall()
    assert {(task, period): state for task, period, state in rows} == wanted
    assert set(wanted.values()) == {"正常", "滞后", "未动"}


# in the middle of a month, on the day of a cut-off, and before the year's last reports
@pytest.mark.parametrize("as_of", ["2022-05-17", "2022-10-10", "2022-12-31"])
def test_every_figure_as_known_on_a_day_equals_the_reference(
    sample_home_copy: Path, tmp_path: Path, as_of: str
) -> None:
    day, version = date.fromisoformat(as_of), tmp_path / "as-of.duckdb"
    Pipeline(Home.open(sample_home_copy), day).build_as_of(day, version)
    assert differences(product_figures(version), figures(SAMPLES, PLAN, day)) == []


def found_faults(version: Path) -> set[Fault]:
    """(file, sheet, row, rule, field) of every violation; what a header lacks has no row."""
    with duckdb.connect(str(version), read_only=True) as con:
        rows = con.sql(
            "select b.file_name, b.sheet_name, "
            "case when v.field is null then 0 else v.row_number end, v.rule_id, v.field "
            "from quality.violations as v join meta.batches as b using (batch_id)"
        ).fetchall()
    return set(rows)


def planted_faults() -> set[Fault]:
    with (SAMPLES / "truth.csv").open(encoding="utf-8", newline="") as handle:
        told = list(csv.DictReader(handle))
    return {
        (Path(t["file"]).name, t["sheet"], int(t["row"]), t["rule"], t["field"])
        if t["row"]
        else (Path(t["file"]).name, t["sheet"], 0, t["rule"], None)
        for t in told
    }


def test_the_planted_faults_are_found_and_nothing_else_of_their_rules(live: Path) -> None:
    planted = planted_faults()
    rules = {fault[3] for fault in planted}
    found = {fault for fault in found_faults(live) if fault[3] in rules}
    assert sorted(planted - found) == []  # missed
    assert sorted(found - planted) == []  # invented


def test_the_error_rules_agree_row_by_row(live: Path) -> None:
    """Rows and rules as the product sees them, and as the reference reads the rule texts."""
    world = open_world(SAMPLES, PLAN)
    wanted = {
        (row.batch.file, row.batch.sheet, row.number, rule)
        for row in world.of(*PUBLICITY, replaced=True)
        for rule in world.errors_of(row)
    }
    with duckdb.connect(str(live), read_only=True) as con:
        rows = con.sql(
            "select distinct b.file_name, b.sheet_name, v.row_number, v.rule_id "
            "from quality.violations as v join meta.batches as b using (batch_id) "
            "where v.severity = 'error' and v.ledger in ('admin_permit', 'admin_penalty')"
        ).fetchall()
    found = {row for row in rows if row[3] in ERROR_RULES}
    assert sorted(found ^ wanted) == []
    others = {row[3] for row in rows} - ERROR_RULES
    assert others <= {"G01", "G36", "G37"}  # of headers, and of repeats: they judge no version
