"""The warehouse equals a plain-Python reading of the same files, by figure and by row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from etl.pipeline import Pipeline
from tests.reference.evidence import errors_of
from tests.reference.office_rules import LEDGERS
from tests.reference.records import PUBLICITY
from tests.reference.rules import RULES
from tests.reference.takedowns import must_leave
from tests.reference_support import (
    PLACES,
    ask,
    differences,
    differing_figures,
    live_version,
    reading,
    reference_figures,
    told_once,
    warehouse_figures,
)
from warehouse.home import Home

ERROR_RULES = {rule.__name__.upper() for rules in RULES.values() for rule in rules}
# what the samples of every place tell something about
EVERYWHERE = {
    "publicity_report_rate",
    "publicity_compliance_rate",
    "publicity_first_pass_rate",
    "publicity_timeliness_rate",
    "publicity_on_time_full_rate",
    "late_report_rate",
    "publicity_missed_count",
    "routine_normal_rate",
    "publicity_article_count",
    "publicity_field_count",
    "education_node_count",
    "liaison_officer_coverage",
    "official_publicity_compliance_rate",
}
SOMEWHERE = {
    "task_completion_rate",
    "task_year_progress_rate",
    "duty_on_time_rate",
    "publicity_weekly_submission",
    "credit_application_report_submission",
    "unreported_found_count",
    "publicity_entry_natural_days",
    "index_national_rank",
    "provincial_assessment_rank",
    "credit_info_increment",
    "credit_standard_enterprise_count",
    "field_visit_count",
}


@pytest.fixture(scope="module")
def live(sample_home: Path) -> Path:
    return live_version(sample_home)


@pytest.mark.parametrize("place", PLACES)
def test_every_figure_of_the_live_version_equals_the_reference(live: Path, place: str) -> None:
    wanted = reference_figures(reading(place))
    assert {key[0] for key in wanted} >= EVERYWHERE
    assert differing_figures(warehouse_figures(live, place), wanted) == []


def test_the_samples_tell_of_every_kind_of_metric() -> None:
    told = {key[0] for place in PLACES for key in reference_figures(reading(place))}
    assert told >= SOMEWHERE


@pytest.mark.parametrize("place", PLACES)
def test_every_routine_state_equals_the_reference(live: Path, place: str) -> None:
    wanted = {key: (state,) for key, state in reading(place).routines.items()}
    query = "select task_id, period, state from marts.routine_periods where plan_id = ?"
    assert differences(told_once(ask(live, query, place), 2), wanted) == []
    assert {state for (state,) in wanted.values()} == {"正常", "滞后", "未动"}


@pytest.mark.parametrize("place", PLACES)
def test_what_must_leave_publication_equals_the_reference(live: Path, place: str) -> None:
    wanted = {key: (since,) for key, since in must_leave(reading(place).world).items()}
    query = (
        "select b.file_name, b.sheet_name, m.row_id % 1000000000, m.since_date "
        "from marts.must_leave as m join meta.batches as b using (batch_id) where m.place_id = ?"
    )
    assert differences(told_once(ask(live, query, place), 3), wanted) == []
    # In each place a few were over by the last judging day of its year, as an office would see.
    [(last,)] = ask(live, "select max(judging_date) from ref.periods where plan_id = ?", place)
    assert 1 <= sum(since <= last for (since,) in wanted.values()) <= 12


# in the middle of a month, and on the day of a cut-off
@pytest.mark.parametrize(
    ("place", "day"),
    [("BC", "2022-05-17"), ("BC", "2022-10-10"), ("YC", "2020-08-20")],
)
def test_every_figure_as_known_on_a_day_equals_the_reference(
    sample_home_copy: Path, tmp_path: Path, place: str, day: str
) -> None:
    as_of, version = date.fromisoformat(day), tmp_path / "as-of.duckdb"
    Pipeline(Home.open(sample_home_copy), as_of).build_as_of(as_of, version)
    told = reading(place, as_of)
    assert differing_figures(warehouse_figures(version, place), reference_figures(told)) == []
    query = (
        "select target_id, case when scope_type = 'plan' then '' else scope_id end, period, "
        "status, light from marts.target_values where plan_id = ?"
    )
    wanted = {key: (row.status, row.light) for key, row in told.targets.items()}
    assert differences(told_once(ask(version, query, place), 3), wanted) == []


def rows_with_errors(
    version: Path, place: str, ledgers: tuple[str, ...]
) -> set[tuple[object, ...]]:
    return set(
        ask(
            version,
            "select distinct b.file_name, b.sheet_name, v.row_number, v.rule_id "
            "from quality.violations as v join meta.batches as b using (batch_id) "
            "where v.severity = 'error' and list_contains(?, v.ledger) and b.plan_id = ?",
            list(ledgers),
            place,
        )
    )


@pytest.mark.parametrize("place", PLACES)
def test_the_error_rules_agree_row_by_row(live: Path, place: str) -> None:
    """Rows and rules as the product sees them, and as the reference reads the rule texts."""
    world = reading(place).world
    wanted = {
        (row.batch.file, row.batch.sheet, row.number, rule)
        for row in world.of(*PUBLICITY, replaced=True)
        for rule in world.errors_of(row)
    }
    rows = rows_with_errors(live, place, PUBLICITY)
    found = {row for row in rows if row[3] in ERROR_RULES}
    assert sorted(found ^ wanted) == []
    others = {row[3] for row in rows} - ERROR_RULES
    assert others <= {"G01", "G36", "G37"}  # of headers, and of repeats: they judge no version


@pytest.mark.parametrize("place", PLACES)
def test_the_error_rules_of_the_offices_ledgers_agree_row_by_row(live: Path, place: str) -> None:
    wanted = {
        (row.batch.file, row.batch.sheet, row.number, rule)
        for row, rules in errors_of(reading(place).world).items()
        for rule in rules
    }
    assert wanted
    assert sorted(rows_with_errors(live, place, LEDGERS) ^ wanted) == []
