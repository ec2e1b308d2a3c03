"""`citycredit scores`: the estimated score of each unit, its place within its group, its parts."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any

import duckdb
import typer

from etl.cli_common import AsOfOption, ChineseCommand, FormatOption, HomeOption, warehouse_as_of
from etl.cli_read import (
    NO_DATA,
    PeriodFilter,
    PlanFilter,
    checked_home,
    default_periods,
    nothing_in,
    show_rows,
)
from etl.output import Format, Output

UnitFilter = Annotated[
    str | None, typer.Option("--unit", metavar="UNIT", help="只看这个单位，如 BC-U04。")
]


def scores(
    plan: PlanFilter = None,
    period: PeriodFilter = None,
    unit: UnitFilter = None,
    as_of: AsOfOption = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """看各单位的测算分和组内位次。不写期间则取方案年度内最近一个有数据的月。"""
    out = Output(form)
    found = checked_home(home, plan, period)
    with out.working() as progress, warehouse_as_of(found, as_of, progress) as con:
        has_data = con is not None
        rows = [] if con is None else read_scores(con, plan, period, unit)
    columns = {
        "period": "期间",
        "unit": "单位",
        "score": "测算分",
        "rank": "组内位次",
        "ranked_units": "参与排位",
        "previous_rank": "上期位次",
        "not_ranked_reason": "不排位原因",
        "left_out": "不计的部分",
    }
    nothing = nothing_in(period) if has_data else NO_DATA
    show_rows(out, "测算分（初步，不是上级考核结果）", rows, columns, nothing)


def read_scores(
    con: duckdb.DuckDBPyConnection,
    plan: str | None = None,
    period: str | None = None,
    unit: str | None = None,
) -> list[dict[str, Any]]:
    """The rows of `citycredit scores`: every unit of the roster once, for one period per plan, by
    group and rank, with its parts. Scores are the office's own estimate (`basis`)."""
    rows: list[dict[str, Any]] = []
    for plan_id, found in default_periods(con).items():
        if plan in (None, plan_id):
            rows += _scores_of(con, plan_id, period or found, unit)
    return rows


def _scores_of(
    con: duckdb.DuckDBPyConnection, plan: str, period: str, unit: str | None
) -> list[dict[str, Any]]:
    chosen = {"plan": plan, "period": period, "unit": unit}
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    found = con.sql(
        """
        select unit_id, part_id, title, metric_id, weight, comparator, target, value, numerator,
            denominator, value_source, attainment, points, state, reason
        from marts.unit_score_parts
        where plan_id = $plan and period = $period and ($unit is null or unit_id = $unit)
        order by unit_id, sort_order
        """,
        params=chosen,
    )
    for part in found.pl().iter_rows(named=True):
        parts[part.pop("unit_id")].append(part)
    rows = con.sql(
        """
        select s.plan_id as plan, s.period, s.unit_id, u.name as unit, s.ranking_group, s.score,
            '测算' as basis, s.rank, s.ranked_units, s.previous_score, s.previous_rank,
            s.record_count, s.is_small_sample, s.not_ranked_reason, s.left_out
        from marts.unit_scores as s
        join ref.units as u on s.plan_id = u.plan_id and s.unit_id = u.unit_id
        where s.plan_id = $plan and s.period = $period and ($unit is null or s.unit_id = $unit)
        order by s.ranking_group, s.rank nulls last, u.sort_order
        """,
        params=chosen,
    )
    return [{**row, "parts": parts[row["unit_id"]]} for row in rows.pl().to_dicts()]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(cls=ChineseCommand)(scores)
