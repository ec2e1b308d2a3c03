"""Building a warehouse from batches: the steps of docs/architecture.md, in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from etl.privacy import define_words, hiding
from expectations.rules import rule_set_version
from expectations.runner import run_rules
from warehouse.assessment import compute_scores
from warehouse.calendar import Calendar
from warehouse.closing import (
    Closing,
    attach_closings,
    detach_closings,
    list_late_batches,
    take_frozen,
)
from warehouse.compaction import LANDING_COLUMN, read_landed
from warehouse.contracts import Contract
from warehouse.derive import derived_columns
from warehouse.home import Home
from warehouse.index_lines import compute_index_gaps
from warehouse.index_trees import load_trees
from warehouse.journal import Batch
from warehouse.metrics import compute_metrics
from warehouse.models import run_models
from warehouse.normalise import name_key
from warehouse.plans import Plan
from warehouse.reference import load_reference
from warehouse.returns import Return, create_returns
from warehouse.targets import compute_targets

if TYPE_CHECKING:
    from expectations.gate import GateResult

Progress = Callable[[str, int, int], None]
_STAGES = (
    "读取方案与日历",
    "接入落地批次",
    "整理明细",
    "逐条检查",
    "汇总数据集市",
    "计算指标与目标",
    "发布前核验",
)
_BATCH_SCHEMA: dict[str, Any] = {
    "batch_id": pl.Utf8,
    "sequence": pl.Int32,
    "state": pl.Utf8,
    "file_name": pl.Utf8,
    "sha256": pl.Utf8,
    "sheet_name": pl.Utf8,
    "ledger": pl.Utf8,
    "standard": pl.Utf8,
    "header_row": pl.Int32,
    "place_id": pl.Utf8,
    "plan_id": pl.Utf8,
    "department": pl.Utf8,
    "department_unit_id": pl.Utf8,
    "received_date": pl.Date,
    "landed_at": pl.Utf8,
    "rows": pl.Int64,
    "replaces_batch_id": pl.Utf8,
    "is_replaced": pl.Boolean,
    "contract_version": pl.Utf8,
    "reader_version": pl.Utf8,
    "header_fields": pl.List(pl.Utf8),
    "landing": pl.Utf8,
}
_LINEAGE = (
    "batch_id", "sequence", "file_name", "sheet_name", "received_date", "place_id", "plan_id",
    "is_replaced",
)  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """What a build reads besides the batches."""

    home: Home
    contracts: Mapping[str, Contract]
    plans: Mapping[str, Plan]
    calendar: Calendar


def silent(stage: str, done: int, total: int) -> None:
    """A progress report that nobody reads."""


def build_warehouse(
    con: duckdb.DuckDBPyConnection,
    sources: Sources,
    batches: Sequence[Batch],
    as_of: date,
    version_name: str,
    progress: Progress = silent,
    closings: Sequence[Closing] = (),
    returns: Sequence[Return] = (),
) -> GateResult:
    """Fill the empty warehouse `con` from these batches, as known on `as_of`; give the verdict.

    Of plans closed by `closings` the frozen figures are taken instead of the computed ones;
    `returns` are only listed.

    The warehouse is complete also when the gate fails: the caller throws it away then, and can
    count in it before.
    """
    report = iter(enumerate(_STAGES))

    def next_stage() -> None:
        number, stage = next(report)
        progress(stage, number, len(_STAGES))

    # Here: it brings pandas, which commands that build nothing need not wait for.
    from expectations.gate import fetch_library, judge

    library = fetch_library()
    ledgers = list(sources.contracts)
    next_stage()
    create_batches(con, batches)
    create_returns(con, returns)
    trees = load_trees(sources.home.index_trees)
    load_reference(con, sources.plans, sources.calendar, as_of, "build", trees)
    attach_closings(con, sources.home, closings, as_of)
    next_stage()
    create_raw(con, sources, batches)
    next_stage()
    assign_told_departments(con)
    run_models(con, "staging")
    assign_row_departments(con, ledgers)
    next_stage()
    run_rules(con, ledgers)
    next_stage()
    run_models(con, "marts")
    compute_index_gaps(con)
    next_stage()
    compute_metrics(con)
    take_frozen(con)  # before the targets: next year's may compare with a closed year
    compute_targets(con)
    compute_scores(con)
    take_frozen(con)
    list_late_batches(con, ledgers)
    next_stage()
    create_version_info(con, version_name, as_of)
    library.join()
    verdict = judge(con)
    drop_raw(con)
    detach_closings(con)
    progress("完成", len(_STAGES), len(_STAGES))
    return verdict


def create_batches(con: duckdb.DuckDBPyConnection, batches: Sequence[Batch]) -> None:
    """`meta.batches`: the batches of this version (and no others).

    `header_fields`: the contract fields that the file had a column for. `landing`: its file below
    `landing/`.
    """
    replaced = {b.replaces_batch_id for b in batches if b.replaces_batch_id}
    frame = pl.DataFrame(
        [
            {
                **{name: getattr(b, name) for name in _BATCH_SCHEMA if hasattr(b, name)},
                "state": "accepted",
                "is_replaced": b.batch_id in replaced,
                "header_fields": [name for _, _, name in b.header_map if name],
            }
            for b in sorted(batches, key=lambda b: b.sequence)
        ],
        schema=_BATCH_SCHEMA,
    )
    con.execute("create schema if not exists meta")
    con.from_arrow(frame.to_arrow()).create("meta.batches")
    con.execute("alter table meta.batches alter landed_at type timestamp")


def create_raw(con: duckdb.DuckDBPyConnection, sources: Sources, batches: Sequence[Batch]) -> None:
    """`raw.<ledger>` for every contract: views over the landing tables, persons' data masked.

    Views, not tables: what a build reads once need not be copied first. `_extra` becomes the JSON
    array of the unknown columns' headers. Numbers of persons in other columns are hidden too.
    """
    define_words(con)
    con.execute("create schema raw")
    for ledger, contract in sources.contracts.items():
        shape = landing_shape(contract)
        if any(b.ledger == ledger for b in batches):
            rows = read_landed(con, sources.home, contract, batches)
        else:
            rows = con.sql(f"select null::varchar as {LANDING_COLUMN} where false")
        present = set(rows.columns)
        hidden = hiding(contract)
        columns = [
            _column(name, kind, present, shape, hidden.get(name, "{}"))
            for name, kind in shape.items()
        ]
        lineage = [f"b.{name}" for name in _LINEAGE]
        view = (
            rows.set_alias("l")
            .join(con.table("meta.batches").set_alias("b"), f"l.{LANDING_COLUMN} = b.landing")
            .project(", ".join([*(c for c in columns if c), *lineage]))
        )
        con.execute("set schema = 'raw'")
        view.create_view(ledger)
        con.execute("set schema = 'main'")


def landing_shape(contract: Contract) -> dict[str, str]:
    """Column names and types of a landing table of this contract."""
    fields = dict.fromkeys([*contract.fields, "_extra"], "VARCHAR")
    return {**fields, "row_number": "BIGINT", **derived_columns(contract)}


def _column(
    name: str, kind: str, present: set[str], shape: Mapping[str, str], form: str
) -> str | None:
    """How a landing column goes, in this form, into the raw view; None if it does not.

    A personal column gives way to its masked form, also where an older landing lacks that form.
    Names come from contracts (checked identifiers), so writing them into SQL is safe.
    """
    if name.endswith("__masked"):
        return None
    if name == "_extra" and name in present:
        # Nobody knows whether an unknown column holds persons: its name goes on, its values stay.
        return f'cast(to_json(json_keys(l."_extra")) as {kind}) as "_extra"'
    masked = f"{name}__masked"
    source = masked if masked in shape else name
    if source not in present:
        return f'cast(null as {kind}) as "{name}"'
    shown = form.replace("{}", f'l."{source}"')
    return f'cast({shown} as {kind}) as "{name}"'


def assign_told_departments(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `department_unit_id` with the unit that handing in told, by its names.

    Before staging: rows that name no unit belong to it.
    """
    names = con.sql("select distinct department from meta.batches where department is not null")
    keys = [(name, name_key(name)) for (name,) in names.fetchall()]
    con.execute("create temp table department_keys (department varchar, name_norm varchar)")
    if keys:
        con.executemany("insert into department_keys values (?, ?)", keys)
    con.execute(
        """
        update meta.batches set department_unit_id = (
            select min(n.unit_id)
            from department_keys as k
            join ref.unit_names as n on n.name_norm = k.name_norm
            where k.department = batches.department
              and n.place_id = batches.place_id
              and batches.received_date >= n.valid_from
              and batches.received_date < n.valid_to
        )
        """
    )
    con.execute("drop table department_keys")


def assign_row_departments(con: duckdb.DuckDBPyConnection, ledgers: Sequence[str]) -> None:
    """Fill `department_unit_id` where nothing was told: with the single unit of the rows."""
    con.execute("create temp table batch_units (batch_id varchar, unit_id varchar, units bigint)")
    for ledger in ledgers:
        con.table(f"staging.{ledger}").aggregate(
            "batch_id, min(unit_id) as unit_id, count(distinct unit_id) as units"
        ).insert_into("batch_units")
    con.execute(
        """
        update meta.batches set department_unit_id = u.unit_id
        from batch_units as u
        where u.batch_id = batches.batch_id and u.units = 1
          and batches.department is null and u.unit_id <> '(未识别单位)'
        """
    )
    con.execute("drop table batch_units")


def create_version_info(con: duckdb.DuckDBPyConnection, version_name: str, as_of: date) -> None:
    """`meta.version_info`, one row."""
    con.execute(
        "create table meta.version_info (version varchar, built_at timestamp, as_of date, "
        "rule_set varchar, product_version varchar)"
    )
    built_at = datetime.now(UTC).replace(tzinfo=None)
    con.execute(
        "insert into meta.version_info values (?, ?, ?, ?, ?)",
        [version_name, built_at, as_of, rule_set_version(), product_version()],
    )


def drop_raw(con: duckdb.DuckDBPyConnection) -> None:
    """A published version holds nothing that points back at the landing files."""
    con.execute("drop schema raw cascade")


def product_version() -> str:
    """The version of the installed product."""
    try:
        return version("citycredit")
    except PackageNotFoundError:
        return "0"
