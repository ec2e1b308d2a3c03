"""The comparison with the reference would tell: one row less, or one rule less, is a difference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reference import evidence
from tests.reference.evidence import cell, errors_of
from tests.reference.figures import compute, open_world
from tests.reference.files import Row
from tests.reference.records import World
from tests.reference.tally import Figure
from tests.reference.text import day
from tests.reference_support import (
    PLANS,
    SAMPLES,
    differing_figures,
    last_day,
    live_version,
    reading,
    reference_figures,
    warehouse_figures,
)

PLACE = "YC"
# one row of a ledger -> a metric that must tell that it is gone
ROWS: dict[str, tuple[Callable[[Row], bool], str]] = {
    "publicity_article": (lambda row: True, "publicity_article_count"),
    "contact": (lambda row: cell(row, "role") == "联络员", "liaison_officer_coverage"),
    "official_feedback": (lambda row: True, "official_publicity_report_rate"),
    "city_index": (lambda row: cell(row, "city_name") == "盐城市", "index_national_rank"),
    "honour": (
        lambda row: cell(row, "kind") == "信用管理贯标企业" and is_new(row),
        "credit_standard_enterprise_count",
    ),
    "declaration": (
        lambda row: cell(row, "metric_id") == "credit_info_increment",
        "credit_info_increment",
    ),
    "submission": (lambda row: cell(row, "submission_type") == "报送", "duty_on_time_rate"),
}


def is_new(honour: Row) -> bool:
    """Awarded in the plan's year, not only reviewed in it."""
    awarded = day(honour["awarded_date"])
    return awarded is not None and awarded.year == 2020 and not cell(honour, "reviewed_date")


@pytest.fixture(scope="module")
def live(sample_home: Path) -> Path:
    return live_version(sample_home)


def fresh() -> World:
    return open_world(SAMPLES / PLACE, PLANS / PLACE, last_day())


def metrics_that_differ(live: Path, world: World) -> set[str]:
    told = reference_figures(compute(world))
    lines = differing_figures(warehouse_figures(live, PLACE), told)
    return {line.split("'")[1] for line in lines}


def test_nothing_differs_to_begin_with(live: Path) -> None:
    told = reference_figures(reading(PLACE))
    assert differing_figures(warehouse_figures(live, PLACE), told) == []


def test_one_row_less_in_a_ledger_is_a_difference(live: Path) -> None:
    world = fresh()
    for ledger, (is_wanted, _) in ROWS.items():
        year = world.plan.year
        told = [
            row
            for row in world.rows[ledger]
            if is_wanted(row) and not errors_of(world).get(row) and row.batch.received.year == year
        ]
        world.rows[ledger].remove(told[-1])
    expected = {metric for _, metric in ROWS.values()}
    assert metrics_that_differ(live, world) >= expected


def test_one_rule_less_is_a_difference(live: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without M03, a rate beyond 100 % would count."""
    told = {row: rules - {"M03"} for row, rules in errors_of(fresh()).items()}
    monkeypatch.setattr(evidence, "errors_of", lambda _: told)
    world = fresh()
    differing = metrics_that_differ(live, world)
    wrong = {cell(row, "metric_id") for row, rules in errors_of(world).items() if "M03" in rules}
    assert wrong
    assert differing >= wrong


def test_a_figure_that_only_one_side_has_is_a_difference() -> None:
    key = ("some_rate", "plan", PLACE, "2020-01")
    none, half = Figure(None, 0, 0), Figure(50.0, 1, 2)
    assert differing_figures({key: half}, {}) != []
    assert differing_figures({}, {key: half}) != []
    assert differing_figures({key: half}, {key: Figure(50.0, 2, 4)}) != []
    assert differing_figures({key: none}, {}) == []
