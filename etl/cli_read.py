"""Commands that read the published warehouse: metrics, targets, versions."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any

import duckdb
import typer

from etl.cli_common import (
    AsOfOption,
    ChineseCommand,
    FormatOption,
    HomeOption,
    find_home,
    warehouse_as_of,
)
from etl.output import Format, Output
from etl.pipeline import RequestError, find_plan
from warehouse.home import Home
from warehouse.metrics import load_metrics
from warehouse.plans import load_plans
from warehouse.store import Store

NO_DATA = "没有数据。请先运行 citycredit load 或 citycredit demo。"
_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?")
METRIC_KEYS = (
    "metric_id", "plan", "period", "scope_type", "scope_id", "scope_name", "numerator",
    "denominator", "value", "unit", "state",
)  # fmt: skip
TARGET_KEYS = (
    "target_id", "task_id", "metric_id", "kind", "hardness", "legal_status", "comparator",
    "threshold", "stretch", "scope_type", "scope_id", "period", "due", "value", "numerator",
    "denominator", "unit", "status", "light", "measured_by", "missing",
)  # fmt: skip


_WORDS = {
    "met": "达标", "missed": "未达标", "pending": "未到期", "no_data": "无数据",
    "historical": "历史条款", "green": "绿", "yellow": "黄", "red": "红", "grey": "灰",
    "collecting": "收集中", "review": "核对中", "final": "定稿",
}  # fmt: skip


class Scope(StrEnum):
    """Whose figures: the whole plan's, or each department's."""

    PLAN = "plan"
    DEPARTMENT = "department"


PlanFilter = Annotated[
    str | None, typer.Option("--plan", metavar="PLAN", help="只看这个方案，如 BC。")
]
PeriodFilter = Annotated[
    str | None,
    typer.Option("--period", metavar="PERIOD", help="期间：2022-06、2022-Q2 或 2022。"),
]
ScopeFilter = Annotated[Scope | None, typer.Option("--scope", help="全方案或各单位。")]


def metrics(
    plan: PlanFilter = None,
    metric: Annotated[
        str | None, typer.Option("--metric", metavar="ID", help="只看这个指标。")
    ] = None,
    period: PeriodFilter = None,
    scope: ScopeFilter = None,
    as_of: AsOfOption = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """看指标。不写期间则列出有数据的各月和全年。"""
    out = Output(form)
    found = checked_home(home, plan, period)
    if metric is not None and metric not in load_metrics():
        raise RequestError(f"没有指标“{metric}”。现有指标：{'、'.join(load_metrics())}。")
    with out.working() as progress, warehouse_as_of(found, as_of, progress) as con:
        has_data = con is not None
        rows = [] if con is None else read_metrics(con, plan, metric, period, scope)
    columns = {
        "metric_id": "指标",
        "plan": "方案",
        "period": "期间",
        "scope_name": "范围",
        "numerator": "分子",
        "denominator": "分母",
        "value": "值",
        "unit": "单位",
        "state": "状态",
    }
    show_rows(out, "指标", rows, columns, nothing_in(period) if has_data else NO_DATA)


def targets(
    plan: PlanFilter = None,
    period: PeriodFilter = None,
    scope: Annotated[Scope, typer.Option("--scope", help="全方案或各单位。")] = Scope.PLAN,
    as_of: AsOfOption = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """看目标完成情况。不写期间则取方案年度内最近一个有数据的月。"""
    out = Output(form)
    found = checked_home(home, plan, period)
    with out.working() as progress, warehouse_as_of(found, as_of, progress) as con:
        has_data = con is not None
        rows = [] if con is None else read_targets(con, plan, period, scope)
    columns = {
        "target_id": "目标",
        "metric_id": "指标",
        "scope_id": "范围",
        "period": "期间",
        "comparator": "比较",
        "threshold": "目标值",
        "value": "现值",
        "unit": "单位",
        "status": "状态",
        "light": "灯",
        "missing": "缺台账",
    }
    show_rows(out, "目标", rows, columns, nothing_in(period) if has_data else NO_DATA)


def versions(home: HomeOption = None, form: FormatOption = Format.TEXT) -> None:
    """列出发布过的版本。"""
    out = Output(form)
    found = find_home(home)
    rows = [
        {
            "version": version.name,
            "number": version.number,
            "published_at": version.published_at,
            "as_of": version.as_of,
            "batches": len(version.batches),
            "is_live": version.is_live,
            "is_kept": version.is_kept,
            "size_bytes": version.size_bytes,
        }
        for version in (Store(found).versions() if found is not None else [])
    ]
    columns = {
        "number": "版本号",
        "version": "版本",
        "published_at": "发布时间（UTC）",
        "as_of": "截至日",
        "batches": "批次数",
        "is_live": "现行",
        "is_kept": "可回滚",
        "size_bytes": "字节",
    }
    show_rows(out, "版本", rows, columns)


def read_metrics(
    con: duckdb.DuckDBPyConnection,
    plan: str | None = None,
    metric: str | None = None,
    period: str | None = None,
    scope: str | None = None,
) -> list[dict[str, Any]]:
    """The rows of `citycredit metrics`. Without a period: months and years."""
    rows = con.sql(
        """
        select metric_id, plan_id as plan, period, scope_type, scope_id, scope_name,
            numerator, denominator, value, unit, state
        from marts.metric_values
        where ($plan is null or plan_id = $plan)
            and ($metric is null or metric_id = $metric)
            and ($scope is null or scope_type = $scope)
            and coalesce(period = $period, period not like '%Q%')
        order by plan_id, metric_id, period, scope_type desc, scope_id
        """,
        params={"plan": plan, "metric": metric, "period": period, "scope": scope},
    )
    return _dicts(rows, METRIC_KEYS)


def read_targets(
    con: duckdb.DuckDBPyConnection,
    plan: str | None = None,
    period: str | None = None,
    scope: str = Scope.PLAN,
) -> list[dict[str, Any]]:
    """The rows of `citycredit targets`: every target once, for one period per plan.

    `scope` department: per responsible unit, and once at plan scope what is not asked of units.
    """
    rows: list[dict[str, Any]] = []
    for plan_id, found in default_periods(con).items():
        if plan in (None, plan_id):
            rows += _targets_of(con, plan_id, period or found, scope)
    return rows


def _targets_of(
    con: duckdb.DuckDBPyConnection, plan_id: str, period: str, scope: str
) -> list[dict[str, Any]]:
    found = con.sql(
        """
        with chosen as (
            select *, bool_or(scope_type = 'department') over (partition by target_id) as is_by_unit
            from marts.target_values
            where plan_id = $plan and period = $period
        )
        select target_id, task_id, metric_id, kind, hardness, legal_status, comparator, threshold,
            stretch, scope_type, scope_id, period, due, value, numerator, denominator, unit,
            status, light, measured_by, missing
        from chosen
        where scope_type = case when $scope = 'department' and is_by_unit then 'department'
            else 'plan' end
        order by sort_order, scope_id
        """,
        params={"plan": plan_id, "period": period, "scope": str(scope)},
    )
    rows = _dicts(found, TARGET_KEYS)
    for row in rows:
        for key in ("threshold", "stretch", "value"):
            row[key] = _number_or_text(row[key])
    return rows


def default_periods(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """plan_id -> the latest month of the plan year with records, else the month of the as-of day
    (the plan year's first or last month if that day lies outside it)."""
    rows = con.sql(
        """
        select p.plan_id, coalesce(
            max(m.period),
            strftime(greatest(least(max(r.as_of), max(p.period_end)), max(p.period_start)), '%Y-%m')
        )
        from ref.plans as p
        cross join ref.run as r
        left join marts.periods_with_records as m
            on m.plan_id = p.plan_id and m.period_kind = 'month'
        group by 1
        order by 1
        """
    )
    return {str(plan_id): str(period) for plan_id, period in rows.fetchall()}


def _number_or_text(text: str | None) -> float | str | None:
    """A figure that the warehouse keeps as text, since some are dates."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return text


def _dicts(rows: duckdb.DuckDBPyRelation, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    return [dict(zip(keys, row, strict=True)) for row in rows.fetchall()]


def checked_home(root: Any, plan: str | None, period: str | None) -> Home | None:
    """The home if there is one; RequestError for an unknown plan or what is no period."""
    if period is not None and not _PERIOD.fullmatch(period):
        raise RequestError(f"“{period}”不是期间。写法：月 2022-06、季 2022-Q2、年 2022。")
    home = find_home(root)
    if plan is not None:
        find_plan(load_plans(*(home.plan_folders if home is not None else ())), plan)
    return home


def nothing_in(period: str | None) -> str:
    """What to say when there are no rows."""
    return f"该期间没有数据：{period}。" if period else "没有符合条件的数据。"


def show_rows(
    out: Output,
    title: str,
    rows: list[dict[str, Any]],
    columns: dict[str, str],
    nothing: str = NO_DATA,
) -> None:
    """Print the rows: one JSON array, or a table of some columns (key → heading) in words."""
    if out.is_json:
        out.document(rows)
    elif rows:
        out.table(title, [{k: _in_words(v) for k, v in row.items()} for row in rows], columns)
    else:
        out.line(nothing)


def _in_words(value: Any) -> Any:
    """What a table shows of a value that the JSON gives as a code or a list."""
    if isinstance(value, list):
        return "、".join(map(str, value)) or None
    return _WORDS.get(value, value) if isinstance(value, str) else value


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (metrics, targets, versions):
        app.command(cls=ChineseCommand)(command)
