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


Figure = float | tuple[int, int] | None


@dataclass(frozen=True)
class Honours:
    """So many honours of one kind, awarded from a month on, or in earlier years and then reviewed
    in that month; some of those reviewed are revoked."""

    kind: str
    level: str
    count: int
    month: int
    years_ago: int = 0
    revoked: int = 0


@dataclass(frozen=True)
class Governed:
    """Subjects under treatment: so many, of whom some are excluded; how many leave in which month;
    the months in which the register is handed in."""

    count: int
    excluded: int
    exits: Mapping[int, int]
    domains: tuple[str, ...]
    months: tuple[int, ...]
    listed_month: int = 1


@dataclass(frozen=True)
class Debt:
    """A case, debt or event of a public body. Days `MM-DD` of the year, or whole for earlier ones;
    paid: when half of the amount was paid."""

    kind: str
    title: str
    agency: int
    opened: str
    fulfilled: str = ""
    removed: str = ""
    enforced: str = ""
    amount: float = 60.0
    paid: str = ""


@dataclass(frozen=True)
class Habits:
    """What is special in a place. Dates are days of its year, `MM-DD`.

    done_late, undone: dated tasks. finished: routine tasks that come to an end. missed: targets
    measured by documents or meetings, that never come. lagging: single units that finish a task,
    or what a target asks, on another day (an empty day: never). counts: how many documents (or
    how much) a target gets instead of what it asks. declared: the year's path of a declared
    figure, one value for each month: a number, a percentage, or numerator and denominator.
    articles: how many a month; short_units: units with too few articles, by month. rows_answer:
    the months in which the unit's own rows stand for the hand-in of a duty. commitments: how many
    a month a unit takes; silent_commitments: unit and month in which it uploads none;
    public_commitments: the month in which the units make theirs (0: none).
    """

    first_month: int = 1
    done_late: Mapping[str, str] = field(default_factory=dict)
    undone: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()
    counts: Mapping[str, int] = field(default_factory=dict)
    finished: Mapping[str, str] = field(default_factory=dict)
    lagging: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    declared: Mapping[str, tuple[Figure, ...]] = field(default_factory=dict)
    honours: tuple[Honours, ...] = ()
    articles: tuple[int, ...] = (0,) * 12
    short_units: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    skipped: frozenset[tuple[str, int]] = frozenset()  # target, month in which nothing came
    late_duties: Mapping[tuple[str, str], int] = field(default_factory=dict)
    missing_duties: frozenset[tuple[str, str, str]] = frozenset()  # duty, unit, period
    gaps: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # duty → quiet months
    rows_answer: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    contacts_without: Mapping[str, str] = field(default_factory=dict)  # unit → role without holder
    forgotten: float = 0.03  # share of hand-ins that nobody made
    nil_duties: frozenset[str] = frozenset()  # where a unit may have nothing to hand in
    never_nil: frozenset[str] = frozenset()  # units that have something every time
    keeps_tasks: bool = True
    governed: Governed | None = None
    debts: tuple[Debt, ...] = ()
    debt_months: tuple[int, ...] = (3, 6, 9, 12)
    commitments: Mapping[str, int] = field(default_factory=dict)
    silent_commitments: frozenset[tuple[str, int]] = frozenset()
    public_commitments: int = 0


class Office:
    """The office and its year: `rows` is what it has written, by month and ledger; `done` is when
    a unit finished a dated task."""

    def __init__(self, plan_id: str, habits: Habits, seed: int) -> None:
        self.plan: Plan = load_plan(PLANS / plan_id)
        self.habits = habits
        self.rng = Random(seed)
        self.names = {u["unit_id"]: u["name"] for u in self.plan.units}
        self.kinds = {u["unit_id"]: u["kind"] for u in self.plan.units}
        self.codes = {u["unit_id"]: u["uscc"] for u in self.plan.units}
        self.rows: dict[tuple[int, str], list[Row]] = defaultdict(list)
        self.done: dict[tuple[str, str], date] = {}

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

    def day(self, text: str) -> date:
        """A day of the year, `MM-DD`."""
        return date.fromisoformat(f"{self.year}-{text}")

    def lag_of(self, what: str, unit_id: str) -> str | None:
        """How the unit lags in a target or task: its day, an empty text for never, else None."""
        return self.habits.lagging.get(what, {}).get(unit_id)

    def task_of(self, target: PlanRow) -> PlanRow:
        """The clause that sets the target."""
        return next(t for t in self.plan.tasks if t["task_id"] == target["task_id"])

    def lead_of(self, target: PlanRow) -> str:
        """Who answers for the target's clause; the office itself where nobody is named."""
        return self.plan.lead_of(self.task_of(target)) or self.office_unit

    def owners_of(self, target: PlanRow) -> list[str]:
        """Who must do it: the lead, or each unit of the kinds that the target is asked of."""
        kinds = self.plan.target_kinds(target)
        is_shared = "plan" in target["scope"].split(";")
        if not kinds or (is_shared and target["comparator"] not in ("exists", "=")):
            return [self.lead_of(target)]
        task = self.task_of(target)
        found = [u for u in self.plan.responsible_units(task) if self.kinds[u] in kinds]
        lead = self.lead_of(target)
        return [lead, *(u for u in found if u != lead)] if is_shared else found

    def responsible_of(self, target: PlanRow) -> list[str]:
        """The units of its clause, of the kinds that the target is asked of."""
        task = self.task_of(target)
        kinds = self.plan.target_kinds(target)
        return [u for u in self.plan.responsible_units(task) if self.kinds[u] in kinds]


def asked(target: PlanRow) -> int:
    """How many of a thing the target wants."""
    is_number = target["comparator"] in (">=", "=", ">") and target["unit"] != "%"
    return int(float(target["value"])) if is_number and target["value"] else 1


def hash_of(text: str) -> int:
    """A small number of a text, the same on every run."""
    return sum((k + 1) * ord(c) for k, c in enumerate(text))
