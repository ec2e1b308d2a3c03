"""What the five places share: names of units, rows of ledgers with little in them, expectations."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.semantics import rows
from tests.semantics.rows import Row

PLANS = Path(__file__).parents[2] / "warehouse" / "plans"
# (target, period, scope): the plan's id or a unit's
Key = tuple[str, str, str]
# value as the warehouse writes it, status
Answer = tuple[str | None, str]


@dataclass
class Place:
    """The rows that a place hands in, all on one day, and what its targets must say then."""

    plan: str
    received: str
    sheets: list[list[Row]] = field(default_factory=list)
    expected: dict[Key, Answer] = field(default_factory=dict)

    @property
    def year(self) -> str:
        """The plan's year: the rows come in after its last cut-off."""
        return str(int(self.received[:4]) - 1)

    def hand_in(self, *sheet: Row) -> None:
        """A file with these rows of one ledger."""
        self.sheets.append(list(sheet))

    def expect(
        self, target: str, value: str | None, status: str, *, period: str = "", unit: str = ""
    ) -> None:
        """What a target says of a period (else of the year) and a unit (else the plan)."""
        self.expected[target, period or self.year, unit or self.plan] = (value, status)


@cache
def units(plan: str) -> dict[str, tuple[str, str]]:
    """unit id -> (name, code) of a roster."""
    with (PLANS / plan / "units.csv").open(encoding="utf-8", newline="") as file:
        return {row["unit_id"]: (row["name"], row["uscc"]) for row in csv.DictReader(file)}


def name(unit: str) -> str:
    """The name of a unit, by its id."""
    return units(unit.partition("-")[0])[unit][0]


def done(target: str, title: str, day: str, unit: str, **cells: str) -> Row:
    """A deliverable that names its target and the target's clause."""
    told = {"目标编号": target, **cells}
    return rows.deliverable(clause_of(target), title, day, unit=name(unit), **told)


def declared(target: str, period: str, unit: str, **cells: str) -> Row:
    """A declared figure of a target's metric, without naming the target."""
    row = target_row(target)
    day = f"{period[:4]}/12/31"
    return rows.declaration(row["metric_id"], period, day, unit=name(unit), **cells)


def status(task: str, unit: str, day: str) -> Row:
    """A unit reports a task as done on a day."""
    return {
        "任务编号": task,
        "责任单位": name(unit),
        "填报日期": day,
        "状态": "已完成",
        "进度(%)": "100",
        "完成日期": day,
        "延期批准文号": "",
        "佐证材料": "示例佐证",
        "备注": "",
    }


def target_row(target: str) -> dict[str, str]:
    """The line of a target in its plan's targets.csv."""
    plan = target.partition("-")[0]
    with (PLANS / plan / "targets.csv").open(encoding="utf-8", newline="") as file:
        return next(row for row in csv.DictReader(file) if row["target_id"] == target)


def clause_of(target: str) -> str:
    """The clause a target stands on."""
    return target_row(target)["task_id"]
