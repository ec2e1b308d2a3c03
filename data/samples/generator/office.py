"""What the credit office keeps: hand-ins, progress, documents, declared figures, articles …

The rows follow the plan itself: every target that is measured by one of these ledgers gets its
facts, most of them in time and enough. What goes wrong where is told by the place's `Habits`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from warehouse.plans import Plan, load_plan
from warehouse.plans import Row as PlanRow

from . import days
from .layouts import Layout, build_sheet
from .model import OutFile, Row
from .office_layouts import SHEETS

PLANS = Path(__file__).resolve().parents[3] / "warehouse" / "plans"


@dataclass(frozen=True)
class Habits:
    """What is special in a place. Dates are days of its year, `MM-DD`.

    done_late, undone: dated tasks. missed, late: targets measured by documents, that never come or
    come after their day. counts: how many documents (or how much) a target gets instead of what it
    asks. silent_units: they hand in nothing of what all must. declared: the year's path of a
    declared figure, one value for each month. articles: how many a month; short_units: units with
    too few articles, by month.
    """

    first_month: int = 1
    done_late: Mapping[str, str] = field(default_factory=dict)
    undone: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()
    late: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    silent_units: tuple[str, ...] = ()
    slow_units: tuple[str, ...] = ()
    declared: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    honours: tuple[tuple[str, str, int, int], ...] = ()  # kind, level, how many, first month
    articles: tuple[int, ...] = (0,) * 12
    article_units: tuple[str, ...] = ()
    short_units: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    meetings_missed: frozenset[str] = frozenset()
    late_duties: Mapping[tuple[str, str], int] = field(default_factory=dict)
    missing_duties: frozenset[tuple[str, str]] = frozenset()
    gaps: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # duty → quiet months
    rows_answer: frozenset[tuple[str, str]] = frozenset()  # (duty, unit): the unit's rows do
    never_nil: frozenset[str] = frozenset()  # units that have something every time
    keeps_tasks: bool = True


class Office:
    """The office and its year; `rows` holds what it has written, by month and ledger."""

    def __init__(self, plan_id: str, habits: Habits, seed: int) -> None:
        self.plan: Plan = load_plan(PLANS / plan_id)
        self.habits = habits
        self.rng = Random(seed)
        self.names = {u["unit_id"]: u["name"] for u in self.plan.units}
        self.kinds = {u["unit_id"]: u["kind"] for u in self.plan.units}
        self.codes = {u["unit_id"]: u["uscc"] for u in self.plan.units}
        self.rows: dict[tuple[int, str], list[Row]] = defaultdict(list)

    @property
    def year(self) -> int:
        return self.plan.year

    @property
    def months(self) -> range:
        return range(self.habits.first_month, 13)

    @property
    def office_unit(self) -> str:
        """The unit that keeps the ledgers: the first of the roster that leads something."""
        leads = [self.plan.lead_of(t) for t in self.plan.tasks]
        return max(set(filter(None, leads)), key=lambda u: (leads.count(u), u)) or ""

    def add(self, month: int, ledger: str, **values: Any) -> Row:
        row = Row(values)
        self.rows[min(max(month, self.habits.first_month), 12), ledger].append(row)
        return row

    def files(self, label: str) -> list[OutFile]:
        """One workbook a month, a sheet for each ledger that has rows, sent on the eighth."""
        found = []
        for month in self.months:
            sheets = [
                build_sheet(name, columns, self.rows[month, ledger], Layout(dates="dash"))
                for ledger, (name, columns) in SHEETS.items()
                if self.rows.get((month, ledger))
            ]
            if sheets:
                year, after = days.month_after(self.year, month)
                received = days.on_or_after(date(year, after, 8))
                name = f"{label}_{self.year}{month:02d}.xlsx"
                found.append(OutFile(name, received, self.names[self.office_unit], sheets))
        return found

    def is_in_force(self, unit_id: str) -> bool:
        """Whether the unit is there the whole year: dissolved and newly made ones keep quiet."""
        row = self.plan.roster[unit_id]
        return row.holds(date(self.year, 12, 30)) and row.holds(date(self.year, 1, 2))

    def lead_of(self, target: PlanRow) -> str:
        """Who answers for the target's clause; the office itself where nobody is named."""
        task = next(t for t in self.plan.tasks if t["task_id"] == target["task_id"])
        return self.plan.lead_of(task) or self.office_unit

    def owners_of(self, target: PlanRow) -> list[str]:
        """Who must do it: the lead, or each unit of the kinds that the target is asked of."""
        kinds = self.plan.target_kinds(target)
        if not kinds or "plan" in target["scope"].split(";"):
            return [self.lead_of(target)]
        task = next(t for t in self.plan.tasks if t["task_id"] == target["task_id"])
        return [
            u
            for u in self.plan.responsible_units(task)
            if self.kinds[u] in kinds and u not in self.habits.silent_units and self.is_in_force(u)
        ]

    def responsible_of(self, target: PlanRow) -> list[str]:
        """The units of its clause, of the kinds that the target is asked of."""
        task = next(t for t in self.plan.tasks if t["task_id"] == target["task_id"])
        kinds = self.plan.target_kinds(target)
        found = [u for u in self.plan.responsible_units(task) if self.kinds[u] in kinds]
        return [u for u in found if u not in self.habits.silent_units and self.is_in_force(u)]


def asked(target: PlanRow) -> int:
    """How many of a thing the target wants."""
    is_number = target["comparator"] in (">=", "=", ">") and target["unit"] != "%"
    return int(float(target["value"])) if is_number and target["value"] else 1


def hash_of(text: str) -> int:
    """A small number of a text, the same on every run."""
    return sum((k + 1) * ord(c) for k, c in enumerate(text))
