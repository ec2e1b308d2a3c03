"""Figures, targets and lights of a plan or of one unit in a period."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl

from dashboard.queries.statements import fetch
from warehouse.metrics import load_metrics

# One rate of the three by its short name, as pages and charts call it.
THREE_RATES = {
    "publicity_report_rate": "上报率",
    "publicity_compliance_rate": "合规率",
    "publicity_timeliness_rate": "及时率",
}


def read_metrics(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """Every metric of a plan or a unit with its value a period before (metric_values.sql)."""
    return fetch(con, "metric_values", plan=plan, period=period, unit=unit)


def read_targets(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None = None
) -> pl.DataFrame:
    """Every target with value, status and light in a period (targets.sql)."""
    return fetch(con, "targets", plan=plan, period=period, unit=unit)


def read_clause_lights(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """One light per clause (clause_lights.sql)."""
    return fetch(con, "clause_lights", plan=plan, period=period)


def read_units(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """One row per unit of the roster with its figures (units.sql)."""
    return fetch(con, "units", plan=plan, period=period)


def read_rates_by_month(
    con: duckdb.DuckDBPyConnection, plan: str, unit: str | None = None
) -> pl.DataFrame:
    """The three rates by month and ledger (rates_by_month.sql)."""
    return fetch(con, "rates_by_month", plan=plan, unit=unit)


def read_coming_dates(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """What falls due within 14 days after the judging day (coming_dates.sql)."""
    return fetch(con, "coming_dates", plan=plan, period=period)


# How a fact of a mart is shown to a reader: select list and joins; {facts} is the mart's alias `f`.
_SHOWN = {
    "marts.publicity_record_periods": (
        """w.ledger, coalesce(u.name, f.unit_id) as unit, w.document_no, w.counterparty_name,
        r.first_decision_date as decision_date, r.report_date, r.limit_date, f.row_id""",
        """join ref.plans as p on f.plan_id = p.plan_id
        join marts.publicity_records as r
            on p.place_id = r.place_id and f.record_key = r.record_key
        join marts.publicity_rows as w on f.row_id = w.row_id and f.ledger = w.ledger""",
    ),
    "marts.publicity_first_pass_periods": (
        """w.ledger, coalesce(u.name, f.unit_id) as unit, w.document_no, w.counterparty_name,
        w.decision_date, w.received_date, f.row_id""",
        "join marts.publicity_rows as w on f.row_id = w.row_id and f.ledger = w.ledger",
    ),
    "marts.decision_periods": (
        """d.decision_type, coalesce(u.name, f.unit_id) as unit, d.document_no, d.counterparty_name,
        d.decision_date, d.report_date, d.limit_date""",
        """join marts.decisions as d
            on f.place_id = d.place_id and f.decision_key = d.decision_key""",
    ),
    "marts.obligation_periods": (
        """d.title as duty, coalesce(u.name, f.unit_id) as unit, f.period_covered, f.due_date,
        f.answered_date""",
        "join ref.duties as d on f.plan_id = d.plan_id and f.duty_id = d.duty_id",
    ),
    "marts.task_periods": (
        "k.title as task, coalesce(u.name, f.unit_id) as unit, f.deadline, f.is_done",
        "join ref.tasks as k on f.plan_id = k.plan_id and f.task_id = k.task_id",
    ),
    "marts.index_periods": (
        """'city_index' as ledger, f.city_name, f.index_period, f.rank, f.score, f.published_date,
        f.row_id""",
        "",
    ),
    "marts.assessment_periods": (
        """'external_assessment' as ledger, f.title, f.assessed_period, f.rank, f.field_size,
        f.published_date, f.row_id""",
        "",
    ),
    "marts.routine_periods": (
        "k.title as task, coalesce(u.name, f.unit_id) as unit, f.state",
        "join ref.tasks as k on f.plan_id = k.plan_id and f.task_id = k.task_id",
    ),
}


def read_facts(
    con: duckdb.DuckDBPyConnection,
    metric_id: str,
    plan: str,
    period: str,
    unit: str | None = None,
) -> pl.DataFrame:
    """The facts behind one figure, from the metric's own definition: what was judged, with `计入`
    (true: in the numerator), those not counted first. Raises KeyError for an unknown metric.
    """
    metric = load_metrics()[metric_id]
    columns, joins = _SHOWN[metric.mart]
    duty = ""
    if metric.per_duty:
        duty = "and d.metric_id = $metric"
    # Conditions come from the product's own metric definitions; values are bound.
    sql = f"""
        with judged as (
            select *, coalesce({metric.hit}, false) as is_hit
            from {metric.mart}
            where plan_id = $plan and period = $period and ({metric.judged})
                and ($unit is null or unit_id = $unit)
        )
        select f.is_hit, {columns}
        from judged as f
        {joins}
        left join ref.units as u on f.plan_id = u.plan_id and f.unit_id = u.unit_id
        where true {duty}
        order by f.is_hit, 3, 4
    """  # noqa: S608  see above
    values: dict[str, Any] = {"plan": plan, "period": period, "unit": unit}
    if duty:
        values["metric"] = metric_id
    facts: pl.DataFrame = con.sql(sql, params=values).pl()
    if metric.family == "count":
        return facts.filter(pl.col("is_hit"))
    return facts
