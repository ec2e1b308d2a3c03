"""The plan's own files: facts, days, roster, names, who does a clause (semantics: Units, Tasks)."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.reference.files import Ledger, Row
from tests.reference.text import code_key, day, month_end, name_key

UNKNOWN_UNIT = "(未识别单位)"
# the column that says on which day a row's unit had its name; without one the day of receipt
DAY_OF_ROW = {
    "admin_permit": "decision_date",
    "admin_penalty": "decision_date",
    "decision_register": "decision_date",
    "platform_receipt": "reported_at",
    "submission": "submitted_date",
    "task_status": "report_date",
    "deliverable": "completed_date",
    "declaration": "declared_date",
    "official_feedback": "issued_date",
    "external_assessment": "published_date",
    "publicity_article": "published_date",
    "meeting_training": "held_date",
    "governance_case": "as_of_date",
    "gov_default_case": "as_of_date",
    "commitment": "made_date",
}
TARGET_KINDS = {  # a level of targets -> kinds of units
    "department": ("department",),
    "street": ("street",),
    "town": ("town", "street"),
    "county": ("county",),
}
Table = list[dict[str, str]]


@dataclass(frozen=True)
class Period:
    """A month, quarter, year or span of the plan, with the days on which it is judged."""

    name: str
    kind: str
    start: date
    end: date
    cutoff: date
    judging: date

    def holds(self, when: date) -> bool:
        return self.start <= when <= self.end


class Plan:
    def __init__(self, folder: Path, as_of: date, ledgers: dict[str, Ledger]) -> None:
        self.folder, self.id, self.as_of, self.ledgers = folder, folder.name, as_of, ledgers
        self._tables: dict[str, Table] = {}
        self.facts: dict[str, Any] = tomllib.loads(
            (folder / "plan.toml").read_text(encoding="utf-8")
        )
        self.year: int = self.facts["year"]
        self.start: date = self.facts["period_start"]
        self.end: date = self.facts["period_end"]
        self.first_day, self.last_day = date(self.year, 1, 1), date(self.year, 12, 31)
        self.unit_rows = {u["unit_id"]: u for u in self.table("units.csv")}
        self.units = [u for u in self.unit_rows.values() if self.serves(u["unit_id"])]
        self.tasks = {t["task_id"]: t for t in self.table("tasks.csv")}
        self.targets = self.table("targets.csv")
        self.bindings = {b["target_id"]: b for b in self.table("bindings.csv")}
        self.decomposition = {d["task_id"]: d for d in self.table("decomposition.csv")}
        self._units_of_rows: dict[Row, str] = {}

    def table(self, name: str) -> Table:
        """One file of the plan; a plan need not have each of them."""
        path = self.folder / name
        if name not in self._tables:
            text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
            self._tables[name] = list(csv.DictReader(text.splitlines()))
        return self._tables[name]

    def day(self, cell: str | None) -> date | None:
        """A day of the plan's files; `--06-30` and `xx-06-30` are of the plan's year."""
        if cell and cell[:2] in ("--", "xx"):
            return date.fromisoformat(f"{self.year}-{cell.lstrip('-x')}")
        return day(cell)

    # -- days ------------------------------------------------------------------------------

    @cached_property
    def periods(self) -> list[Period]:
        """Months, quarters, the year; the spans from the plan's first month to the end of each
        later one and to each day within a month on which a target is due."""
        found = [self._period(f"{self.year}-{m:02d}", "month", m, m) for m in range(1, 13)]
        for q in (1, 2, 3, 4):
            found.append(self._period(f"{self.year}-Q{q}", "quarter", 3 * q - 2, 3 * q))
        found.append(self._period(str(self.year), "year", 1, 12))
        first = self.start.month
        ends = {month_end(date(self.year, month, 1)) for month in range(first, 13)}
        dues = (self.day(target["due_date"]) for target in self.targets)
        ends |= {due for due in dues if due and self.start <= due <= self.last_day}
        for end in sorted(ends):
            found.append(self._period(self.span_to(end), "span", first, end.month, end))
        return found

    def _period(
        self, name: str, kind: str, first: int, last: int, end: date | None = None
    ) -> Period:
        after = date(self.year + last // 12, last % 12 + 1, 1)
        cutoff = after.replace(day=self.facts["cutoff_day"])
        end = end or month_end(date(self.year, last, 1))
        start = date(self.year, first, 1)
        return Period(name, kind, start, end, cutoff, min(cutoff, self.as_of))

    @cached_property
    def begun(self) -> list[Period]:
        return [p for p in self.periods if p.start <= self.as_of]

    @cached_property
    def asked(self) -> list[Period]:
        """The begun periods in which targets are asked and units scored."""
        return [p for p in self.begun if p.kind != "span"]

    def period(self, name: str) -> Period | None:
        return next((p for p in self.periods if p.name == name), None)

    def span_to(self, end: date) -> str:
        """The plan's first month to a day: what continuous targets are measured over."""
        rest = "" if end == month_end(end) else f"-{end:%d}"
        return f"{self.start:%Y-%m}..{end:%Y-%m}{rest}"

    def clamp(self, when: date) -> date:
        """A day drawn to the plan year: earlier counts in its first month, later in its last."""
        return min(max(when, self.first_day), self.last_day)

    def limit_on(self, decided: date) -> tuple[int, str]:
        """(days, kind) of the limit in force; before the first one, the first."""
        limits = sorted(self.facts["limits"], key=lambda item: item["valid_from"])
        in_force = [item for item in limits if item["valid_from"] <= decided] or limits[:1]
        return in_force[-1]["days"], in_force[-1]["kind"]

    # -- roster ----------------------------------------------------------------------------

    @property
    def unit_ids(self) -> list[str]:
        return [u["unit_id"] for u in self.units]

    def validity(self, row: dict[str, str]) -> tuple[date, date]:
        start, end = self.day(row.get("valid_from")), self.day(row.get("valid_to"))
        return start or date.min, end or date.max

    def holds(self, row: dict[str, str], when: date) -> bool:
        start, end = self.validity(row)
        return start <= when < end

    def exists(self, unit_id: str, when: date) -> bool:
        return self.holds(self.unit_rows[unit_id], when)

    def serves(self, unit_id: str) -> bool:
        """Exists on some day of the plan's year."""
        start, end = self.validity(self.unit_rows[unit_id])
        return start <= self.last_day and end > self.first_day

    @cached_property
    def names(self) -> list[tuple[str, str, date, date]]:
        """(normal form, unit, valid from, valid to exclusive) of names, clause names, aliases."""
        rows = [(u["name"], u) for u in self.unit_rows.values()]
        rows += [(n, u) for u in self.unit_rows.values() for n in words(u["clause_names"])]
        rows += [(a["alias"], a) for a in self.table("aliases.csv")]
        return [(name_key(name) or "", r["unit_id"], *self.validity(r)) for name, r in rows]

    def find_unit(self, code: str | None, name: str | None, when: date) -> str | None:
        wanted = code_key(code)
        for unit in self.unit_rows.values():
            if wanted and wanted == unit["uscc"]:
                return self.heir_on(unit["unit_id"], when)
        for known, unit_id, start, end in self.names:
            if known == name_key(name) and start <= when < end:
                return unit_id
        return None

    def unit_of(self, row: Row) -> str:
        """The first pair of unit cells that is filled at all decides."""
        if row not in self._units_of_rows:
            self._units_of_rows[row] = self._unit_of(row)
        return self._units_of_rows[row]

    def _unit_of(self, row: Row) -> str:
        ledger = row.batch.ledger
        when = day(row[DAY_OF_ROW.get(ledger, "")]) or row.batch.received
        for pair in self.ledgers[ledger].unit_fields:
            code, name = row[pair.get("uscc", "")], row[pair["name"]]
            if code_key(code) or name_key(name):
                return self.find_unit(code, name, when) or UNKNOWN_UNIT
        return UNKNOWN_UNIT

    def is_excepted(self, unit_id: str, subject: str, subject_id: str, when: date) -> bool:
        """Whether the matrix says that a duty or metric is not the unit's on a day."""
        return any(
            (row["unit_id"], row["subject"], row["subject_id"]) == (unit_id, subject, subject_id)
            and row["state"] in ("not", "exempt")
            and self.holds(row, when)
            for row in self.table("applicability.csv")
        )

    # -- words of the text -----------------------------------------------------------------

    def heirs(self, unit_id: str) -> list[str]:
        """A unit and what it was merged into."""
        successor = self.unit_rows[unit_id].get("successor")
        return [unit_id, *(self.heirs(successor) if successor else [])]

    def heir_on(self, unit_id: str, when: date) -> str:
        """Who stands for a unit on a day: itself until its merger."""
        for heir in self.heirs(unit_id):
            if when < self.validity(self.unit_rows[heir])[1]:
                return heir
        return unit_id

    def line(self, unit_id: str) -> list[str]:
        """Who may answer for a unit: itself, its heirs, and those that were merged into it."""
        return [u for u in self.unit_rows if u in self.heirs(unit_id) or unit_id in self.heirs(u)]

    @cached_property
    def _unit_of_name(self) -> dict[str, str]:
        known = {name: unit for name, unit, _, _ in reversed(self.names)}
        for clause in self.table("clause_names.csv"):
            unit = known.get(name_key(clause["clause_name"]) or "")
            if unit:
                for alias in words(clause["aliases"]):
                    known.setdefault(name_key(alias) or "", unit)
        return known

    def named(self, name: str) -> str | None:
        """The one unit behind a name of the text: its own, an alias, a clause name."""
        return self._unit_of_name.get(name_key(name) or "")

    def units_named(self, name: str) -> list[str]:
        """One unit with its heirs, or those of the words of a collective name."""
        if unit := self.named(name):
            return self.heirs(unit)
        for clause in self.table("clause_names.csv"):
            if name in [clause["clause_name"], *words(clause["aliases"])]:
                return self.expand(words(clause["expands_to"]))
        return []

    def expand(self, wanted: Iterable[str]) -> list[str]:
        """Units behind words: an id, a kind, `group:` a ranking group, `clause:` a name."""
        found: list[str] = []
        for word in wanted:
            kind, _, name = word.partition(":")
            if kind == "clause":
                found += self.units_named(name)
            elif word in self.unit_rows:
                found += self.heirs(word)
            else:
                column, value = ("ranking_group", name) if kind == "group" else ("kind", word)
                for unit_id, unit in self.unit_rows.items():
                    found += self.heirs(unit_id) if unit[column] == value else []
        return list(dict.fromkeys(found))

    # -- clauses ---------------------------------------------------------------------------

    def deadline(self, task_id: str) -> date | None:
        told = self.day(self.tasks[task_id]["deadline"])
        return told or self.day(self.decomposition.get(task_id, {}).get("deadline"))

    @cached_property
    def leads(self) -> dict[str, str | None]:
        return {task_id: self._lead(task) for task_id, task in self.tasks.items()}

    def _lead(self, task: dict[str, str]) -> str | None:
        """The first name that is a unit: actor, leads, responsible; else the decomposition's. Of a
        merged unit and its heirs the one that exists on the deadline (else at the plan's end)."""
        columns = ("clause_actor", "lead_departments", "responsible_departments")
        told = (self.named(name) for column in columns for name in words(task[column]))
        unit = next(filter(None, told), None)
        unit = unit or self.decomposition.get(task["task_id"], {}).get("lead")
        if not unit:
            return None
        when = self.deadline(task["task_id"]) or self.end
        return next((heir for heir in self.heirs(unit) if self.exists(heir, when)), unit)

    @cached_property
    def doers(self) -> dict[str, list[str]]:
        return {task_id: self._doers(task) for task_id, task in self.tasks.items()}

    def _doers(self, task: dict[str, str]) -> list[str]:
        """Lead and assistants, collective names expanded: on the deadline, else in the year."""
        lead = self.leads[task["task_id"]]
        found = [lead] if lead else []
        actors = words(task["clause_actor"])
        named = words(task["lead_departments"]) + words(task["responsible_departments"])
        for name in actors or named:
            found += self.units_named(name)
        found += self.expand(words(self.decomposition.get(task["task_id"], {}).get("units", "")))
        when = self.deadline(task["task_id"])
        return [
            unit
            for unit in dict.fromkeys(found)
            if (self.exists(unit, when) if when else self.serves(unit))
        ]


def words(cell: str | None) -> list[str]:
    return [word.strip() for word in (cell or "").split(";") if word.strip()]
