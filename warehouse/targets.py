"""Targets: each asks a metric for its value over the right span and gets a status and a light."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

from warehouse.contracts import load_contracts
from warehouse.lights import HANDED_IN_COMPARATORS, Answer, Question, gap_text, is_met, judge
from warehouse.metrics import compute_metrics
from warehouse.models import run_models
from warehouse.reference import span_to, write_table

# Recurrences that are measured in the chosen period; the others from January to its end.
PERIODIC = frozenset({"monthly", "weekly", "bimonthly", "quarterly", "semiannual"})

TARGET_SCHEMA: dict[str, Any] = {
    "plan_id": pl.Utf8, "target_id": pl.Utf8, "task_id": pl.Utf8, "metric_id": pl.Utf8,
    "title": pl.Utf8, "kind": pl.Utf8, "hardness": pl.Utf8, "legal_status": pl.Utf8,
    "comparator": pl.Utf8, "threshold": pl.Utf8, "stretch": pl.Utf8, "scope_type": pl.Utf8,
    "scope_id": pl.Utf8, "scope_name": pl.Utf8, "period": pl.Utf8, "period_kind": pl.Utf8,
    "due": pl.Utf8, "value": pl.Utf8, "numerator": pl.Int64, "denominator": pl.Int64,
    "unit": pl.Utf8, "status": pl.Utf8, "light": pl.Utf8, "gap_text": pl.Utf8,
    "measured_by": pl.Utf8, "missing": pl.List(pl.Utf8), "is_counted": pl.Boolean,
    "sort_order": pl.Int32,
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One measured figure of a metric, period and scope."""

    value: float | None
    numerator: int | None
    denominator: int | None


NO_FIGURE = Figure(None, None, None)
Figures = dict[tuple[str, str, str, str, str], Figure]


def compute_targets(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `marts.target_values`, one row per target, begun period and scope, then build the
    progress models and the metrics that stand on the targets.

    `value` and `threshold` are text, since some are dates; numbers are unrounded.
    """
    _write_targets(con, _target_rows(con))
    run_models(con, "progress")
    compute_metrics(con, progress=True)


def _write_targets(con: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]) -> None:
    write_table(con, "marts.target_values", pl.DataFrame(rows, schema=TARGET_SCHEMA))


def _target_rows(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    figures = _read_figures(con)
    units = _units_by_target(con)
    periods = _rows(
        con,
        """
        select p.*, r.as_of, r.as_of <= p.end_date as is_running
        from ref.periods as p cross join ref.run as r
        where p.period_kind <> 'span' and p.start_date <= r.as_of
        order by p.plan_id, p.period
        """,
    )
    names = {p["plan_id"]: p["short_title"] for p in _rows(con, "select * from ref.plans")}
    found = []
    for target in _rows(con, "select * from ref.targets order by plan_id, sort_order"):
        for period in periods:
            if period["plan_id"] == target["plan_id"]:
                title = names[target["plan_id"]]
                scoped = units.get((target["plan_id"], target["target_id"]), [])
                found += _rows_of_target(target, period, figures, scoped, title)
    return found


def _rows_of_target(
    target: dict[str, Any],
    period: dict[str, Any],
    figures: Figures,
    units: list[tuple[str, str]],
    plan_title: str,
) -> list[dict[str, Any]]:
    """The plan row of a target in a period, then one row per unit it is measured for."""
    question = _question(target)
    missing = missing_ledgers(target["measure"])
    label = period["period"]
    if target["recurrence"] not in PERIODIC:
        label = span_to(period["end_date"])

    def figure(scope_type: str, scope_id: str) -> Figure:
        if missing or question.legal_status != "in_force":
            return NO_FIGURE
        key = (target["metric_id"], target["plan_id"], label, scope_type, scope_id)
        return figures.get(key, NO_FIGURE)

    def row(scope_type: str, scope_id: str, scope_name: str, found: Figure) -> dict[str, Any]:
        answer = Answer(
            value=found.value,
            judging_date=period["judging_date"],
            numerator=found.numerator,
            denominator=found.denominator,
            is_period_running=bool(period["is_running"]),
        )
        status, light = judge(question, answer)
        return {
            **{k: target[k] for k in ("plan_id", "target_id", "task_id", "metric_id", "kind")},
            **{k: target[k] for k in ("hardness", "legal_status", "comparator", "sort_order")},
            "title": target["metric_name_zh"],
            "threshold": _text(question.threshold),
            "stretch": target["stretch_value"] or None,
            "scope_type": scope_type,
            "scope_id": scope_id,
            "scope_name": scope_name,
            "period": period["period"],
            "period_kind": period["period_kind"],
            "due": _due_text(target),
            "value": _text(found.value),
            "numerator": found.numerator,
            "denominator": found.denominator,
            "unit": question.unit,
            "status": status,
            "light": light,
            "gap_text": gap_text(question, answer),
            "measured_by": target["measure"],
            "missing": missing,
            "is_counted": question.is_counted,
        }

    by_unit = [(unit_id, name, figure("department", unit_id)) for unit_id, name in units]
    own = figure("plan", target["plan_id"])
    if by_unit and not question.is_rate and "plan" not in target["scope"].split(";"):
        own = _roll_up(question, [f for _, _, f in by_unit if f.value is not None])
    rows = [row("plan", target["plan_id"], plan_title, own)]
    return rows + [row("department", unit_id, name, f) for unit_id, name, f in by_unit]


def _roll_up(question: Question, judged: list[Figure]) -> Figure:
    """Plan figure of a count, day or date that is asked of units: the worst unit's value; the
    parts are units met and units judged."""
    values = [f.value for f in judged if f.value is not None]
    if not values:
        return NO_FIGURE
    more_is_better = question.comparator in {">=", ">", "exists", "increase"}
    worst = min(values) if more_is_better else max(values)
    met = sum(question.threshold is not None and is_met(question, v) for v in values)
    return Figure(worst, met, len(values))


def _question(target: dict[str, Any]) -> Question:
    """What the target asks; hand-in days become a share on time of 100 %."""
    comparator = target["comparator"]
    threshold: float | date | None
    if comparator in HANDED_IN_COMPARATORS:
        threshold, unit = 100.0, "%"
    elif comparator == "exists":
        threshold, unit = 1.0, target["unit"]
    elif comparator == "by_date":
        threshold, unit = target["due_date"], target["unit"]
    else:
        threshold, unit = (float(target["value"]) if target["value"] else None), target["unit"]
    return Question(
        comparator=comparator,
        threshold=threshold,
        unit=unit,
        hardness=target["hardness"],
        kind=target["kind"],
        legal_status=target["legal_status"],
        due=target["due_date"],
    )


def missing_ledgers(measure: str) -> list[str]:
    """The ledgers a measure needs that the product does not have yet."""
    kind, _, what = measure.partition(":")
    wanted = what.split("+") if kind == "ledger" else [] if kind == "duty" else [kind]
    return [ledger for ledger in wanted if ledger not in load_contracts()]


def _due_text(target: dict[str, Any]) -> str | None:
    if target["comparator"] in HANDED_IN_COMPARATORS:
        return str(target["value"])
    return target["due_date"].isoformat() if target["due_date"] else None


def _text(value: float | date | None) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else repr(float(value))


def _read_figures(con: duckdb.DuckDBPyConnection) -> Figures:
    found: Figures = {}
    for table in ("metric_values", "span_values"):
        for row in _rows(con, f"select * from marts.{table}"):  # noqa: S608
            key = (row["metric_id"], row["plan_id"], row["period"], row["scope_type"])
            figure = Figure(row["value"], row["numerator"], row["denominator"])
            found[(*key, row["scope_id"])] = figure
    return found


def _units_by_target(
    con: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """The units a target is measured for, of its kinds: the duty's, else the clause's."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    pairs: Iterable[dict[str, Any]] = _rows(
        con,
        """
        with responsible as (
            select t.plan_id, t.target_id, t.scope_kinds, u.unit_id
            from ref.targets as t
            join ref.task_units as u on t.plan_id = u.plan_id and t.task_id = u.task_id
            where t.measure not like 'duty:%'
            union
            select distinct t.plan_id, t.target_id, t.scope_kinds, o.unit_id
            from ref.targets as t
            join ref.obligations as o
                on t.plan_id = o.plan_id and t.measure = 'duty:' || o.duty_id
        )
        select r.plan_id, r.target_id, u.unit_id, u.name
        from responsible as r
        join ref.units as u on r.plan_id = u.plan_id and r.unit_id = u.unit_id
        where list_contains(string_split(r.scope_kinds, ';'), u.kind)
        order by r.plan_id, r.target_id, u.sort_order
        """,
    )
    for pair in pairs:
        found[pair["plan_id"], pair["target_id"]].append((pair["unit_id"], pair["name"]))
    return found


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = con.sql(sql).pl().to_dicts()
    return rows
