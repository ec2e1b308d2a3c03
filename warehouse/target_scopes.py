"""Of whom and when targets are asked: the begun periods of each plan, the units, the exemptions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb


@dataclass(frozen=True)
class Scope:
    """The plan as a whole or one of its units, and until when the unit exists."""

    kind: str
    id: str
    name: str
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True)
class Setting:
    """A plan's period in which targets are asked, the period before it of the same kind, and the
    months of the plan in it that have begun."""

    plan: Mapping[str, Any]
    period: Mapping[str, Any]
    before: str | None = None
    months: tuple[str, ...] = ()


def read_settings(con: duckdb.DuckDBPyConnection) -> list[Setting]:
    """Every begun month, quarter and year of each plan, in order of plan and day."""
    plans = {p["plan_id"]: p for p in _rows(con, "select * from ref.plans")}
    periods = _rows(
        con,
        """
        select p.*, r.as_of <= p.end_date as is_running
        from ref.periods as p cross join ref.run as r
        where p.period_kind <> 'span' and p.start_date <= r.as_of
        order by p.plan_id, p.start_date, p.end_date
        """,
    )
    months = defaultdict(list)
    for period in periods:
        plan_id = period["plan_id"]
        if (
            period["period_kind"] == "month"
            and period["end_date"] >= plans[plan_id]["period_start"]
        ):
            months[plan_id].append(period)
    found, before = [], dict[tuple[str, str], str]()
    for period in periods:
        plan_id, kind = period["plan_id"], period["period_kind"]
        held = tuple(
            month["period"]
            for month in months[plan_id]
            if period["start_date"] <= month["start_date"] <= period["end_date"]
        )
        found.append(Setting(plans[plan_id], period, before.get((plan_id, kind)), held))
        before[plan_id, kind] = period["period"]
    return found


def units_by_target(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[Scope]]:
    """The units a target is measured for, of its kinds: the duty's, else the clause's."""
    found: dict[tuple[str, str], list[Scope]] = defaultdict(list)
    pairs = _rows(
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
        select r.plan_id, r.target_id, u.unit_id, u.name, u.valid_from, u.valid_to
        from responsible as r
        join ref.units as u on r.plan_id = u.plan_id and r.unit_id = u.unit_id
        where list_contains(string_split(r.scope_kinds, ';'), u.kind)
        order by r.plan_id, r.target_id, u.sort_order
        """,
    )
    for p in pairs:
        unit = Scope("department", p["unit_id"], p["name"], p["valid_from"], p["valid_to"])
        found[p["plan_id"], p["target_id"]].append(unit)
    return found


def exemptions(
    con: duckdb.DuckDBPyConnection,
) -> dict[tuple[str, str, str], list[tuple[date, date]]]:
    """(plan, unit, metric) -> the spans in which the metric does not apply to the unit."""
    found: dict[tuple[str, str, str], list[tuple[date, date]]] = defaultdict(list)
    rows = con.sql(
        "select plan_id, unit_id, subject_id, valid_from, valid_to from ref.applicability "
        "where subject = 'metric' and state in ('not', 'exempt')"
    ).fetchall()
    for plan_id, unit_id, metric_id, valid_from, valid_to in rows:
        found[plan_id, unit_id, metric_id].append((valid_from, valid_to))
    return found


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = con.sql(sql).pl().to_dicts()
    return rows
