"""Every target of the five plans: figure, line, status and light, for the plan and each unit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.reference.targets import Row
from tests.reference_support import PLACES, ask, differences, live_version, reading, told_once

WORST_FIRST = ("red", "yellow", "grey", "green")
COUNTED_KINDS = ("stated", "deadline")


@pytest.fixture(scope="module")
def live(sample_home: Path) -> Path:
    return live_version(sample_home)


def as_told(text: str | None) -> float | date | None:
    """The warehouse writes numbers and days as text."""
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        return date.fromisoformat(text)


def plain(row: Row) -> tuple[object, ...]:
    value, line = (
        float(part) if isinstance(part, int | float) else part
        for part in (row.value, row.threshold)
    )
    return (value, row.numerator, row.denominator, line, row.status, row.light)


@pytest.mark.parametrize("place", PLACES)
def test_every_target_in_every_period_and_scope_equals_the_reference(
    live: Path, place: str
) -> None:
    rows = ask(
        live,
        "select target_id, case when scope_type = 'plan' then '' else scope_id end, period, value, "
        "numerator, denominator, threshold, status, light from marts.target_values "
        "where plan_id = ?",
        place,
    )
    got = {
        key: (as_told(value), numerator, denominator, as_told(line), status, light)
        for key, (value, numerator, denominator, line, status, light) in told_once(rows, 3).items()
    }
    wanted = {key: plain(row) for key, row in reading(place).targets.items()}
    assert differences(got, wanted) == []


def test_the_samples_show_every_status_and_light() -> None:
    told = {(row.status, row.light) for place in PLACES for row in reading(place).targets.values()}
    assert told == {
        ("met", "green"),
        ("missed", "red"),
        ("missed", "yellow"),
        ("pending", "yellow"),
        ("no_data", "grey"),
        ("historical", None),
    }


@pytest.mark.parametrize("place", PLACES)
def test_the_light_of_a_clause_is_that_of_its_worst_target(live: Path, place: str) -> None:
    """Of those that are asked for and in force; other kinds have no say."""
    told = reading(place)
    lights: dict[tuple[str, str], list[str]] = {}
    counted = {
        t["target_id"]: t["task_id"]
        for t in told.world.plan.targets
        if t["kind"] in COUNTED_KINDS and t["legal_status"] == "in_force"
    }
    for (target, unit, period), row in told.targets.items():
        if not unit and target in counted:
            lights.setdefault((counted[target], period), []).append(row.light or "")
    wanted = {key: (min(found, key=WORST_FIRST.index),) for key, found in lights.items()}
    query = "select task_id, period, light from marts.clause_lights where plan_id = ?"
    assert differences(told_once(ask(live, query, place), 2), wanted) == []
