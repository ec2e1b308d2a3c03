"""Plans as data: one folder per plan, validated on load (see docs/plan-format.md)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from warehouse.index_trees import IndexTree, load_trees
from warehouse.plan_checks import check_plan
from warehouse.plan_rows import FAR_FUTURE, FAR_PAST, PlanError, Row, overlap, read_rows

__all__ = ["Plan", "PlanError", "Row", "limit_ranges", "load_plan", "load_plans"]

SHIPPED_PLANS = Path(__file__).parent / "plans"

# What the scopes of targets.csv mean in kinds of units: `town` is the level of towns and streets.
SCOPE_KINDS = {
    "department": ("department",),
    "street": ("street",),
    "town": ("town", "street"),
    "county": ("county",),
}

# Files of a plan folder and the columns they must have; the second group may be left out.
FILES = {
    "tasks": "task_id parent_id task_kind title deadline done_by",
    "targets": "target_id task_id metric_id comparator value unit scope hardness kind",
    "units": "unit_id name kind ranking_group uscc clause_names",
    "aliases": "unit_id alias valid_from valid_to",
    "clause_names": "clause_name meaning expands_to aliases",
    "bindings": "target_id measure parameters",
    "duties": "duty_id task_id metric_id ledgers cadence due_day units",
    "applicability": "unit_id subject subject_id state reason",
}
OPTIONAL_FILES = {
    "decomposition": "task_id lead units deadline note",
    "assessment": "part_id title metric_id weight comparator target valid_from valid_to note",
    "index_owners": "indicator_id unit_id doc_no valid_from valid_to",
    "carried_over": "kind id title unit state since",
    "regions": "code name basis",
}


@dataclass(frozen=True)
class Plan:
    """One plan: place + year, its clauses, targets, roster and parameters."""

    id: str
    place_id: str
    title: str
    year: int
    period_start: date
    period_end: date
    settings: dict[str, Any]
    tasks: list[Row]
    targets: list[Row]
    units: list[Row]
    aliases: list[Row]
    clause_names: list[Row]
    bindings: list[Row]
    duties: list[Row]
    applicability: list[Row]
    decomposition: list[Row]
    assessment: list[Row]
    index_owners: list[Row]
    carried_over: list[Row]
    regions: list[Row]
    folder: Path = field(repr=False)

    @property
    def short_title(self) -> str:
        return str(self.settings.get("short_title", self.title))

    @property
    def is_sample(self) -> bool:
        return bool(self.settings.get("is_sample", False))

    @property
    def cutoff_day(self) -> int:
        return int(self.settings.get("cutoff_day", 10))

    @property
    def holiday_policy(self) -> str:
        return str(self.settings.get("holiday_policy", "extend"))

    @property
    def figures(self) -> str:
        """Which figure of a rate counts where the upper level has published one: own, official."""
        return str(self.settings.get("figures", "own"))

    @property
    def min_rank_records(self) -> int:
        """Units with fewer records have no rank (样本少)."""
        return int(self.settings.get("min_rank_records", 10))

    @property
    def subjects(self) -> str:
        """Whether the ledger of subjects holds every subject of the place: complete, partial."""
        return str(self.settings.get("subjects", "partial"))

    @property
    def index_scope(self) -> str:
        return str(self.settings.get("index_scope", "none"))

    @property
    def limits(self) -> list[dict[str, Any]]:
        return list(self.settings["limits"])

    @cached_property
    def roster(self) -> dict[str, Row]:
        """The rows of units.csv by unit id, whatever day they hold on."""
        return {unit["unit_id"]: unit for unit in self.units}

    @cached_property
    def unit_of_clause(self) -> dict[str, str]:
        """Every name that leads to exactly one roster unit: name, alias or clause name."""
        found: dict[str, str] = {}
        for unit in self.units:
            for name in [unit["name"], *unit.names("clause_names")]:
                found.setdefault(name, unit["unit_id"])
        for alias in self.aliases:
            found.setdefault(alias["alias"], alias["unit_id"])
        for clause in self.clause_names:
            for other in clause.names("aliases"):
                if clause["clause_name"] in found:
                    found.setdefault(other, found[clause["clause_name"]])
        return found

    @cached_property
    def other_names(self) -> dict[str, Row]:
        """Names of the text that no unit carries (collective, external, cut off), by name and
        alias."""
        return {
            name: clause
            for clause in self.clause_names
            if clause["meaning"] != "unit"
            for name in [clause["clause_name"], *clause.names("aliases")]
        }

    def heirs(self, unit_id: str) -> list[str]:
        """A unit and those it was merged into, one after the other."""
        found = [unit_id]
        while (heir := self.roster[found[-1]].get("successor", "")) and heir not in found:
            found.append(heir)
        return found

    def heir_on(self, unit_id: str, day: date) -> str | None:
        """The unit that stands for a unit on a day: itself, or what it was merged into."""
        return next((u for u in self.heirs(unit_id) if self.roster[u].holds(day)), None)

    def is_serving(self, unit_id: str) -> bool:
        """Whether a unit exists on any day of the plan's year."""
        year = date(self.year, 1, 1), date(self.year + 1, 1, 1)
        return overlap(self.roster[unit_id].validity, year)

    def units_of_kinds(self, kinds: Iterable[str]) -> list[str]:
        wanted = set(kinds)
        return [u["unit_id"] for u in self.units if u["kind"] in wanted]

    def expand(self, word: str) -> list[str]:
        """The units behind a kind (`department`), a ranking group (`group:power`), a unit id, or a
        name of the plan's text (`clause:各部门`), with those they were merged into; none if it is
        not known. They need not all exist on one day."""
        kind, _, name = word.partition(":")
        if kind == "group":
            named = [u["unit_id"] for u in self.units if u["ranking_group"] == name]
        elif kind == "clause":
            return self.units_named(name)
        else:
            named = [word] if word in self.roster else self.units_of_kinds([word])
        return list(dict.fromkeys(heir for unit in named for heir in self.heirs(unit)))

    def units_named(self, name: str) -> list[str]:
        """The units behind a name of the plan's text: one, or what a collective name expands to."""
        if name in self.unit_of_clause:
            return self.heirs(self.unit_of_clause[name])
        words = self.other_names[name].names("expands_to") if name in self.other_names else []
        return list(dict.fromkeys(unit for word in words for unit in self.expand(word)))

    @cached_property
    def _decomposed(self) -> dict[str, Row]:
        return {row["task_id"]: row for row in self.decomposition}

    def decomposed(self, task: Row) -> Row | None:
        """The line of the office's own decomposition for a clause, where there is one."""
        return self._decomposed.get(task["task_id"])

    def deadline_of(self, task: Row) -> date | None:
        """The day of the clause, else of its decomposition."""
        own = task.day("deadline")
        decomposed = self.decomposed(task)
        return own or (decomposed.day("deadline") if decomposed else None)

    def lead_of(self, task: Row) -> str | None:
        """The unit that answers for a task: clause actor, else lead, else the first named unit,
        else the one of the decomposition; the one that exists on the deadline, else at the end."""
        lead = self._named_lead(task)
        decomposed = self.decomposed(task)
        if lead is None and decomposed:
            lead = decomposed["lead"] or None
        if lead is None:
            return None
        return self.heir_on(lead, self.deadline_of(task) or self.period_end) or lead

    def _named_lead(self, task: Row) -> str | None:
        for column in ("clause_actor", "lead_departments", "responsible_departments"):
            for name in task.names(column):
                if name in self.unit_of_clause:
                    return self.unit_of_clause[name]
        return None

    def responsible_units(self, task: Row) -> list[str]:
        """Lead first, then everybody the clause or its decomposition names, collective names
        expanded: those that exist on the deadline, without one those of the plan's year."""
        lead = self.lead_of(task)
        found = dict.fromkeys([lead] if lead else [])
        named = task.names("lead_departments") + task.names("responsible_departments")
        for name in task.names("clause_actor") or named:  # an actor stands for the whole clause
            found |= dict.fromkeys(self.units_named(name))
        decomposed = self.decomposed(task)
        for word in decomposed.names("units") if decomposed else ():
            found |= dict.fromkeys(self.expand(word))
        deadline = self.deadline_of(task)
        return [
            unit
            for unit in found
            if (self.roster[unit].holds(deadline) if deadline else self.is_serving(unit))
        ]

    def applies(self, unit_id: str, subject: str, subject_id: str, day: date) -> bool:
        """Whether the matrix lets a duty or metric apply to a unit on a day; what it does not list
        does."""
        return not any(
            row["state"] != "applies"
            and (row["unit_id"], row["subject"], row["subject_id"])
            == (unit_id, subject, subject_id)
            and row.holds(day)
            for row in self.applicability
        )

    def target_due(self, target: Row) -> date | None:
        return target.day("due_date")

    def target_kinds(self, target: Row) -> list[str]:
        """The unit kinds a target is also measured for; empty: plan scope only."""
        kinds = [kind for scope in target.names("scope") for kind in SCOPE_KINDS.get(scope, ())]
        return list(dict.fromkeys(kinds))

    @cached_property
    def _bindings(self) -> dict[str, Row]:
        return {row["target_id"]: row for row in self.bindings}

    def binding(self, target_id: str) -> Row:
        return self._bindings[target_id]


def load_plan(folder: Path, trees: Mapping[str, IndexTree] | None = None) -> Plan:
    """Read and validate one plan folder. Raises PlanError with file, line and reason.

    `trees`: the versions of the city index; None for those shipped with the product.
    """
    toml = folder / "plan.toml"
    try:
        settings = tomllib.loads(toml.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PlanError(toml, None, "缺少 plan.toml") from None
    except tomllib.TOMLDecodeError as error:
        raise PlanError(toml, None, f"不是合法的 TOML：{error}") from None
    for key in ("id", "place_id", "title", "year", "period_start", "limits"):
        if key not in settings:
            raise PlanError(toml, None, f"缺少“{key}”")
    if settings["id"] != folder.name:
        raise PlanError(toml, None, f"id 是 {settings['id']}，与文件夹名 {folder.name} 不一致")
    year = int(settings["year"])
    tables = {
        name: read_rows(folder / f"{name}.csv", columns, year, optional=name in OPTIONAL_FILES)
        for name, columns in (FILES | OPTIONAL_FILES).items()
    }
    plan = Plan(
        id=settings["id"],
        place_id=settings["place_id"],
        title=settings["title"],
        year=year,
        period_start=settings["period_start"],
        period_end=settings.get("period_end") or date(year, 12, 31),
        settings=settings,
        folder=folder,
        **tables,
    )
    check_plan(plan, load_trees() if trees is None else trees)
    return plan


def load_plans(home_plans: Path | None = None, home_trees: Path | None = None) -> dict[str, Plan]:
    """All plans by id: those shipped with the product, then those of the home, which may look at
    index trees of the home."""
    found: dict[str, Plan] = {}
    trees = load_trees(home_trees)
    for root in (SHIPPED_PLANS, home_plans):
        if root is None or not root.is_dir():
            continue
        for folder in sorted(p for p in root.iterdir() if p.is_dir()):
            if folder.name in found:
                raise PlanError(folder, None, f"方案编号 {folder.name} 已被占用，请换一个")
            found[folder.name] = load_plan(folder, trees)
    return found


def limit_ranges(plans: Iterable[Plan]) -> list[tuple[str, str, date, date, int, str]]:
    """(place, plan, from, to, days, kind) covering every day; days outside all plans take the
    nearest plan year's limit (docs/semantics.md)."""
    ranges: list[tuple[str, str, date, date, int, str]] = []
    by_place: dict[str, list[tuple[date, Plan, dict[str, Any]]]] = {}
    for plan in plans:
        for limit in plan.limits:
            start = limit.get("valid_from", date(plan.year, 1, 1))
            by_place.setdefault(plan.place_id, []).append((start, plan, limit))
    for place_id, entries in by_place.items():
        entries.sort(key=lambda e: e[0])
        starts = [FAR_PAST, *_boundaries(entries)]
        for start, end, (_, plan, limit) in zip(
            starts, [*starts[1:], FAR_FUTURE], entries, strict=True
        ):
            row = (place_id, plan.id, start, end, int(limit["days"]), str(limit["kind"]))
            ranges.append(row)
    return ranges


def _boundaries(entries: list[tuple[date, Plan, dict[str, Any]]]) -> list[date]:
    """Where each entry but the first begins; a gap between two plan years is halved."""
    found = []
    for (_, before, _), (start, plan, _) in pairwise(entries):
        gap_start = date(before.year + 1, 1, 1)
        if plan.id != before.id and start > gap_start:
            start = gap_start + timedelta(days=(start - gap_start).days // 2)
        found.append(start)
    return found
