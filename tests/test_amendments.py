"""A plan that is amended in the middle of its year: what was before stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl.pipeline import Pipeline
from etl.year import make_next_plan
from tests.homes import make_home, make_penalty_csv

pytestmark = pytest.mark.usefixtures("one_plan")

PLAN = "BC-2023"
TODAY = date(2023, 9, 15)
AMENDED = date(2023, 7, 1)
TARGET = f"{PLAN}-T002"  # compliance: 100 %, from July on 98 %
NEW_UNIT = "BC-U18"  # set up in July
FIGURES = ("metric_values", "target_values", "unit_scores", "unit_score_parts")


@dataclass
class Year:
    """What a plan showed before and after it was amended."""

    before: dict[str, list[tuple[Any, ...]]]
    after: dict[str, list[tuple[Any, ...]]]
    thresholds: dict[str, str]
    weights: dict[str, dict[str, float]]
    first_due: date


def closed_periods(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """All figures of the periods that end before the amendment, but for the new unit's."""
    found = {}
    for table in FIGURES:
        unit = "unit_id" if table.startswith("unit_") else "scope_id"
        # Where a target stands in the file moves with the line that was added.
        left_out = "exclude (sort_order)" if table == "target_values" else ""
        found[table] = con.sql(
            f"""
            select t.* {left_out} from marts.{table} as t
            join ref.periods as p on t.plan_id = p.plan_id and t.period = p.period
            where t.plan_id = $plan and p.end_date < $day and t.{unit} <> $unit
            order by all
            """,
            params={"plan": PLAN, "day": AMENDED, "unit": NEW_UNIT},
        ).fetchall()
    return found


def amend(folder: Path) -> None:
    """A lower target, other weights and one more unit, all from July on."""
    targets = folder / "targets.csv"
    header, *lines = targets.read_text(encoding="utf-8").splitlines()
    changed = []
    for line in lines:
        if line.startswith(f"{TARGET},"):
            assert ",>=,100," in line
            changed += [f"{line},,2023-07-01", f"{line.replace(',>=,100,', ',>=,98,')},2023-07-01,"]
        else:
            changed.append(f"{line},,")
    text = "\n".join([f"{header},valid_from,valid_to", *changed]) + "\n"
    targets.write_text(text, encoding="utf-8")

    parts = folder / "assessment.csv"
    rows = parts.read_text(encoding="utf-8").splitlines()
    rows = [
        row.replace(">=,100,,,", ">=,100,,2023-07-01,")
        if row.startswith(("report,", "compliance,"))
        else row
        for row in rows
    ]
    rows += [
        "report,上报,publicity_report_rate,35,>=,100,2023-07-01,,示例权重",
        "compliance,合规,publicity_compliance_rate,15,>=,100,2023-07-01,,示例权重",
    ]
    parts.write_text("\n".join(rows) + "\n", encoding="utf-8")

    units = folder / "units.csv"
    columns = units.read_text(encoding="utf-8").splitlines()[0].split(",")
    unit = {
        "unit_id": NEW_UNIT, "name": "示例街道09", "kind": "street", "ranking_group": "street",
        "valid_from": "2023-07-01",
    }  # fmt: skip
    with units.open("a", encoding="utf-8") as file:
        file.write(",".join(unit.get(column, "") for column in columns) + "\n")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("amended")
    with pytest.MonkeyPatch.context() as patch:
        home = make_home(folder, patch)
        make_next_plan(Pipeline(home, TODAY), "BC", None)
        incoming = folder / "in"
        incoming.mkdir()
        for month in (3, 5, 7, 8):
            path = incoming / f"{month}月.csv"
            make_penalty_csv(path, first=100 * month, rows=12, day=f"2023/{month:02d}/10")
        received = "\n".join(f"{m}月.csv,2023-{m + 1:02d}-05" for m in (3, 5, 7, 8))
        (incoming / "received.csv").write_text(f"file,received\n{received}\n", encoding="utf-8")
        first = Pipeline(home, TODAY)
        assert first.load([incoming], PLAN).outcome.gate_status == "passed"
        with first.store.reader() as con:
            before = closed_periods(con)
        first.store.close()
        amend(home.plans / PLAN)
        second = Pipeline(home, TODAY)
        assert second.build().gate_status == "passed"
        with second.store.reader() as con:
            thresholds = con.sql(
                "select period, threshold from marts.target_values "
                "where target_id = $target and scope_type = 'plan' and period_kind = 'month'",
                params={"target": TARGET},
            ).fetchall()
            weights: dict[str, dict[str, float]] = {}
            for period, part, weight in con.sql(
                "select distinct period, part_id, weight from marts.unit_score_parts "
                "where plan_id = $plan and period in ('2023-06', '2023-07')",
                params={"plan": PLAN},
            ).fetchall():
                weights.setdefault(period, {})[part] = weight
            [(first_due,)] = con.sql(
                "select min(due_date) from marts.obligations where unit_id = $unit",
                params={"unit": NEW_UNIT},
            ).fetchall()
            yield Year(before, closed_periods(con), dict(thresholds), weights, first_due)


@pytest.mark.parametrize("table", FIGURES)
def test_no_figure_of_a_period_before_it_changes(year: Year, table: str) -> None:
    assert year.before[table]
    assert year.after[table] == year.before[table]


def test_a_target_counts_as_it_was_on_the_last_day_of_the_period(year: Year) -> None:
    # June ends on the day before the amendment.
    told = {month: float(threshold) for month, threshold in year.thresholds.items()}
    assert {told[f"2023-{m:02d}"] for m in range(1, 7)} == {100.0}
    assert {told[f"2023-{m:02d}"] for m in (7, 8)} == {98.0}


def test_weights_change_from_the_first_period_that_ends_after_it(year: Year) -> None:
    assert year.weights["2023-06"]["report"] == 25
    assert year.weights["2023-06"]["compliance"] == 25
    assert year.weights["2023-07"]["report"] == 35
    assert year.weights["2023-07"]["compliance"] == 15


def test_a_unit_owes_nothing_before_it_exists(year: Year) -> None:
    # The ledger of June falls due on 10 July, when the street is there.
    assert year.first_due == date(2023, 7, 10)
