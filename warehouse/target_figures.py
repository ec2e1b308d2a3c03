"""Figures of targets that have facts of their own: few statements for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from warehouse.bindings import DELIVERABLES, OBLIGATIONS, OPTIONS, facts_of, filter_columns
from warehouse.contracts import load_contracts
from warehouse.metrics import DECLARATIONS, Metric, figure_expressions, load_metrics
from warehouse.models import describe_models

Parameters = Mapping[str, tuple[str, ...]]

# Families whose value is 0 where a ledger in use holds nothing of the kind.
COUNTING = frozenset({"count", "sum", "distinct"})

FIGURE_COLUMNS = """
    plan_id varchar, target_id varchar, valid_from date, period varchar, period_kind varchar,
    scope_type varchar, scope_id varchar, numerator bigint, denominator bigint, value double
"""


@dataclass(frozen=True)
class Measurement:
    """How one target is measured.

    mart: the facts, empty where a ledger is missing. judged: which of them are judged, as SQL.
    figure: numerator, denominator and value as SQL aggregates; empty where the metric's own figure
    is the target's. ledger: the ledger whose rows the facts are, so that none of them means none
    once it is in use. missing: the ledgers that the product does not have yet.
    """

    metric: Metric
    family: str
    mart: str
    judged: str
    figure: tuple[tuple[str, str], ...]
    ledger: str
    missing: tuple[str, ...]

    @property
    def is_own(self) -> bool:
        return bool(self.figure)


def measure_target(target: Mapping[str, Any], parameters: Parameters) -> Measurement:
    """How a target is measured, from its metric, its measure and its parameters."""
    metric = load_metrics()[target["metric_id"]]
    missing = missing_ledgers(target["measure"])
    mart = facts_of(metric, target["measure"])
    if missing or not mart:
        return Measurement(metric, metric.family, "", "", (), "", tuple(missing))
    described = describe_models().get(mart.partition(".")[2], {})
    ledger = str(described.get("ledger", ""))
    family, judged, of = _asked(target, metric, mart, parameters)
    is_own = (
        metric.per_target
        or mart != metric.facts
        or mart in (DECLARATIONS, OBLIGATIONS)
        or family != metric.family
        or bool(parameters)
    )
    figure = figure_expressions(metric, judged, family, of) if is_own else {}
    return Measurement(metric, family, mart, judged, tuple(figure.items()), ledger, ())


def missing_ledgers(measure: str) -> list[str]:
    """The ledgers a measure needs that the product does not have yet."""
    kind, _, what = measure.partition(":")
    wanted = what.split("+") if kind == "ledger" else [] if kind == "duty" else [kind]
    return [ledger for ledger in wanted if ledger not in load_contracts()]


def _asked(
    target: Mapping[str, Any], metric: Metric, mart: str, parameters: Parameters
) -> tuple[str, str, str]:
    """Family, judged facts and measured column that a target asks of a mart."""
    if mart == DECLARATIONS:
        roll = parameters.get("roll", (metric.roll,))[0]
        return "declared", f"is_{roll}", "value"
    if mart == OBLIGATIONS and metric.facts != OBLIGATIONS:
        return "rate", "is_judged", metric.of
    family, judged, of = metric.family, metric.judged, metric.of
    if mart == DELIVERABLES and metric.is_waiting:
        family, judged = "count", "is_counted"
    if target["comparator"] == "by_date" and family != "latest_date":
        family, of = "latest_date", "event_date"
    return family, judged, of


def compute_target_figures(
    con: duckdb.DuckDBPyConnection,
    targets: Iterable[tuple[Mapping[str, Any], Parameters, Measurement]],
) -> None:
    """Fill `marts.target_figures`: the figure of each target that has facts of its own, for each
    period and scope that holds some.

    A target takes the facts whose columns carry its parameters' values; without parameters those
    that name the target, or no target but its clause. One statement per mart and definition.
    """
    con.execute(f"create or replace table marts.target_figures ({FIGURE_COLUMNS})")
    groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[dict[str, Any]]] = defaultdict(list)
    for target, parameters, measurement in targets:
        if measurement.is_own:
            row = filters_of(target, parameters, measurement)
            groups[measurement.mart, measurement.figure].append(row)
    facts = ""
    for (mart, figure), rows in sorted(groups.items()):
        if describe_models()[mart.partition(".")[2]].get("ledger"):
            if facts != mart:
                con.execute(f"create or replace temp table facts as select * from {mart}")  # noqa: S608
            facts = mart
        _append_figures(con, "facts" if facts == mart else mart, mart, dict(figure), rows)
    con.execute("drop table if exists facts")


def filters_of(
    target: Mapping[str, Any], parameters: Parameters, measurement: Measurement
) -> dict[str, Any]:
    """Which facts a target takes: one row of the table that is joined with the facts."""
    wanted = {name: list(values) for name, values in parameters.items() if name not in OPTIONS}
    if target["measure"].startswith("duty:"):
        wanted["duty_id"] = [target["measure"].partition(":")[2]]
    columns = filter_columns(measurement.mart)
    return {
        "of_plan": target["plan_id"],
        "of_target": target["target_id"],
        "of_version": target["valid_from"],
        "of_task": target["task_id"],
        "of_metric": target["metric_id"],
        "is_named": not wanted and ("target_id" in columns or "task_id" in columns),
        **{f"of_{name}": wanted.get(name) for name in columns},
    }


def _append_figures(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    mart: str,
    figure: Mapping[str, str],
    rows: list[dict[str, Any]],
) -> None:
    con.register("asked", asked_frame(mart, rows))
    # Names and expressions come from the product's own definitions, values are joined.
    con.execute(
        f"""
        insert into marts.target_figures
        select of_plan, of_target, of_version, period, period_kind,
            case when grouping(unit_id) = 1 then 'plan' else 'department' end,
            case when grouping(unit_id) = 1 then of_plan else unit_id end,
            {figure["numerator"]}, {figure["denominator"]}, {figure["value"]}
        from {relation} join asked on {takes(mart)}
        group by grouping sets (
            (of_plan, of_target, of_version, period, period_kind),
            (of_plan, of_target, of_version, period, period_kind, unit_id)
        )
        having grouping(unit_id) = 1 or unit_id is not null
        """  # noqa: S608
    )
    con.unregister("asked")


def asked_frame(mart: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """What targets ask of a mart, one row each (of `filters_of`), to be joined with its facts."""
    keys = ("of_plan", "of_target", "of_task", "of_metric")
    schema: dict[str, Any] = dict.fromkeys(keys, pl.Utf8)
    schema |= {"of_version": pl.Date, "is_named": pl.Boolean}
    schema |= {f"of_{column}": pl.List(pl.Utf8) for column in filter_columns(mart)}
    return pl.DataFrame(rows, schema=schema)


def takes(mart: str) -> str:
    """Whether a target takes a fact of a mart: SQL over the mart and a row of `asked_frame`."""
    columns = filter_columns(mart)
    if mart == DECLARATIONS:
        named = "metric_id = of_metric and (target_id is null or target_id = of_target)"
    elif "target_id" in columns:
        named = "not is_named or target_id = of_target or (target_id is null and task_id = of_task)"
    else:
        named = "not is_named or task_id = of_task" if "task_id" in columns else "true"
    wanted = [f"(of_{c} is null or list_contains(of_{c}, cast({c} as varchar)))" for c in columns]
    return " and ".join(["plan_id = of_plan", f"({named})", *wanted])
