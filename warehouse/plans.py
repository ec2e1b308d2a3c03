"""Plans as data: one folder per plan, validated on load (see docs/plan-format.md)."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

SHIPPED_PLANS = Path(__file__).parent / "plans"

TASK_KINDS = {"context", "group", "deliverable", "each", "recurring", "routine"}
UNIT_KINDS = {"department", "street", "town", "county"}
RANKING_GROUPS = {"power", "other", "street", "listed"}
COMPARATORS = {
    ">=", "<=", "=", ">", "exists", "by_date", "by_day_of_month", "by_weekday",
    "within_days", "increase", "decrease",
}  # fmt: skip
HOLIDAY_POLICIES = {"extend", "advance", "keep"}
INDEX_SCOPES = {"own", "parent", "none"}

# What the scopes of targets.csv mean in kinds of units.
SCOPE_KINDS = {"department": "department", "street": "street", "town": "town", "county": "county"}


class PlanError(Exception):
    """A plan folder that cannot be used: names the file, the line and the reason (Chinese)."""

    def __init__(self, file: Path | str, line: int | None, reason: str) -> None:
        where = f"{file}" + (f" 第 {line} 行" if line else "")
        super().__init__(f"方案文件有误：{where}：{reason}")
        self.file, self.line, self.reason = str(file), line, reason


@dataclass(frozen=True)
class Row(Mapping[str, str]):
    """One CSV row that remembers its file and line, so that errors can point at it."""

    cells: dict[str, str]
    file: Path
    line: int

    def __getitem__(self, key: str) -> str:
        return self.cells[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def names(self, key: str) -> list[str]:
        """The `;`-separated names of a cell."""
        return [n.strip() for n in self.cells.get(key, "").split(";") if n.strip()]

    def error(self, reason: str) -> PlanError:
        return PlanError(self.file, self.line, reason)

    def day(self, key: str, year: int) -> date | None:
        """A date cell; `--MM-DD` and `xx-MM-DD` take the plan's year; empty gives None."""
        text = self.cells.get(key, "").strip()
        if not text:
            return None
        for prefix in ("--", "xx-"):
            if text.startswith(prefix):
                text = f"{year}-{text.removeprefix(prefix)}"
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.error(f"“{key}”不是日期：{text}，应写成 2022-06-30") from None


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
    def limits(self) -> list[dict[str, Any]]:
        return list(self.settings["limits"])

    @cached_property
    def unit_of_clause(self) -> dict[str, str]:
        """Every name that leads to exactly one roster unit: name, alias or clause name."""
        found: dict[str, str] = {}
        for unit in self.units:
            for name in [unit["name"], *unit.names("clause_names")]:
                found[name] = unit["unit_id"]
        for alias in self.aliases:
            found.setdefault(alias["alias"], alias["unit_id"])
        for clause in self.clause_names:
            for other in clause.names("aliases"):
                if clause["clause_name"] in found:
                    found.setdefault(other, found[clause["clause_name"]])
        return found

    @cached_property
    def collectives(self) -> dict[str, list[str]]:
        """Collective names and the unit kinds they expand to (may be none)."""
        return {
            c["clause_name"]: c.names("expands_to")
            for c in self.clause_names
            if c["meaning"] == "collective"
        }

    def units_of_kinds(self, kinds: Iterable[str]) -> list[str]:
        wanted = set(kinds)
        return [u["unit_id"] for u in self.units if u["kind"] in wanted]

    def lead_of(self, task: Row) -> str | None:
        """The unit that answers for a task: clause actor, else lead, else the first named unit."""
        for column in ("clause_actor", "lead_departments", "responsible_departments"):
            for name in task.names(column):
                if name in self.unit_of_clause:
                    return self.unit_of_clause[name]
        return None

    def responsible_units(self, task: Row) -> list[str]:
        """Lead first, then everybody the clause names, collective names expanded."""
        lead = self.lead_of(task)
        found = dict.fromkeys([lead] if lead else [])
        named = task.names("lead_departments") + task.names("responsible_departments")
        for name in task.names("clause_actor") or named:  # an actor stands for the whole clause
            if name in self.unit_of_clause:
                found[self.unit_of_clause[name]] = None
            for unit_id in self.units_of_kinds(self.collectives.get(name, ())):
                found[unit_id] = None
        return list(found)

    def applies(self, unit_id: str, subject: str, subject_id: str) -> bool:
        """Whether the matrix lets a duty or metric apply to a unit."""
        return not any(
            a["unit_id"] == unit_id
            and a["subject"] == subject
            and a["subject_id"] == subject_id
            and a["state"] in {"not", "exempt"}
            for a in self.applicability
        )

    def duty_units(self, duty: Row) -> list[str]:
        """The units that owe a duty, after the matrix."""
        owing: dict[str, None] = {}
        for name in duty.names("units"):
            for unit_id in self.units_of_kinds([name]) if name in UNIT_KINDS else [name]:
                if self.applies(unit_id, "duty", duty["duty_id"]):
                    owing[unit_id] = None
        return list(owing)

    def target_due(self, target: Row) -> date | None:
        return target.day("due_date", self.year)

    def target_kinds(self, target: Row) -> list[str]:
        """The unit kinds a target is also measured for; empty: plan scope only."""
        return [SCOPE_KINDS[s] for s in target.names("scope") if s in SCOPE_KINDS]

    def binding(self, target_id: str) -> Row:
        return next(b for b in self.bindings if b["target_id"] == target_id)


def load_plan(folder: Path) -> Plan:
    """Read and validate one plan folder. Raises PlanError with file, line and reason."""
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
    table = {
        name: _read_csv(folder / f"{name}.csv", required)
        for name, required in (
            ("tasks", "task_id parent_id task_kind title deadline done_by"),
            ("targets", "target_id task_id metric_id comparator value unit scope hardness kind"),
            ("units", "unit_id name kind ranking_group uscc clause_names"),
            ("aliases", "unit_id alias valid_from valid_to"),
            ("clause_names", "clause_name meaning expands_to aliases"),
            ("bindings", "target_id measure parameters"),
            ("duties", "duty_id task_id metric_id ledgers cadence due_day units"),
            ("applicability", "unit_id subject subject_id state reason"),
        )
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
        **table,
    )
    for check in (_check_settings, _check_units, _check_tasks, _check_targets, _check_duties):
        check(plan)
    return plan


def load_plans(home_plans: Path | None = None) -> dict[str, Plan]:
    """All plans by id: those shipped with the product, then those of the home."""
    found: dict[str, Plan] = {}
    for root in (SHIPPED_PLANS, home_plans):
        if root is None or not root.is_dir():
            continue
        for folder in sorted(p for p in root.iterdir() if p.is_dir()):
            if folder.name in found:
                raise PlanError(folder, None, f"方案编号 {folder.name} 已被占用，请换一个")
            found[folder.name] = load_plan(folder)
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
        starts = [date(1900, 1, 1), *_boundaries(entries)]
        for start, end, (_, plan, limit) in zip(
            starts, [*starts[1:], date(2200, 1, 1)], entries, strict=True
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


def _read_csv(path: Path, required: str) -> list[Row]:
    if not path.is_file():
        raise PlanError(path, None, "缺少这个文件（没有内容时也要有表头）")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(required.split()) - set(reader.fieldnames or [])
        if missing:
            raise PlanError(path, 1, f"缺少列：{'、'.join(sorted(missing))}")
        rows = []
        for values in reader:
            if None in values or None in values.values():
                raise PlanError(path, reader.line_num, "列数与表头不一致")
            rows.append(Row(dict(values), path, reader.line_num))
        return rows


def _check_unique(rows: list[Row], key: str) -> None:
    seen: set[str] = set()
    for row in rows:
        if row[key] in seen:
            raise row.error(f"“{row[key]}”重复")
        seen.add(row[key])


def _check_settings(plan: Plan) -> None:
    toml = plan.folder / "plan.toml"
    if plan.holiday_policy not in HOLIDAY_POLICIES:
        raise PlanError(toml, None, f"holiday_policy 应为 {'/'.join(sorted(HOLIDAY_POLICIES))}")
    if plan.settings.get("index_scope", "none") not in INDEX_SCOPES:
        raise PlanError(toml, None, f"index_scope 应为 {'/'.join(sorted(INDEX_SCOPES))}")
    for limit in plan.limits:
        if limit.get("kind") not in {"workday", "natural"} or "days" not in limit:
            raise PlanError(toml, None, "limits 需写 days 和 kind（workday 或 natural）")
    weights = plan.settings.get("weights")
    if weights and abs(sum(weights.values()) - 100) > 1e-9:
        raise PlanError(toml, None, f"weights 合计为 {sum(weights.values())}，应为 100")


def _check_units(plan: Plan) -> None:
    _check_unique(plan.units, "unit_id")
    known = {u["unit_id"] for u in plan.units}
    for unit in plan.units:
        if unit["kind"] not in UNIT_KINDS:
            raise unit.error(f"单位类型“{unit['kind']}”不认识")
        if unit["ranking_group"] not in RANKING_GROUPS:
            raise unit.error(f"排名组“{unit['ranking_group']}”不认识")
        if unit["name"] in plan.collectives:
            raise unit.error(f"“{unit['name']}”是集合名称，不能作为承担结果的单位")
    for row in [*plan.aliases, *plan.applicability]:
        if row["unit_id"] not in known:
            raise row.error(f"单位 {row['unit_id']} 不在名册 units.csv 中")


def _check_tasks(plan: Plan) -> None:
    _check_unique(plan.tasks, "task_id")
    known = {t["task_id"] for t in plan.tasks}
    words = plan.unit_of_clause.keys() | {c["clause_name"] for c in plan.clause_names}
    for task in plan.tasks:
        if task["task_kind"] not in TASK_KINDS:
            raise task.error(f"任务类型“{task['task_kind']}”不认识")
        if task["parent_id"] and task["parent_id"] not in known:
            raise task.error(f"上级任务 {task['parent_id']} 不存在")
        task.day("deadline", plan.year)
        for column in ("clause_actor", "lead_departments", "responsible_departments"):
            for name in task.names(column):
                if name not in words:
                    raise task.error(f"责任单位“{name}”不在名册或 clause_names.csv 中")


def _check_targets(plan: Plan) -> None:
    _check_unique(plan.targets, "target_id")
    tasks = {t["task_id"] for t in plan.tasks}
    bound = {b["target_id"] for b in plan.bindings}
    duties = {d["duty_id"] for d in plan.duties}
    for target in plan.targets:
        if target["task_id"] not in tasks:
            raise target.error(f"目标挂在不存在的任务 {target['task_id']} 上")
        if target["comparator"] not in COMPARATORS:
            raise target.error(f"比较方式“{target['comparator']}”不认识")
        if target["target_id"] not in bound:
            raise target.error("bindings.csv 中没有写明怎样测量")
        plan.target_due(target)
    _check_unique(plan.bindings, "target_id")
    known = {t["target_id"] for t in plan.targets}
    for binding in plan.bindings:
        if binding["target_id"] not in known:
            raise binding.error(f"目标 {binding['target_id']} 不存在")
        kind, _, what = binding["measure"].partition(":")
        if kind not in {"ledger", "duty", "deliverable", "declaration"}:
            raise binding.error(f"测量方式“{binding['measure']}”不认识")
        if kind == "duty" and what not in duties:
            raise binding.error(f"义务 {what} 不在 duties.csv 中")


def _check_duties(plan: Plan) -> None:
    _check_unique(plan.duties, "duty_id")
    units = {u["unit_id"] for u in plan.units}
    tasks = {t["task_id"] for t in plan.tasks}
    for duty in plan.duties:
        if duty["task_id"] not in tasks:
            raise duty.error(f"任务 {duty['task_id']} 不存在")
        if duty["cadence"] != "monthly":
            raise duty.error(f"周期“{duty['cadence']}”不认识")
        for name in duty.names("units"):
            if name not in UNIT_KINDS and name not in units:
                raise duty.error(f"“{name}”既不是单位类型也不是名册中的单位")
        if not duty_day_ok(duty["due_day"]):
            raise duty.error(f"到期日“{duty['due_day']}”应为 1–31 的数")


def duty_day_ok(text: str) -> bool:
    """Whether a due day is a day of the month."""
    return text.isdigit() and 1 <= int(text) <= 31
