"""What scores stand on: figures, the matrix, who owes what, and which figure counts."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import duckdb

from warehouse.metrics import load_metrics
from warehouse.scoring import Measured, Part, PartScore, Source

Row = dict[str, Any]

# Marts whose facts are permits and penalties: only who has the power to decide has any.
RECORD_MARTS = frozenset(
    {
        "marts.publicity_record_periods",
        "marts.publicity_first_pass_periods",
        "marts.decision_periods",
    }
)
RECORD_COUNT, REPORT_RATE = "publicity_record_count", "publicity_report_rate"
COMPLIANCE_RATE = "publicity_compliance_rate"
NO_POWER = "无行政许可、行政处罚职权"
_NOTHING_JUDGED = {
    **dict.fromkeys(RECORD_MARTS, "本期没有可判定的记录"),
    "marts.obligation_periods": "本期没有到期的报送",
    "marts.task_periods": "本期没有到期的任务",
}
_NOT_OWING = {
    "marts.obligation_periods": "没有定期报送义务",
    "marts.task_periods": "没有牵头或自办的有期限任务",
}
_MATRIX_WORDS = {"not": "不适用", "exempt": "豁免"}


class Facts:
    """What the scores of all plans stand on, read once."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        [run] = _rows(con, "select as_of from ref.run")
        self.as_of: date = run["as_of"]
        self.plans = _rows(con, "select * from ref.plans order by plan_id")
        self.parts = _by_plan(con, "select * from ref.assessment_parts order by sort_order")
        self.units = _by_plan(con, "select * from ref.units order by sort_order")
        self.periods = _by_plan(
            con,
            """
            select p.* from ref.periods as p cross join ref.run as r
            where p.period_kind <> 'span' and p.start_date <= r.as_of
            order by p.start_date
            """,
        )
        self.marts = {m.id: m.mart for m in load_metrics().values()}
        self.record_metrics = {m for m, mart in self.marts.items() if mart in RECORD_MARTS}
        self.historical = _pairs(
            con,
            """
            select plan_id, metric_id from ref.targets
            group by 1, 2 having bool_and(legal_status <> 'in_force')
            """,
        )
        self.official_plans = {p["plan_id"] for p in self.plans if p["figures"] == "official"}
        self.figures = _figures(con)
        self.matrix: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
        for row in _rows(con, "select * from ref.applicability"):
            key = (row["plan_id"], row["unit_id"], row["subject"], row["subject_id"])
            self.matrix[key].append(row)
        self.record_duties: dict[str, list[str]] = defaultdict(list)
        for row in _rows(
            con,
            "select distinct plan_id, duty_id from ref.duty_ledgers "
            "where ledger in ('admin_permit', 'admin_penalty') order by plan_id, duty_id",
        ):
            self.record_duties[row["plan_id"]].append(row["duty_id"])
        self.owing = {
            "marts.obligation_periods": _pairs(con, "select plan_id, unit_id from ref.obligations"),
            "marts.task_periods": _pairs(con, "select plan_id, unit_id from marts.task_units"),
        }

    def judge(self, plan: Row, period: Row, unit: Row, part: Part) -> PartScore:
        """One part of one unit in a period: applied, or left out with the reason."""
        reason = self._not_applicable(plan, period, unit, part)
        if reason:
            return PartScore(part, "not_applicable", reason)
        figure = self.figure(part.metric_id, period, unit["unit_id"])
        if figure is not None:
            return PartScore(part, "applied", measured=figure)
        mart = self.marts.get(part.metric_id, "")
        # A unit of this group has no power as a rule; one that has decided all the same is judged.
        if mart in RECORD_MARTS and unit["ranking_group"] == "other":
            return PartScore(part, "not_applicable", NO_POWER)
        if mart in self.owing and (plan["plan_id"], unit["unit_id"]) not in self.owing[mart]:
            return PartScore(part, "not_applicable", _NOT_OWING[mart])
        return PartScore(part, "no_data", _NOTHING_JUDGED.get(mart, "本期没有数据"))

    def figure(self, metric_id: str, period: Row, unit_id: str) -> Measured | None:
        """The figure that counts: the official one where the plan says so and there is one, else
        the office's own (测算)."""
        official = self._official_figure(metric_id, period, unit_id)
        return official or self._figure(metric_id, period, unit_id, "own")

    def record_count(self, period: Row, unit_id: str) -> int:
        """The records that rates rest on: the unit's own, or those the official rate was taken
        from if they are more (units with labelled totals hand in few details or none)."""
        own = self._figure(RECORD_COUNT, period, unit_id, "own")
        official = self._official_figure(COMPLIANCE_RATE, period, unit_id)
        told = official.denominator if official and official.denominator else 0
        return max(int(own.value) if own else 0, told)

    def _official_figure(self, metric_id: str, period: Row, unit_id: str) -> Measured | None:
        if period["plan_id"] not in self.official_plans:
            return None
        return self._figure(f"official_{metric_id}", period, unit_id, "official")

    def _figure(self, metric_id: str, period: Row, unit_id: str, source: Source) -> Measured | None:
        row = self.figures.get((metric_id, period["plan_id"], period["period"], unit_id))
        if row is None:
            return None
        return Measured(row["value"], row["numerator"], row["denominator"], source)

    def _not_applicable(self, plan: Row, period: Row, unit: Row, part: Part) -> str:
        """Why a part does not apply to a unit whatever its figures say; empty if it does."""
        plan_id, unit_id, day = plan["plan_id"], unit["unit_id"], period["end_date"]
        if (plan_id, part.metric_id) in self.historical:
            return "历史条款，不计分"
        told = self._matrix_words((plan_id, unit_id, "metric", part.metric_id), day)
        duties = self.record_duties[plan_id]
        if not told and duties and self.marts.get(part.metric_id) in RECORD_MARTS:
            # Who need not hand in the ledgers of permits and penalties is not judged by them.
            words = [self._matrix_words((plan_id, unit_id, "duty", duty), day) for duty in duties]
            told = words[0] if all(words) else ""
        return told

    def _matrix_words(self, key: tuple[str, str, str, str], day: date) -> str:
        for row in self.matrix.get(key, ()):
            if row["state"] in _MATRIX_WORDS and holds(row, day):
                return f"{_MATRIX_WORDS[row['state']]}：{row['reason']}"
        return ""


def holds(row: Row, day: date) -> bool:
    """Whether a row is in force on a day: half open, an empty end is open."""
    start, end = row["valid_from"], row["valid_to"]
    return (start is None or start <= day) and (end is None or day < end)


def _figures(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str, str], Row]:
    """(metric, plan, period, unit) -> value, numerator, denominator of what scores may need."""
    rows = _rows(
        con,
        f"""
        with wanted as (
            select metric_id from ref.assessment_parts
            union
            select unnest({[RECORD_COUNT, REPORT_RATE, COMPLIANCE_RATE]})
        )
        select v.metric_id, v.plan_id, v.period, v.scope_id, v.value, v.numerator, v.denominator
        from marts.metric_values as v
        join wanted as w on v.metric_id = w.metric_id or v.metric_id = 'official_' || w.metric_id
        where v.scope_type = 'department' and v.value is not null
        """,  # noqa: S608  our own names
    )
    return {(r["metric_id"], r["plan_id"], r["period"], r["scope_id"]): r for r in rows}


def _by_plan(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in _rows(con, sql):
        found[row["plan_id"]].append(row)
    return found


def _pairs(con: duckdb.DuckDBPyConnection, sql: str) -> set[tuple[str, str]]:
    return {(str(a), str(b)) for a, b in con.sql(sql).fetchall()}


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    rows: list[Row] = con.sql(sql).pl().to_dicts()
    return rows
