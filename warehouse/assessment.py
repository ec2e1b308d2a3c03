"""Assessment of units: from the figures of a version to `marts.unit_scores` and what belongs to it.

Parts and weights are those in force on the last day of a period, so an amendment does not reach
back. The arithmetic is in `scoring`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import duckdb
import polars as pl

from warehouse.assessment_facts import (
    COMPLIANCE_RATE,
    REPORT_RATE,
    Facts,
    Row,
    holds,
)
from warehouse.reference import write_table
from warehouse.scoring import (
    Part,
    PartScore,
    has_come,
    is_small_sample,
    lacking,
    left_out,
    mended,
    rank,
    total_score,
    why_not_ranked,
    without_figures,
)

Judged = dict[str, tuple[Row, list[PartScore]]]  # unit -> its row of the roster, its parts

SCORES: dict[str, Any] = {
    "plan_id": pl.Utf8, "period": pl.Utf8, "period_kind": pl.Utf8, "unit_id": pl.Utf8,
    "ranking_group": pl.Utf8, "score": pl.Float64, "rank": pl.Int32, "ranked_units": pl.Int32,
    "previous_score": pl.Float64, "previous_rank": pl.Int32, "record_count": pl.Int64,
    "is_small_sample": pl.Boolean, "not_ranked_reason": pl.Utf8, "left_out": pl.Utf8,
}  # fmt: skip
PARTS: dict[str, Any] = {
    "plan_id": pl.Utf8, "period": pl.Utf8, "unit_id": pl.Utf8, "part_id": pl.Utf8,
    "metric_id": pl.Utf8, "title": pl.Utf8, "weight": pl.Float64, "value": pl.Float64,
    "numerator": pl.Int64, "denominator": pl.Int64, "value_source": pl.Utf8,
    "comparator": pl.Utf8, "target": pl.Float64, "attainment": pl.Float64, "points": pl.Float64,
    "state": pl.Utf8, "reason": pl.Utf8, "sort_order": pl.Int32,
}  # fmt: skip
WORTH: dict[str, Any] = {
    "plan_id": pl.Utf8, "period": pl.Utf8, "unit_id": pl.Utf8, "missed_count": pl.Int64,
    "error_count": pl.Int64, "are_errors_correctable": pl.Boolean, "cutoff_date": pl.Date,
    "score_now": pl.Float64, "score_after": pl.Float64, "report_rate_now": pl.Float64,
    "report_rate_after": pl.Float64, "compliance_rate_now": pl.Float64,
    "compliance_rate_after": pl.Float64,
}  # fmt: skip


def compute_scores(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `marts.unit_scores`, `marts.unit_score_parts` and `marts.mending_worth`.

    One score per unit of the roster, begun month, quarter and year of each plan that has parts in
    force then. Rows of unknown units have none.
    """
    facts = Facts(con)
    scores: list[Row] = []
    parts: list[Row] = []
    worth: list[Row] = []
    for plan in facts.plans:
        before: dict[str, dict[str, Row]] = {}  # kind of period -> unit -> its row
        for period in facts.periods[plan["plan_id"]]:
            judged = _judge_period(facts, plan, period)
            last = before.get(period["period_kind"], {})
            rows = _score_rows(facts, plan, period, judged, last)
            before[period["period_kind"]] = {row["unit_id"]: row for row in rows}
            scores += rows
            parts += _part_rows(period, judged)
            worth += _worth_rows(facts, period, judged)
    for name, schema, rows in (
        ("unit_scores", SCORES, scores),
        ("unit_score_parts", PARTS, parts),
        ("mending_worth", WORTH, worth),
    ):
        write_table(con, f"marts.{name}", pl.DataFrame(rows, schema=schema))


def _judge_period(facts: Facts, plan: Row, period: Row) -> Judged:
    """unit -> (its row of the roster, its parts); empty where no part is in force."""
    day = period["end_date"]
    in_force = [
        Part(**{name: row[name] for name in Part.__annotations__})
        for row in facts.parts[plan["plan_id"]]
        if holds(row, day)
    ]
    if not in_force:
        return {}
    judged = {
        unit["unit_id"]: (unit, [facts.judge(plan, period, unit, part) for part in in_force])
        for unit in facts.units[plan["plan_id"]]
        if holds(unit, day)
    }
    if any(has_come(parts) for _, parts in judged.values()):
        return judged
    return {unit_id: (unit, without_figures(parts)) for unit_id, (unit, parts) in judged.items()}


def _score_rows(
    facts: Facts,
    plan: Row,
    period: Row,
    judged: Judged,
    before: dict[str, Row],
) -> list[Row]:
    min_records = plan["min_rank_records"]
    rows = []
    for unit_id, (unit, parts) in judged.items():
        records = facts.record_count(period, unit_id)
        is_small = is_small_sample(parts, records, min_records, facts.record_metrics)
        score = total_score(parts)
        last = before.get(unit_id, {})
        rows.append(
            {
                **{k: period[k] for k in ("plan_id", "period", "period_kind")},
                "unit_id": unit_id,
                "ranking_group": unit["ranking_group"],
                "score": score,
                "previous_score": last.get("score"),
                "previous_rank": last.get("rank"),
                "record_count": records,
                "is_small_sample": is_small,
                "not_ranked_reason": why_not_ranked(
                    score,
                    is_rankable=unit["is_rankable"],
                    is_small=is_small,
                    record_count=records,
                    min_records=min_records,
                ),
                "left_out": left_out(parts),
            }
        )
    return _with_ranks(rows)


def _with_ranks(rows: list[Row]) -> list[Row]:
    """The rows with `rank` and `ranked_units` within each group."""
    groups: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        if not row["not_ranked_reason"]:
            groups[row["ranking_group"]][row["unit_id"]] = row["score"]
    ranks = {group: rank(scores) for group, scores in groups.items()}
    for row in rows:
        found = ranks.get(row["ranking_group"], {})
        row["rank"], row["ranked_units"] = found.get(row["unit_id"]), len(found)
    return rows


def _part_rows(period: Row, judged: Judged) -> list[Row]:
    rows = []
    for unit_id, (_, parts) in judged.items():
        for order, scored in enumerate(parts):
            part, figure = scored.part, scored.measured
            rows.append(
                {
                    "plan_id": period["plan_id"],
                    "period": period["period"],
                    "unit_id": unit_id,
                    **{name: getattr(part, name) for name in Part.__annotations__},
                    "value": figure.value if figure else None,
                    "numerator": figure.numerator if figure else None,
                    "denominator": figure.denominator if figure else None,
                    "value_source": figure.source if figure else None,
                    "attainment": scored.attainment,
                    "points": scored.points,
                    "state": scored.state,
                    "reason": scored.reason,
                    "sort_order": order,
                }
            )
    return rows


def _worth_rows(facts: Facts, period: Row, judged: Judged) -> list[Row]:
    """What mending is worth, for units that have something to mend."""
    # The version that counts is the one received last by the cut-off; a later one changes nothing.
    is_open = facts.as_of <= period["cutoff_date"]
    rows = []
    for unit_id, (_, parts) in judged.items():
        report = facts.figure(REPORT_RATE, period, unit_id)
        errors = facts.figure(COMPLIANCE_RATE, period, unit_id)
        missed, wrong = lacking(report), lacking(errors)
        if not missed and not wrong:
            continue
        after = mended(parts, are_errors_correctable=is_open)
        rows.append(
            {
                "plan_id": period["plan_id"],
                "period": period["period"],
                "unit_id": unit_id,
                "missed_count": missed,
                "error_count": wrong,
                "are_errors_correctable": is_open,
                "cutoff_date": period["cutoff_date"],
                "score_now": total_score(parts),
                "score_after": total_score(after),
                "report_rate_now": report.value if report else None,
                "report_rate_after": 100.0 if report else None,
                "compliance_rate_now": errors.value if errors else None,
                "compliance_rate_after": (100.0 if is_open else errors.value) if errors else None,
            }
        )
    return rows
