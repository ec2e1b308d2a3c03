"""Every obligation of the five plans: due day, day of the answer, state."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.reference.duties import obligations
from tests.reference_support import (
    PLACES,
    PLANS,
    ask,
    differences,
    last_day,
    live_version,
    reading,
    told_once,
)


@pytest.fixture(scope="module")
def live(sample_home: Path) -> Path:
    return live_version(sample_home)


@pytest.mark.parametrize("place", PLACES)
def test_every_obligation_equals_the_reference(live: Path, place: str) -> None:
    wanted = {
        (o.duty, o.unit, o.due.label): (o.due.nominal, o.due.day, o.answered, o.state(last_day()))
        for o in obligations(reading(place).world)
    }
    rows = ask(
        live,
        "select duty_id, unit_id, period_covered, nominal_due_date, due_date, answered_date, state "
        "from marts.obligations where plan_id = ?",
        place,
    )
    assert differences(told_once(rows, 3), wanted) == []


def test_the_plans_owe_in_every_cadence_and_answer_in_every_way() -> None:
    cadences, states = set(), set()
    for place in PLACES:
        with (PLANS / place / "duties.csv").open(encoding="utf-8-sig", newline="") as handle:
            known = {row["duty_id"]: row["cadence"] for row in csv.DictReader(handle)}
        for one in obligations(reading(place).world):
            cadences.add(known[one.duty])
            states.add(one.state(last_day()))
    assert cadences == {"weekly", "monthly", "even_month", "quarterly"}
    assert states == {"按时", "迟交", "零报送", "零报送（迟）", "未交"}
