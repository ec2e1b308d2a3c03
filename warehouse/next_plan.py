"""The next year's plan of a place, made from this year's: a folder in the plan format.

The roster, the names and whatever holds beyond the year stay; days move by the years between;
ids of tasks, targets and duties get the new plan's id in front, so that those of two plans of one
place never clash in one warehouse. Units keep their ids: they are the place's.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from warehouse import files
from warehouse.carry_over import CarriedItem
from warehouse.home import Home
from warehouse.index_trees import load_trees
from warehouse.plan_tables import plan_tables
from warehouse.plans import FILES, OPTIONAL_FILES, Plan, Row, load_plan

CARRIED_NOTE = "上年结转"
_DATED_TASKS = {"deliverable", "each"}
# Columns that hold ids of this plan's own tasks, targets and duties, by file.
_ID_COLUMNS = {
    "tasks": ("task_id", "parent_id"),
    "targets": ("target_id", "task_id"),
    "bindings": ("target_id",),
    "duties": ("duty_id", "task_id", "until_task"),
    "decomposition": ("task_id",),
}
_DAY_COLUMNS = {
    "tasks": ("deadline",),
    "targets": ("due_date",),
    "decomposition": ("deadline",),
}
# Settings that say something about the old year's document only.
_DROPPED_SETTINGS = {"period_note", "doc_no"}

Cells = dict[str, str]


@dataclass(frozen=True)
class NextPlan:
    """A plan that was made: what it carries over, and what of the old one ended with it."""

    plan: Plan
    from_plan: str
    carried: list[CarriedItem]
    ended: list[str]
    is_open_known: bool


def write_next_plan(
    plan: Plan,
    year: int,
    items: Sequence[CarriedItem] | None,
    home: Home,
    others: Iterable[Plan] = (),
) -> NextPlan:
    """Write `<home>/plans/<place>-<year>/`; the folder appears whole and valid, or not at all.

    `items`: what is open in `plan`; None if nobody knows. `others`: the place's other plans, which
    the new one must not contradict. Raises PlanError.
    """
    maker = _Maker(plan, year, items)
    target = home.plans / maker.new_id
    folder = files.temporary_beside(home.scratch / maker.new_id) / maker.new_id
    folder.mkdir(parents=True)
    try:
        for name, text in maker.texts().items():
            files.write_atomically(folder / name, text)
        made = load_plan(folder, load_trees(home.index_trees))
        plan_tables([*others, made])
        files.sync_folder(folder)
        files.settle(folder, target)
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)
    return NextPlan(
        replace(made, folder=target), plan.id, maker.carried(), maker.ended, items is not None
    )


class _Maker:
    """Turns the rows of one plan into those of the next."""

    def __init__(self, plan: Plan, year: int, items: Sequence[CarriedItem] | None) -> None:
        self.plan, self.year = plan, year
        self.new_id = f"{plan.place_id}-{year}"
        self.items = list(items or [])
        self.start = date(year, 1, 1)
        self.ids = {
            row[key]: self._new_id(row[key])
            for rows, key in (
                (plan.tasks, "task_id"), (plan.targets, "target_id"), (plan.duties, "duty_id"),
            )
            for row in rows
        }  # fmt: skip
        self.open_tasks = {item.item_id for item in self.items if item.kind == "task"}
        done = set() if items is None else self._dated_tasks() - self.open_tasks
        self.ended_duties = {
            duty["duty_id"] for duty in plan.duties if duty.get("until_task") in done
        }
        self.ended_targets = {
            row["target_id"]
            for row in plan.bindings
            if row["measure"].removeprefix("duty:") in self.ended_duties
        }
        held = {row["target_id"] for row in plan.targets if row.validity[1] > self.start}
        self.ended_targets |= {row["target_id"] for row in plan.targets} - held
        self.ended = [
            f"义务 {duty['duty_id']}（{duty['title']}）：任务 {duty['until_task']} 已完成，不再列入"
            for duty in plan.duties
            if duty["duty_id"] in self.ended_duties
        ]
        self.units = {row["unit_id"] for row in plan.units if self._stays(row)}

    def texts(self) -> dict[str, str]:
        """The files of the folder by name."""
        found = {"plan.toml": write_toml(self._settings())}
        for name in (*FILES, *OPTIONAL_FILES):
            source = self.plan.folder / f"{name}.csv"
            if name != "carried_over" and source.is_file():
                rows = [self._row(name, row) for row in getattr(self.plan, name)]
                kept = [row for row in rows if row is not None]
                found[source.name] = write_csv(read_header(source), kept)
        columns = OPTIONAL_FILES["carried_over"].split()
        found["carried_over.csv"] = write_csv(columns, [self._carried_row(i) for i in self.items])
        return found

    def carried(self) -> list[CarriedItem]:
        """The carried items under the ids that they have in the new plan."""
        return [replace(i, item_id=self.ids.get(i.item_id, i.item_id)) for i in self.items]

    def _new_id(self, old: str) -> str:
        return f"{self.new_id}-{old.removeprefix(self.plan.id + '-')}"

    def _dated_tasks(self) -> set[str]:
        return {t["task_id"] for t in self.plan.tasks if t["task_kind"] in _DATED_TASKS}

    def _stays(self, unit: Row) -> bool:
        """A unit that is there in the new year, or that names of the text still lead to."""
        is_named = any(
            self.plan.unit_of_clause.get(name) == unit["unit_id"]
            for task in self.plan.tasks
            for column in ("clause_actor", "lead_departments", "responsible_departments")
            for name in task.names(column)
        )
        return unit.validity[1] > self.start or bool(unit.get("successor")) or is_named

    def _row(self, name: str, source: Row) -> Cells | None:
        """A row of the new plan's file, or None if it ended with the old year."""
        row = dict(source)
        if name == "units":
            return row if row["unit_id"] in self.units else None
        if row.get("unit_id", "") and row["unit_id"] not in self.units:
            return None
        if source.validity[1] <= self.start:
            return None
        if row.get("target_id") in self.ended_targets or row.get("duty_id") in self.ended_duties:
            return None
        for column in _DAY_COLUMNS.get(name, ()):
            row[column] = self._moved(row[column])
        special = {
            "tasks": self._task, "bindings": self._binding, "duties": self._duty,
            "applicability": self._applicability, "decomposition": self._decomposition,
        }.get(name)  # fmt: skip
        changed = special(row) if special else row
        if changed is not None:
            for column in _ID_COLUMNS.get(name, ()):
                changed[column] = self.ids.get(changed.get(column, ""), changed.get(column, ""))
        return changed

    def _task(self, row: Cells) -> Cells:
        if row["task_id"] in self.open_tasks:
            task = next(t for t in self.plan.tasks if t["task_id"] == row["task_id"])
            was = self.plan.deadline_of(task)
            told = f"{CARRIED_NOTE}（原期限 {was}）" if was else CARRIED_NOTE
            row["note"] = "；".join(filter(None, (told, row.get("note", ""))))
        return row

    def _binding(self, row: Cells) -> Cells:
        kind, _, what = row["measure"].partition(":")
        if kind == "duty":
            row["measure"] = f"duty:{self.ids[what]}"
        return row

    def _duty(self, row: Cells) -> Cells:
        """A duty without an end goes on from the new plan's first day; one with an end comes again
        on the same days."""
        if row.get("last_due", ""):
            row["last_due"] = self._moved(row["last_due"])
            row["first_due"] = self._moved(row.get("first_due", ""))
        elif "first_due" in row:
            row["first_due"] = ""
        row["units"] = self._staying(row["units"])
        return row

    def _applicability(self, row: Cells) -> Cells | None:
        if row["subject"] != "duty":
            return row
        if row["subject_id"] in self.ended_duties:
            return None
        row["subject_id"] = self.ids[row["subject_id"]]
        return row

    def _decomposition(self, row: Cells) -> Cells:
        if row["lead"] and row["lead"] not in self.units:
            row["lead"] = ""
        row["units"] = self._staying(row["units"])
        return row

    def _staying(self, words: str) -> str:
        """A list of units, kinds and names without the units that are gone."""
        gone = self.plan.roster.keys() - self.units
        return ";".join(word for word in words.split(";") if word.strip() not in gone)

    def _carried_row(self, item: CarriedItem) -> Cells:
        # what a dissolved unit left open is its successor's; without one it is nobody's yet
        heir = self.plan.heir_on(item.unit_id, self.start)
        return {
            "kind": item.kind,
            "id": self.ids.get(item.item_id, item.item_id),
            "title": item.title,
            "unit": heir or (item.unit_id if item.unit_id in self.units else ""),
            "state": item.state,
            "since": item.since.isoformat() if item.since else "",
        }

    def _moved(self, text: str) -> str:
        """A written day as many years later as the new plan is; `--MM-DD` takes the plan's year."""
        if not text or text.startswith(("--", "xx-")):
            return text
        return moved(date.fromisoformat(text), self.year - self.plan.year).isoformat()

    def _settings(self) -> dict[str, Any]:
        old, new = str(self.plan.year), str(self.year)
        kept = {k: v for k, v in self.plan.settings.items() if k not in _DROPPED_SETTINGS}
        for key in ("title", "short_title"):
            if key in kept:
                kept[key] = kept[key].replace(old, new)
        limits = sorted(self.plan.limits, key=lambda limit: limit.get("valid_from", date.min))
        begun = [x for x in limits if x.get("valid_from", date.min) <= self.start][-1:]
        later = [x for x in limits if x.get("valid_from", date.min) > self.start]
        return kept | {
            "id": self.new_id,
            "year": self.year,
            "period_start": self.start,
            "period_end": date(self.year, 12, 31),
            "carried_from": self.plan.id,
            "limits": [*({**x, "valid_from": self.start} for x in begun), *later],
        }


def moved(day: date, years: int) -> date:
    """The same day in another year; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def write_toml(settings: Mapping[str, Any]) -> str:
    """Settings of a plan as TOML: plain values first, then tables and lists of tables."""
    plain = {k: v for k, v in settings.items() if not _is_table(v)}
    lines = [f"{key} = {_value(value)}" for key, value in plain.items()]
    for key, value in settings.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{key}]", *(f"{k} = {_value(v)}" for k, v in value.items())]
        elif _is_table(value):
            for table in value:
                lines += ["", f"[[{key}]]", *(f"{k} = {_value(v)}" for k, v in table.items())]
    return "\n".join(lines) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return json.dumps(str(value), ensure_ascii=False)


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows as CSV text with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read_header(path: Path) -> list[str]:
    """The columns of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file))
