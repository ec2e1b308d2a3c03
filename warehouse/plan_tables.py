"""The tables of the `ref` schema that come straight from the plans (docs/architecture.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from warehouse.bindings import parse_parameters
from warehouse.codes import load_codes
from warehouse.normalise import name_key
from warehouse.plan_rows import FAR_FUTURE, FAR_PAST, Row, Validity, overlap
from warehouse.plans import Plan, limit_ranges

Schema = Mapping[str, Any]
Table = tuple[Schema, list[tuple[Any, ...]]]

_VALIDITY = {"valid_from": pl.Date, "valid_to": pl.Date}


def plan_tables(plans: Iterable[Plan]) -> dict[str, Table]:
    """Schema and rows of every table, by table name. Raises PlanError where two plans of one place
    contradict each other."""
    chosen = list(plans)
    return {
        "plans": _plans(chosen),
        "limits": _limits(chosen),
        "units": _units(chosen),
        "unit_titles": _unit_titles(chosen),
        "unit_codes": _unit_codes(chosen),
        "unit_heirs": _unit_heirs(chosen),
        "unit_names": _unit_names(chosen),
        "applicability": _applicability(chosen),
        "tasks": _tasks(chosen),
        "task_units": _task_units(chosen),
        "targets": _targets(chosen),
        "target_parameters": _target_parameters(chosen),
        "assessment_parts": _assessment_parts(chosen),
        "index_owners": _index_owners(chosen),
        "carried_over": _carried_over(chosen),
        "regions": _regions(chosen),
    }


def _texts(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), pl.Utf8)


def _plans(plans: Iterable[Plan]) -> Table:
    schema = (
        _texts("plan_id place_id title short_title")
        | {"year": pl.Int32, "year_start": pl.Date, "year_end": pl.Date}
        | {"period_start": pl.Date, "period_end": pl.Date}
        | _texts("index_scope index_version index_city index_group figures holiday_policy subjects")
        | {"is_sample": pl.Boolean, "min_rank_records": pl.Int32}
    )
    return schema, [
        (
            p.id, p.place_id, p.title, p.short_title, p.year, date(p.year, 1, 1),
            date(p.year, 12, 31), p.period_start, p.period_end, p.index_scope,
            p.settings.get("index_version"), p.settings.get("index_city"),
            p.settings.get("index_group"), p.figures, p.holiday_policy, p.subjects, p.is_sample,
            p.min_rank_records,
        )
        for p in plans
    ]  # fmt: skip


def _limits(plans: Iterable[Plan]) -> Table:
    schema = (
        _texts("place_id plan_id") | _VALIDITY | {"limit_days": pl.Int32, "limit_kind": pl.Utf8}
    )
    return schema, list(limit_ranges(plans))


def _units(plans: Iterable[Plan]) -> Table:
    """The units of a plan that exist on any day of its year."""
    schema = (
        _texts("plan_id place_id unit_id name kind ranking_group uscc")
        | {"is_rankable": pl.Boolean, "clause_names": pl.Utf8, "successor": pl.Utf8}
        | _VALIDITY
        | {"sort_order": pl.Int32}
    )
    return schema, [
        (
            p.id, p.place_id, u["unit_id"], u["name"], u["kind"], u["ranking_group"], u["uscc"],
            u["ranking_group"] != "listed", u["clause_names"], u.get("successor") or None,
            *u.validity, order,
        )
        for p in plans
        for order, u in enumerate(p.units)
        if p.is_serving(u["unit_id"])
    ]  # fmt: skip


def _unit_titles(plans: Iterable[Plan]) -> Table:
    """The official name of each unit on each day since it exists: its titles, in between the name
    of the roster, after a merger the name of the unit that it went into. Of two plans of a place
    the later one tells."""
    schema = _texts("place_id unit_id title") | _VALIDITY
    found = {
        (plan.place_id, unit_id): _titles_of(plan, unit_id)
        for plan in sorted(plans, key=lambda plan: plan.year)
        for unit_id in plan.roster
    }
    return schema, [(*key, *title) for key, titles in found.items() for title in titles]


def _titles_of(plan: Plan, unit_id: str) -> list[tuple[str, date, date]]:
    unit = plan.roster[unit_id]
    start, end = unit.validity
    titles = [a for a in plan.aliases if a["unit_id"] == unit_id and a.get("kind") == "title"]
    found: list[tuple[str, date, date]] = []
    for alias in sorted(titles, key=lambda a: a.validity):
        first, last = max(alias.validity[0], start), min(alias.validity[1], end)
        if first < last:
            found += [(unit["name"], start, first)] if start < first else []
            found.append((alias["alias"], first, last))
            start = last
    if start < end:
        found.append((unit["name"], start, end))
    for heir in plan.heirs(unit_id)[1:2]:
        found += [
            (title, max(first, end), last)
            for title, first, last in _titles_of(plan, heir)
            if last > end
        ]
    return found


def _unit_codes(plans: Iterable[Plan]) -> Table:
    schema = _texts("place_id uscc unit_id")
    found = {(p.place_id, u["uscc"]): u["unit_id"] for p in plans for u in p.units if u["uscc"]}
    return schema, [(place, uscc, unit) for (place, uscc), unit in found.items()]


def _unit_heirs(plans: Iterable[Plan]) -> Table:
    """Who stands for a unit when: itself until it is merged, then what it was merged into. Of two
    plans of a place the later one knows better."""
    schema = _texts("place_id unit_id heir_id") | _VALIDITY
    lines: dict[tuple[str, str], list[tuple[str, Validity]]] = {}
    for plan in sorted(plans, key=lambda p: p.year):
        for unit in plan.units:
            line: list[tuple[str, Validity]] = []
            start = FAR_PAST
            for heir in plan.heirs(unit["unit_id"]):
                is_last = not plan.roster[heir].get("successor")
                end = FAR_FUTURE if is_last else plan.roster[heir].validity[1]
                if start < end:
                    line.append((heir, (start, end)))
                    start = end
            lines[plan.place_id, unit["unit_id"]] = line
    return schema, [
        (place, unit, heir, *validity)
        for (place, unit), line in lines.items()
        for heir, validity in line
    ]


def _unit_names(plans: Iterable[Plan]) -> Table:
    """Names, aliases and clause names. Where two plans of a place carry the same name of the same
    unit, the name holds from the earlier start to the later end."""
    schema = _texts("place_id name_norm unit_id") | _VALIDITY
    carried: dict[tuple[str, str], dict[str, list[Validity]]] = {}
    for plan in plans:
        named = [(u["name"], u) for u in plan.units]
        named += [(name, u) for u in plan.units for name in u.names("clause_names")]
        named += [(a["alias"], a) for a in plan.aliases]
        for name, row in named:
            by_unit = carried.setdefault((plan.place_id, name_key(name) or ""), {})
            _refuse_overlap(by_unit, name, row)
            by_unit.setdefault(row["unit_id"], []).append(row.validity)
    return schema, [
        (place, name, unit, min(start for start, _ in held), max(end for _, end in held))
        for (place, name), by_unit in carried.items()
        for unit, held in by_unit.items()
    ]


def _refuse_overlap(by_unit: Mapping[str, list[Validity]], name: str, row: Row) -> None:
    for unit, held in by_unit.items():
        if unit != row["unit_id"] and any(overlap(row.validity, other) for other in held):
            raise row.error(f"名称“{name}”同一时期属于两个单位：{unit} 和 {row['unit_id']}")


def _applicability(plans: Iterable[Plan]) -> Table:
    texts = "unit_id subject subject_id state reason"
    schema = _texts(f"plan_id {texts}") | _VALIDITY
    return schema, [
        (p.id, *(row[name] for name in texts.split()), *row.validity)
        for p in plans
        for row in p.applicability
    ]


def _tasks(plans: Iterable[Plan]) -> Table:
    """`responsible` is the clause's own words, else the units of the decomposition, whose note
    (`decomposition`) says whose it is."""
    schema = (
        _texts("plan_id task_id parent_id task_kind section title responsible")
        | {"deadline": pl.Date}
        | _texts("cadence done_by lead_unit_id decomposition note")
        | {"sort_order": pl.Int32}
    )
    rows = []
    for plan in plans:
        for order, task in enumerate(plan.tasks):
            lead, decomposed = plan.lead_of(task), plan.decomposed(task)
            words = (
                task["clause_actor"] or task["lead_departments"] or task["responsible_departments"]
            )
            if not words and decomposed and lead:
                words = plan.roster[lead]["name"]
            rows.append(
                (
                    plan.id, task["task_id"], task["parent_id"] or None, task["task_kind"],
                    task["section"], task["title"], words, plan.deadline_of(task),
                    task["cadence"], task["done_by"] or None, lead,
                    decomposed["note"] if decomposed else None, task["note"], order,
                )
            )  # fmt: skip
    return schema, rows


def _task_units(plans: Iterable[Plan]) -> Table:
    schema = _texts("plan_id task_id unit_id role")
    rows = []
    for plan in plans:
        for task in plan.tasks:
            lead = plan.lead_of(task)
            for unit_id in plan.responsible_units(task):
                role = "lead" if unit_id == lead else "assist"
                rows.append((plan.id, task["task_id"], unit_id, role))
    return schema, rows


def _targets(plans: Iterable[Plan]) -> Table:
    """One row per version of a target; most have one, which holds always."""
    texts = (
        "target_id task_id metric_id metric_name_zh definition comparator value unit scope "
        "recurrence stretch_value hardness kind due_basis legal_status legal_note note"
    )
    schema = (
        _texts(f"plan_id {texts}")
        | {"due_date": pl.Date, "measure": pl.Utf8, "scope_kinds": pl.Utf8}
        | _VALIDITY
        | {"sort_order": pl.Int32}
    )
    return schema, [
        (
            p.id, *(target[name] for name in texts.split()), p.target_due(target),
            p.binding(target["target_id"])["measure"], ";".join(p.target_kinds(target)),
            *target.validity, order,
        )
        for p in plans
        for order, target in enumerate(p.targets)
    ]  # fmt: skip


def _target_parameters(plans: Iterable[Plan]) -> Table:
    schema = _texts("plan_id target_id name value")
    return schema, [
        (p.id, binding["target_id"], name, value)
        for p in plans
        for binding in p.bindings
        for name, values in parse_parameters(binding["parameters"]).items()
        for value in values
    ]


def _assessment_parts(plans: Iterable[Plan]) -> Table:
    schema = (
        _texts("plan_id part_id title metric_id")
        | {"weight": pl.Float64, "comparator": pl.Utf8, "target": pl.Float64}
        | _VALIDITY
        | {"sort_order": pl.Int32, "note": pl.Utf8}
    )
    return schema, [
        (
            p.id, part["part_id"], part["title"], part["metric_id"], float(part["weight"]),
            part["comparator"], float(part["target"]), *part.validity, order, part["note"],
        )
        for p in plans
        for order, part in enumerate(p.assessment)
    ]  # fmt: skip


def _index_owners(plans: Iterable[Plan]) -> Table:
    texts = "indicator_id unit_id doc_no"
    schema = _texts(f"plan_id {texts}") | _VALIDITY
    return schema, [
        (p.id, *(row[name] for name in texts.split()), *row.validity)
        for p in plans
        for row in p.index_owners
    ]


def _carried_over(plans: Iterable[Plan]) -> Table:
    """What a plan took over from the year before: open tasks, cases, debts, commitments."""
    schema = _texts("plan_id kind item_id title unit_id state") | {"since": pl.Date}
    return schema, [
        (p.id, *(row[name] for name in ("kind", "id", "title", "unit", "state")), row.day("since"))
        for p in plans
        for row in p.carried_over
    ]


def _regions(plans: Iterable[Plan]) -> Table:
    """Region codes: those of the whole country (place_id null), those that a place has added."""
    own = {(p.place_id, row["code"]): row["name"] for p in plans for row in p.regions}
    everywhere = [(None, code.code, code.label) for code in load_codes()["region"].values()]
    return _texts("place_id code name"), [*everywhere, *((*key, n) for key, n in own.items())]
