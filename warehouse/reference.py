"""Fills the `ref` schema from the plans and the calendar: what the models judge against."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

import duckdb
import polars as pl

from warehouse.calendar import Calendar
from warehouse.normalise import name_key
from warehouse.plans import Plan, Row, limit_ranges

FAR_PAST, FAR_FUTURE = date(1900, 1, 1), date(2200, 1, 1)

Schema = Mapping[str, Any]

PERIODS: Schema = {
    "plan_id": pl.Utf8, "place_id": pl.Utf8, "period": pl.Utf8, "period_kind": pl.Utf8,
    "start_date": pl.Date, "end_date": pl.Date, "cutoff_date": pl.Date, "judging_date": pl.Date,
    "known_date": pl.Date,
}  # fmt: skip


def load_reference(
    con: duckdb.DuckDBPyConnection,
    plans: Mapping[str, Plan],
    calendar: Calendar,
    as_of: date,
    mode: Literal["build", "check"],
) -> None:
    """Create and fill every table of `ref` (columns: docs/architecture.md).

    In mode `check` the limits of the plans given hold for all dates, whatever their year.
    """
    con.execute("create schema if not exists ref")
    chosen = list(plans.values())
    tables: dict[str, tuple[Schema, Sequence[Sequence[Any]]]] = {
        "run": ({"mode": pl.Utf8, "as_of": pl.Date}, [(mode, as_of)]),
        "plans": _plans(chosen),
        "periods": (PERIODS, [p for plan in chosen for p in periods_of(plan, as_of)]),
        "limits": _limits(chosen),
        "units": _units(chosen),
        "unit_codes": _unit_codes(chosen),
        "unit_names": _unit_names(chosen),
        "tasks": _tasks(chosen),
        "task_units": _task_units(chosen),
        "targets": _targets(chosen),
        "duties": _duties(chosen),
        "duty_ledgers": _duty_ledgers(chosen),
        "obligations": _obligations(chosen, calendar),
    }
    for name, (schema, rows) in tables.items():
        write_table(con, f"ref.{name}", pl.DataFrame(rows, schema=dict(schema), orient="row"))
    write_table(con, "ref.calendar", _calendar_rows(calendar))


def write_table(con: duckdb.DuckDBPyConnection, relation: str, frame: pl.DataFrame) -> None:
    """Replace one table by a frame."""
    con.register("incoming", frame)
    con.execute(f"drop table if exists {relation}")
    con.table("incoming").create(relation)
    con.unregister("incoming")


def periods_of(plan: Plan, as_of: date) -> list[tuple[Any, ...]]:
    """Months, quarters, the year and the spans from January to each month of a plan year.

    A span (`2022-01..2022-06`) is what continuous and annual targets are measured over.
    """
    found = []
    for month in range(1, 13):
        found.append(_period(plan, f"{plan.year}-{month:02d}", "month", month, month, as_of))
    for quarter in range(1, 5):
        first = quarter * 3 - 2
        found.append(_period(plan, f"{plan.year}-Q{quarter}", "quarter", first, first + 2, as_of))
    found.append(_period(plan, f"{plan.year}", "year", 1, 12, as_of))
    for month in range(1, 13):
        label = f"{plan.year}-01..{plan.year}-{month:02d}"
        found.append(_period(plan, label, "span", 1, month, as_of))
    return found


def span_to(period_end: date) -> str:
    """The label of the span that ends with a period."""
    return f"{period_end.year}-01..{period_end.year}-{period_end.month:02d}"


def _period(
    plan: Plan, label: str, kind: str, first: int, last: int, as_of: date
) -> tuple[Any, ...]:
    end = date(plan.year, last, monthrange(plan.year, last)[1])
    cutoff = _day_in_month(plan.year, last + 1, plan.cutoff_day)
    start = date(plan.year, first, 1)
    judging = min(as_of, cutoff)
    return (plan.id, plan.place_id, label, kind, start, end, cutoff, judging, min(as_of, end))


def _day_in_month(year: int, month: int, day: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def _calendar_rows(calendar: Calendar) -> pl.DataFrame:
    """The calendar with what equi-joins need: a day number, and the ordinal of the day before."""
    return (
        calendar.rows()
        .sort("date")
        .with_columns(
            day_number=pl.col("date").cast(pl.Int32),
            ordinal_before=pl.when(pl.col("is_published"))
            .then(pl.col("workday_ordinal") - pl.col("is_workday").cast(pl.Int32))
            .otherwise(None),
        )
    )


def _plans(plans: Iterable[Plan]) -> tuple[Schema, list[tuple[Any, ...]]]:
    schema = {
        "plan_id": pl.Utf8, "place_id": pl.Utf8, "title": pl.Utf8, "short_title": pl.Utf8,
        "year": pl.Int32, "year_start": pl.Date, "year_end": pl.Date, "period_start": pl.Date,
        "period_end": pl.Date, "index_scope": pl.Utf8, "is_sample": pl.Boolean,
        "min_rank_records": pl.Int32,
    }  # fmt: skip
    return schema, [
        (
            p.id, p.place_id, p.title, p.short_title, p.year, date(p.year, 1, 1),
            date(p.year, 12, 31), p.period_start, p.period_end,
            p.settings.get("index_scope", "none"), p.is_sample,
            p.settings.get("min_rank_records", 10),
        )
        for p in plans
    ]  # fmt: skip


def _limits(plans: Iterable[Plan]) -> tuple[Schema, list[tuple[Any, ...]]]:
    schema = {
        "place_id": pl.Utf8, "plan_id": pl.Utf8, "valid_from": pl.Date, "valid_to": pl.Date,
        "limit_days": pl.Int32, "limit_kind": pl.Utf8,
    }  # fmt: skip
    return schema, list(limit_ranges(plans))


def _units(plans: Iterable[Plan]) -> tuple[Schema, list[tuple[Any, ...]]]:
    schema = {
        "plan_id": pl.Utf8, "place_id": pl.Utf8, "unit_id": pl.Utf8, "name": pl.Utf8,
        "kind": pl.Utf8, "ranking_group": pl.Utf8, "uscc": pl.Utf8, "is_rankable": pl.Boolean,
        "clause_names": pl.Utf8, "sort_order": pl.Int32,
    }  # fmt: skip
    return schema, [
        (
            p.id, p.place_id, u["unit_id"], u["name"], u["kind"], u["ranking_group"], u["uscc"],
            u["ranking_group"] != "listed", u["clause_names"], order,
        )
        for p in plans
        for order, u in enumerate(p.units)
    ]  # fmt: skip


def _unit_codes(plans: Iterable[Plan]) -> tuple[Schema, list[tuple[Any, ...]]]:
    schema = {"place_id": pl.Utf8, "uscc": pl.Utf8, "unit_id": pl.Utf8}
    found = {(p.place_id, u["uscc"]): u["unit_id"] for p in plans for u in p.units if u["uscc"]}
    return schema, [(place, uscc, unit) for (place, uscc), unit in found.items()]


def _unit_names(plans: Iterable[Plan]) -> tuple[Schema, list[tuple[Any, ...]]]:
    """Names, aliases and clause names. Where two plans of a place carry the same name of the same
    unit, the name holds from the earlier start to the later end."""
    schema = {
        "place_id": pl.Utf8, "name_norm": pl.Utf8, "unit_id": pl.Utf8,
        "valid_from": pl.Date, "valid_to": pl.Date,
    }  # fmt: skip
    spans: dict[tuple[str, str, str], list[tuple[date, date]]] = {}
    for plan in plans:
        named = [(u["name"], u) for u in plan.units]
        named += [(name, u) for u in plan.units for name in u.names("clause_names")]
        named += [(a["alias"], a) for a in plan.aliases]
        for name, row in named:
            key = (plan.place_id, name_key(name) or "", row["unit_id"])
            span = (row.day("valid_from", plan.year) or FAR_PAST,
                    row.day("valid_to", plan.year) or FAR_FUTURE)  # fmt: skip
            _refuse_overlap(spans, key, span, row)
            spans.setdefault(key, []).append(span)
    return schema, [
        (place, name, unit, min(s for s, _ in found), max(e for _, e in found))
        for (place, name, unit), found in spans.items()
    ]


def _refuse_overlap(
    spans: Mapping[tuple[str, str, str], list[tuple[date, date]]],
    key: tuple[str, str, str],
    span: tuple[date, date],
    row: Row,
) -> None:
    for (place, name, unit), others in spans.items():
        if (place, name) == key[:2] and unit != key[2]:
            for start, end in others:
                if span[0] < end and start < span[1]:
                    raise row.error(f"名称“{name}”同一时期属于两个单位：{unit} 和 {key[2]}")


def _tasks(plans: Iterable[Plan]) -> tuple[Schema, list[tuple[Any, ...]]]:
    schema = {
        "plan_id": pl.Utf8, "task_id": pl.Utf8, "parent_id": pl.Utf8, "task_kind": pl.Utf8,
        "section": pl.Utf8, "title": pl.Utf8, "responsible": pl.Utf8, "deadline": pl.Date,
        "cadence": pl.Utf8, "done_by": pl.Utf8, "lead_unit_id": pl.Utf8, "note": pl.Utf8,
        "sort_order": pl.Int32,
    }  # fmt: skip
    return schema, [
        (
            p.id, t["task_id"], t["parent_id"] or None, t["task_kind"], t["section"], t["title"],
            t["clause_actor"] or t["lead_departments"] or t["responsible_departments"],
            t.day("deadline", p.year), t["cadence"], t["done_by"] or None, p.lead_of(t),
            t["note"], order,
        )
        for p in plans
        for order, t in enumerate(p.tasks)
    ]  # fmt: skip


def _task_units(plans: Iterable[Plan]) -> tuple[Schema, list[tuple[Any, ...]]]:
    schema = {"plan_id": pl.Utf8, "task_id": pl.Utf8, "unit_id": pl.Utf8, "role": pl.Utf8}
    rows = []
    for plan in plans:
        for task in plan.tasks:
            lead = plan.lead_of(task)
            for unit_id in plan.responsible_units(task):
                role = "lead" if unit_id == lead else "assist"
                rows.append((plan.id, task["task_id"], unit_id, role))
    return schema, rows


def _targets(plans: Iterable[Plan]) -> tuple[Schema, list[tuple[Any, ...]]]:
    texts = [
        "target_id", "task_id", "metric_id", "metric_name_zh", "definition", "comparator", "value",
        "unit", "scope", "recurrence", "stretch_value", "hardness", "kind", "due_basis",
        "legal_status", "legal_note", "note",
    ]  # fmt: skip
    schema = (
        {"plan_id": pl.Utf8}
        | dict.fromkeys(texts, pl.Utf8)
        | {"due_date": pl.Date, "measure": pl.Utf8, "scope_kinds": pl.Utf8, "sort_order": pl.Int32}
    )
    rows = []
    for plan in plans:
        for order, target in enumerate(plan.targets):
            measure = plan.binding(target["target_id"])["measure"]
            kinds = ";".join(plan.target_kinds(target))
            texts_of = (target[name] for name in texts)
            rows.append((plan.id, *texts_of, plan.target_due(target), measure, kinds, order))
    return schema, rows


def _duties(plans: Iterable[Plan]) -> tuple[Schema, list[tuple[Any, ...]]]:
    schema = {
        "plan_id": pl.Utf8, "place_id": pl.Utf8, "duty_id": pl.Utf8, "title": pl.Utf8,
        "task_id": pl.Utf8, "metric_id": pl.Utf8, "basis": pl.Utf8,
    }  # fmt: skip
    return schema, [
        (p.id, p.place_id, d["duty_id"], d["title"], d["task_id"], d["metric_id"], d["basis"])
        for p in plans
        for d in p.duties
    ]


def _duty_ledgers(plans: Iterable[Plan]) -> tuple[Schema, list[tuple[Any, ...]]]:
    schema = {"plan_id": pl.Utf8, "duty_id": pl.Utf8, "ledger": pl.Utf8}
    return schema, [
        (p.id, d["duty_id"], ledger)
        for p in plans
        for d in p.duties
        for ledger in d["ledgers"].split("+")
        if ledger
    ]


def _obligations(plans: Iterable[Plan], calendar: Calendar) -> tuple[Schema, list[tuple[Any, ...]]]:
    """One row per duty, unit and period covered: what is owed, and the day it is due."""
    schema = {
        "plan_id": pl.Utf8, "place_id": pl.Utf8, "duty_id": pl.Utf8, "unit_id": pl.Utf8,
        "period_covered": pl.Utf8, "covered_month": pl.Date, "due_date": pl.Date,
        "due_month": pl.Date,
    }  # fmt: skip
    rows = []
    for plan in plans:
        for duty in plan.duties:
            units = plan.duty_units(duty)
            for covered, due in _monthly_dues(plan, duty, calendar):
                for unit_id in units:
                    rows.append(
                        (plan.id, plan.place_id, duty["duty_id"], unit_id, f"{covered:%Y-%m}",
                         covered, due, due.replace(day=1))
                    )  # fmt: skip
    return schema, rows


def _monthly_dues(plan: Plan, duty: Row, calendar: Calendar) -> list[tuple[date, date]]:
    """(first day of the month covered, due date after the holiday policy) of each due date in the
    plan year."""
    first_due = duty.day("first_due", plan.year) or plan.period_start
    offset = int(duty["due_month_offset"] or 0)
    found = []
    for month in range(1, 13):
        nominal = _day_in_month(plan.year, month, int(duty["due_day"]))
        due = moved_due(nominal, plan.holiday_policy, calendar)
        if first_due <= due <= plan.period_end:
            found.append((_day_in_month(plan.year, month - offset, 1), due))
    return found


def moved_due(due: date, policy: str, calendar: Calendar) -> date:
    """A due date after the holiday policy: `extend` to the next working day, `advance` to the one
    before, `keep`. In a year whose calendar is not published the date stays."""
    step = {"extend": 1, "advance": -1}.get(policy, 0)
    day = due
    while step and calendar.is_published(day) and not calendar.is_workday(day):
        day += timedelta(days=step)
    return day if calendar.is_published(day) else due
