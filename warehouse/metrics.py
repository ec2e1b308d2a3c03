"""Metrics as data: families bound to boolean facts of a mart; one fact table of their values."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field, model_validator

METRICS_DIR = Path(__file__).parent / "metrics"
FAMILIES_FILE = METRICS_DIR / "families.toml"

# marts.task_periods and marts.routine_periods stand on the targets, so their metrics come last.
PROGRESS_MARTS = frozenset({"marts.task_periods", "marts.routine_periods"})


# What a definition of a family must say besides its texts.
_NEEDS: dict[str, tuple[str, ...]] = {
    "waiting": ("ledgers",),
    "rate": ("mart", "hit"),
    "ratio": ("mart", "of", "over"),
    "count": ("mart",),
    "declared": (),
    "last": ("mart", "of", "at"),
}
_NEEDS |= dict.fromkeys(("worst", "sum", "distinct", "latest_date"), ("mart", "of"))
DECLARATIONS = "marts.declaration_periods"


class Metric(BaseModel):
    """One definition: what is counted, over which facts, and how a reader may check it.

    mart, judged, hit, of, over, at: the facts, which of them are judged, which of those count, the
    measured column, what it is divided by (`ratio`), what orders them (`last`).
    records: which facts to open first.
    per_duty: its facts are those of the duties that name it. per_target: it has no figure of its
    own, only one per target, from the facts that name the target or its clause.
    ledgers: what it reads; for `waiting`, what it waits for.
    roll: how a declared figure runs over several covered periods.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    unit: str
    direction: Literal["up", "down"]
    period_by: Literal["decision", "received", "due", "event", "stock"]
    family: str
    mart: str = Field(default="", alias="from")
    judged: str = Field(default="true", alias="in")
    hit: str = "true"
    of: str = "null"
    over: str = "null"
    at: str = "null"
    records: str = ""
    per_duty: bool = False
    per_target: bool = False
    ledgers: tuple[str, ...] = ()
    roll: Literal["last", "sum"] = "last"
    formula: str
    source: str

    @model_validator(mode="after")
    def _is_complete(self) -> Metric:
        for name in _NEEDS.get(self.family, ()):
            if getattr(self, name) in ("", "null", "true", ()):
                raise ValueError(f"{self.family} 族还须写明 {name}")
        return self

    @property
    def facts(self) -> str:
        """The mart it reads; a declared figure always reads the declarations."""
        return DECLARATIONS if self.family == "declared" else self.mart

    @property
    def judged_facts(self) -> str:
        """Which facts of its mart are judged, as SQL."""
        if self.family == "declared":
            return f"({self.judged}) and metric_id = '{self.id}' and is_{self.roll}"
        return self.judged

    @property
    def is_rate(self) -> bool:
        return self.family in ("rate", "ratio")

    @property
    def has_own_figure(self) -> bool:
        """Whether it has a figure of a period and scope, apart from the targets that use it."""
        return not (self.is_waiting or self.per_target or self.family == "latest_date")

    @property
    def is_waiting(self) -> bool:
        """Whether its facts come with a ledger that the product does not have yet."""
        return self.family == "waiting"


@cache
def load_metrics() -> dict[str, Metric]:
    """All definitions by id. Raises ValueError naming the file and key of a faulty one."""
    found: dict[str, Metric] = {}
    for path in sorted(METRICS_DIR.glob("*.toml")):
        if path == FAMILIES_FILE:
            continue
        for metric_id, body in tomllib.loads(path.read_text(encoding="utf-8")).items():
            try:
                metric = Metric(id=metric_id, **body)
            except ValueError as error:
                raise ValueError(f"指标定义有误：{path.name} [{metric_id}]：{error}") from None
            if metric.family not in load_families():
                raise ValueError(
                    f"指标定义有误：{path.name} [{metric_id}]：没有 {metric.family} 这个族"
                )
            found[metric_id] = metric
    return found


@cache
def load_families() -> dict[str, dict[str, str]]:
    """family -> the aggregate expressions of numerator, denominator and value."""
    return tomllib.loads(FAMILIES_FILE.read_text(encoding="utf-8"))


VALUE_COLUMNS = """
    metric_id varchar, plan_id varchar, period varchar, period_kind varchar,
    scope_type varchar, scope_id varchar, scope_name varchar,
    numerator bigint, denominator bigint, value double, unit varchar, state varchar
"""


def compute_metrics(con: duckdb.DuckDBPyConnection, *, progress: bool = False) -> None:
    """Append the values of all metrics (with `progress`: those of the progress marts) to
    `marts.metric_values` (months, quarters, years) and `marts.span_values` (January to a month).

    One scan per mart. Values are in the metric's unit; null where nothing was judged.
    """
    for table in ("metric_values", "span_values"):
        con.execute(f"create table if not exists marts.{table} ({VALUE_COLUMNS})")
    chosen = [
        m
        for m in load_metrics().values()
        if m.has_own_figure and (m.mart in PROGRESS_MARTS) == progress
    ]
    for mart, metrics in groupby(sorted(chosen, key=lambda m: m.facts), key=lambda m: m.facts):
        _append_values(con, mart, list(metrics))


def _append_values(con: duckdb.DuckDBPyConnection, mart: str, metrics: list[Metric]) -> None:
    con.execute(f"create or replace temp table figures as {_figures_sql(mart, metrics)}")
    for table, kinds in (("metric_values", "<> 'span'"), ("span_values", "= 'span'")):
        con.execute(_values_sql(table, kinds))
    con.execute("drop table figures")


def _figures_sql(mart: str, metrics: list[Metric]) -> str:
    """One row per metric of a mart, plan, period and scope that holds facts; the plan's scope has
    no unit. Facts of no unit count for the plan only.

    All parts come from the product's own definitions, never from a user.
    """
    figures = ", ".join(
        f"{{'metric_id': '{m.id}', 'unit': '{m.unit}', 'rows': rows_{m.id}, "
        f"'numerator': cast(numerator_{m.id} as bigint), "
        f"'denominator': cast(denominator_{m.id} as bigint), "
        f"'value': cast(value_{m.id} as double)}}"
        for m in metrics
    )
    return f"""
        select plan_id, period, period_kind, is_plan, unit_id,
            unnest([{figures}], recursive := true)
        from ({_aggregate_sql(mart, metrics)}) as aggregates
        where is_plan or unit_id is not null
    """  # noqa: S608


def _aggregate_sql(mart: str, metrics: Iterable[Metric]) -> str:
    """One row per plan, period and scope with the three figures of every metric of a mart."""
    parts = []
    for metric in metrics:
        judged, owner = metric.judged_facts, ""
        if metric.per_duty:
            owner = "d.metric_id"
            judged = f"({judged}) and d.metric_id = '{metric.id}'"
        elif metric.family == "declared":
            owner = "f.metric_id"
        rows = f"sum(case when {owner} = '{metric.id}' then 1 else 0 end)" if owner else "count(*)"
        parts.append(f"{rows} as rows_{metric.id}")
        figures = figure_expressions(metric, judged)
        parts += [f"{sql} as {figure}_{metric.id}" for figure, sql in figures.items()]
    join = ""
    if any(m.per_duty for m in metrics):
        join = "join ref.duties as d on f.plan_id = d.plan_id and f.duty_id = d.duty_id"
    return f"""
        select f.plan_id, f.period, f.period_kind, f.unit_id, grouping(f.unit_id) = 1 as is_plan,
            {", ".join(parts)}
        from {mart} as f {join}
        group by grouping sets (
            (f.plan_id, f.period, f.period_kind), (f.plan_id, f.period, f.period_kind, f.unit_id)
        )
    """  # noqa: S608


def figure_expressions(
    metric: Metric, judged: str, family: str | None = None, of: str | None = None
) -> dict[str, str]:
    """numerator, denominator and value of a metric as SQL aggregates over the judged facts of its
    mart; another family and measured column where a target asks for them."""
    fill = {"in": judged, "hit": metric.hit, "of": of or metric.of}
    fill |= {"over": metric.over, "at": metric.at}
    expressions = load_families()[family or metric.family]
    return {figure: sql.format(**fill) for figure, sql in expressions.items()}


def _values_sql(table: str, kinds: str) -> str:
    return f"""
        insert into marts.{table}
        select
            g.metric_id, g.plan_id, g.period, g.period_kind,
            case when g.is_plan then 'plan' else 'department' end as scope_type,
            case when g.is_plan then g.plan_id else g.unit_id end as scope_id,
            case when g.is_plan then q.short_title else coalesce(u.name, g.unit_id) end,
            g.numerator, g.denominator, g.value, g.unit,
            case
                when g.value is null then 'no_data'
                when r.as_of < p.cutoff_date then 'collecting'
                else 'review'
            end
        from figures as g
        join ref.periods as p on g.plan_id = p.plan_id and g.period = p.period
        join ref.plans as q on g.plan_id = q.plan_id
        cross join ref.run as r
        left join ref.units as u on g.plan_id = u.plan_id and g.unit_id = u.unit_id
        where g.rows > 0 and g.period_kind {kinds}
        order by g.metric_id, scope_type desc, g.plan_id, g.period, scope_id
    """  # noqa: S608
