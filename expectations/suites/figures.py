"""Suites over the aggregate marts: keys, the arithmetic of rates, and totals that add up.

Figures of closed plans were judged when they were frozen, by the definitions of that day; they are
left to suite `closed`.
"""

from __future__ import annotations

import duckdb

from expectations.suites.closed import closed_plans
from expectations.suites.model import Check, Suite, equal, not_above, unique
from expectations.suites.scores import score_suites
from warehouse.metrics import load_metrics

_KEY = "metric_id || ' ' || plan_id || ' ' || period || ' ' || scope_type || ' ' || scope_id"
_STATUSES = ["met", "missed", "pending", "no_data", "historical"]
_LIGHTS = ["green", "yellow", "red", "grey"]

_VALUES = """
    select
        {key} as subject,
        numerator::double as numerator,
        denominator::double as denominator,
        round(coalesce(value, -1), 9) as value,
        round(coalesce(100.0 * numerator / nullif(denominator, 0), -1), 9) as expected_value
    from marts.{table}
    where {wanted}
"""

# Only what is counted can be added up: rates (sum over sum) and counts, not days or worst values.
_TOTALS = """
    select
        metric_id || ' ' || plan_id || ' ' || period as subject,
        coalesce(sum(numerator) filter (where scope_type = 'plan'), 0)::double as plan_numerator,
        coalesce(sum(numerator) filter (where scope_type <> 'plan'), 0)::double as unit_numerator,
        coalesce(sum(denominator) filter (where scope_type = 'plan'), 0)::double
            as plan_denominator,
        coalesce(sum(denominator) filter (where scope_type <> 'plan'), 0)::double
            as unit_denominator
    from marts.{table}
    where metric_id in (select unnest($metrics)) and (plan_id in ({closed})) is not true
    group by metric_id, plan_id, period
"""


# The figures of targets that have facts of their own; shares among them add up like rates.
_TARGET_FIGURES = """
    select
        plan_id || ' ' || target_id || ' ' || valid_from || ' ' || period || ' ' || scope_type
            || ' ' || scope_id as subject,
        plan_id || ' ' || target_id || ' ' || valid_from || ' ' || period as share,
        scope_type,
        numerator,
        denominator,
        value
    from marts.target_figures
"""
_SHARES = f"""
    select
        subject,
        round(coalesce(value, -1), 9) as value,
        round(coalesce(100.0 * numerator / nullif(denominator, 0), -1), 9) as expected_value
    from ({_TARGET_FIGURES}) as figures
    where numerator is not null and denominator is not null
"""  # noqa: S608 - no part of it comes from outside
_SHARED = f"""
    select
        share as subject,
        coalesce(sum(denominator) filter (where scope_type = 'plan'), 0)::double
            as plan_denominator,
        coalesce(sum(denominator) filter (where scope_type <> 'plan'), 0)::double
            as unit_denominator
    from ({_TARGET_FIGURES}) as figures
    where numerator is not null and denominator is not null
    group by share
"""  # noqa: S608


def figure_suites(con: duckdb.DuckDBPyConnection) -> list[Suite]:
    """Keys, rates and totals of `metric_values`, `span_values` and `target_figures`; keys and words
    of targets."""
    present = {
        str(name)
        for (name,) in con.sql(
            "select table_name from information_schema.tables where table_schema = 'marts' "
            "and table_catalog = current_database()"
        ).fetchall()
    }
    suites = []
    for table in ("metric_values", "span_values"):
        if table in present:
            suites += _value_suites(con, table)
    if "target_figures" in present:
        suites += _target_figure_suites(con)
    if "target_values" in present:
        suites.append(_target_suite(con))
    if "unit_scores" in present:
        suites += score_suites(con)
    return suites


def _value_suites(con: duckdb.DuckDBPyConnection, table: str) -> list[Suite]:
    metrics = load_metrics().values()
    closed = closed_plans(con)
    rates = [m.id for m in metrics if m.is_rate]
    # What an official notice counts may exceed what it says was owed; that is told, not refused.
    parts = [m.id for m in metrics if m.family == "rate"]
    added = [m.id for m in metrics if m.family in ("rate", "ratio", "count")]
    every = _VALUES.replace("{key}", _KEY).replace("{table}", table)
    keys = con.sql(every.replace("{wanted}", "true")).df()[["subject"]]
    wanted = f"metric_id in (select unnest($metrics)) and (plan_id in ({closed})) is not true"
    judged = con.sql(every.replace("{wanted}", wanted), params={"metrics": rates}).df()
    counted = con.sql(every.replace("{wanted}", wanted), params={"metrics": parts}).df()
    adding = _TOTALS.replace("{table}", table).replace("{closed}", closed)
    totals = con.sql(adding, params={"metrics": added}).df()
    return [
        Suite(f"{table}.keys", keys, (unique("subject", "同一指标、期次、单位有两个值"),)),
        Suite(
            f"{table}.rates",
            judged,
            (equal("value", "expected_value", "率的值不等于分子除以分母（分母为 0 时应为空）"),),
        ),
        Suite(
            f"{table}.parts",
            counted,
            (not_above("numerator", "denominator", "率的分子大于分母"),),
        ),
        Suite(
            f"{table}.totals",
            totals,
            (
                equal("plan_numerator", "unit_numerator", "各单位分子合计不等于总数"),
                equal("plan_denominator", "unit_denominator", "各单位分母合计不等于总数"),
            ),
        ),
    ]


def _target_figure_suites(con: duckdb.DuckDBPyConnection) -> list[Suite]:
    return [
        Suite(
            "target_figures.keys",
            con.sql(_TARGET_FIGURES).df()[["subject"]],
            (unique("subject", "同一目标、期次、单位有两个数"),),
        ),
        Suite(
            "target_figures.shares",
            con.sql(_SHARES).df(),
            (equal("value", "expected_value", "目标的率不等于分子除以分母（分母为 0 时应为空）"),),
        ),
        Suite(
            "target_figures.totals",
            con.sql(_SHARED).df(),
            (equal("plan_denominator", "unit_denominator", "目标的各单位分母合计不等于总数"),),
        ),
    ]


def _target_suite(con: duckdb.DuckDBPyConnection) -> Suite:
    frame = con.sql(
        "select target_id || ' ' || plan_id || ' ' || period || ' ' || scope_type || ' ' "
        "|| scope_id as subject, status, light from marts.target_values"
    ).df()
    words = {"status": _STATUSES, "light": _LIGHTS}
    return Suite(
        "target_values",
        frame,
        (
            unique("subject", "同一目标、期次、单位有两行"),
            *(
                Check(
                    "ExpectColumnValuesToBeInSet",
                    f"{column} 不在规定的词中",
                    {"column": column, "value_set": allowed},
                )
                for column, allowed in words.items()
            ),
        ),
    )
