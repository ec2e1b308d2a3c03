"""The sample places in the warehouse: what each `truth.csv` says is found, and nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.reference_support import PLACES, ask, live_version, planted_faults

# Rules without lines in truth.csv that speak all the same, as the README says: numbers missing
# after a decision that was never reported (T08), found by a check (T05), a nil declaration with
# rows (T09), hand-ins after their day (T06), a register of subjects under treatment that is short
# of its step (Z05), a person under 18 (P18), and what a mistake of another rule brings with it: a
# wrong code beside a name that the register of subjects knows (G35), and G15, G40, X05, X07.
SIDE_EFFECTS = {
    "BC": {
        "T08": 3,
        "T05": 3,
        "T09": 1,
        "G15": 3,
        "G40": 1,
        "X05": 2,
        "X07": 1,
        "Z05": 1,
        "T06": 9,
    },
    "CC": {"T08": 1, "G35": 20, "P18": 1, "T06": 6},
    "GQ": {"T08": 2, "G35": 15},
    "HY": {"T08": 2, "G35": 30},
    "YC": {"T08": 2, "T05": 2, "Z05": 14, "G35": 15, "T06": 5},
}
Fault = tuple[str, str, int, str, str | None]
# What the year of a place is to look like: (target, period) → its value, within half a unit.
TOLD = {
    ("YC-T001", "2020-01"): 118,
    ("YC-T001", "2020-06"): 96,
    ("YC-T001", "2020-12"): 88,
    ("YC-T002", "2020-06"): 9,
    ("YC-T002", "2020-12"): 7,
    ("YC-T004", "2020-12"): 5310,  # 万条
    ("YC-T009", "2020-12"): 118,
    ("YC-T010", "2020-12"): 12,
    ("YC-T011", "2020-12"): 2,
    ("YC-T031", "2020-12"): 1180,
    ("YC-T032", "2020-12"): 742,
    ("GQ-T002", "2021-05"): 62,
    ("GQ-T002", "2021-12"): 91,
    ("HY-T016", "2021-01"): 28,
    ("HY-T016", "2021-12"): 36,
}
# YC's 22 clauses with a day of their own (YC-T059 … YC-T080): done by their leaves, but for these.
LATE_CLAUSES = {"YC-T065": "2020-07-15", "YC-T076": "2020-11-12", "YC-T073": None}


@pytest.fixture(scope="module")
def version(sample_home: Path) -> Path:
    """The published version of the sample warehouse."""
    return live_version(sample_home)


@pytest.fixture(scope="module")
def found(version: Path) -> dict[str, set[Fault]]:
    """By plan: (file, sheet, row, rule, field) of every violation; a missing header has no row."""
    faults: dict[str, set[Fault]] = {place: set() for place in PLACES}
    told = ask(
        version,
        "select b.plan_id, b.file_name, b.sheet_name, "
        "case when v.field is null then 0 else v.row_number end, v.rule_id, v.field "
        "from quality.violations as v join meta.batches as b using (batch_id)",
    )
    for plan, *fault in told:
        faults[plan].add(tuple(fault))
    return faults


@pytest.mark.parametrize("place", PLACES)
def test_the_planted_faults_are_found_and_nothing_else(
    found: dict[str, set[Fault]], place: str
) -> None:
    wanted = planted_faults(place)
    rules = {fault[3] for fault in wanted}
    covered = {fault for fault in found[place] if fault[3] in rules}
    assert sorted(wanted - covered) == []  # missed
    assert sorted(covered - wanted) == []  # invented
    assert Counter(fault[3] for fault in found[place] - covered) == SIDE_EFFECTS[place]


def test_figures_are_those_of_the_story(version: Path) -> None:
    told = ask(
        version,
        "select target_id, period, cast(value as double) from marts.target_values "
        "where scope_type = 'plan' and try_cast(value as double) is not null",
    )
    values = {(target, period): value for target, period, value in told}
    assert {key: values.get(key) for key in TOLD} == pytest.approx(TOLD, abs=0.5)


def test_clauses_with_a_day_are_done_by_their_leaves(version: Path) -> None:
    told = ask(
        version,
        "select target_id, status, value from marts.target_values where plan_id = 'YC' "
        "and metric_id = 'task_on_time_completion' and scope_type = 'plan' and period = '2020'",
    )
    assert len(told) == 22
    late = {target: value for target, status, value in told if status != "met"}
    assert late == LATE_CLAUSES


@pytest.mark.parametrize("place", PLACES)
def test_what_can_be_measured_has_a_figure_at_the_end_of_the_year(
    version: Path, place: str
) -> None:
    told = ask(
        version,
        "select v.target_id, v.status, v.value from marts.target_values as v "
        "join ref.plans as p using (plan_id) where v.scope_type = 'plan' "
        "and v.plan_id = ? and v.period = cast(p.year as varchar) "
        "and len(v.missing) = 0 and v.legal_status = 'in_force'",
        place,
    )
    by_status = Counter(status for _, status, _ in told)
    # a change has a figure, but no year before it to be held against
    assert [name for name, status, value in told if status == "no_data" and value is None] == []
    # most of what is judged is met, and some of it is not
    assert 0.5 < by_status["met"] / (by_status["met"] + by_status["missed"]) < 0.9


@pytest.mark.parametrize("place", PLACES)
def test_official_rates_of_units_in_detail_are_those_of_their_rows(
    version: Path, place: str
) -> None:
    """Month by month and over all of them: within a point, and not always equal."""
    told = ask(
        version,
        "select own.period, sum(own.numerator), sum(own.denominator), "
        "sum(above.numerator), sum(above.denominator) "
        "from marts.metric_values as own join marts.metric_values as above "
        "using (plan_id, scope_type, scope_id, period) "
        "where own.metric_id = 'publicity_compliance_rate' "
        "and above.metric_id = 'official_publicity_compliance_rate' "
        "and plan_id = ? and scope_type = 'department' and own.denominator > 0 "
        "and length(own.period) = 7 and own.period not like '%Q%' group by own.period",
        place,
    )
    gaps = [abs(100 * a / b - 100 * c / d) for _, a, b, c, d in told]
    assert len(gaps) >= 8
    assert max(gaps) <= 1.3  # one row of some eighty
    assert max(gaps) > 0.5
