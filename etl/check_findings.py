"""From the checked warehouse to the result: counts by sheet and rule, a cell per violation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from etl.check_result import (
    CheckResult,
    FileProblem,
    Limit,
    Mending,
    RuleNote,
    RuleResult,
    SheetLayout,
    SheetResult,
)
from etl.intake import Table
from etl.readers import column_letters
from etl.violations import SCHEMA, Violations
from expectations.rules import declared_version, load_rules
from warehouse.contracts import Contract
from warehouse.journal import Batch
from warehouse.plans import Plan

PUBLICITY = ("admin_permit", "admin_penalty")
"""The ledgers whose rows have a limit to be judged by."""


@dataclass(frozen=True)
class CheckedSheet:
    """One recognised sheet as a batch of the check."""

    table: Table
    batch: Batch


def collect_result(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    plan: Plan,
    received: date,
    tables: Sequence[Table],
    sheets: Sequence[CheckedSheet],
    contracts: Mapping[str, Contract],
    reveal: bool,
) -> CheckResult:
    """The result of a check whose rules have run on `con`; `tables` are all sheets of the file."""
    of_table = {id(s.table): s for s in sheets}
    rules = con.sql(
        """
        select
            rule_id,
            ledger,
            case
                when bool_or(severity = 'error') then 'error'
                when bool_or(severity = 'late') then 'late'
                else any_value(severity)
            end,
            case
                when bool_or(status = 'errored') then 'errored'
                when bool_or(status = 'failed') then 'failed'
                when bool_or(status = 'passed') then 'passed'
                else 'not_applicable'
            end,
            sum(checked)::bigint,
            sum(failed)::bigint,
            max(error)
        from quality.rule_results
        group by 1, 2
        order by 1, 2
        """
    ).fetchall()
    return CheckResult(
        file=str(path),
        plan=plan.id,
        received=received.isoformat(),
        rule_set=declared_version(),
        sheets=tuple(
            _sheet_result(con, of_table[id(table)])
            if id(table) in of_table
            else SheetResult(table.sheet, skipped_reason=table.skipped_reason)
            for table in tables
        ),
        rules=tuple(RuleResult(*row[:6]) for row in rules),
        violations=Violations.joined(_violations(con, s, contracts, reveal) for s in sheets),
        problems=tuple(
            FileProblem(t.sheet, p.code, p.message, p.row, p.column, p.cell)
            for t in tables
            for p in t.problems
        ),
        rule_errors={row[0]: row[6] for row in rules if row[6] is not None},
        rule_notes=_notes(),
        layouts=tuple(_layout(s.table) for s in sheets),
        mending=_mending(con, sheets),
        limits=_limits(con, sheets),
        is_sample=plan.is_sample,
    )


@cache
def _notes() -> Mapping[str, RuleNote]:
    return {
        rule.id: RuleNote(rule.title, "".join(rule.checks[:1]), rule.mend, rule.basis)
        for rule in load_rules()
    }


def _layout(table: Table) -> SheetLayout:
    assert table.header_row is not None
    return SheetLayout(
        sheet=table.sheet,
        header_row=table.header_row,
        columns=table.header_map,
        width=table.width,
        is_workbook=table.is_workbook,
    )


def _mending(con: duckdb.DuckDBPyConnection, sheets: Sequence[CheckedSheet]) -> Mending | None:
    """What mending would give; None where a rule crashed, since nobody knows what it would say."""
    if con.sql("select 1 from quality.rule_results where status = 'errored'").fetchall():
        return None
    outcomes = {rule.id: rule.outcome for rule in load_rules()}
    # A row that must go needs no other mending, whatever else is wrong with it.
    [(removed, stuck)] = con.sql(
        """
        with wrong as (
            select
                row_id,
                bool_or(list_contains($remove, rule_id)) as must_go,
                bool_or(list_contains($none, rule_id)) as is_stuck
            from quality.violations
            where severity = 'error' and row_id is not null
            group by 1
        )

        select count(*) filter (must_go), count(*) filter (is_stuck and not must_go) from wrong
        """,
        params={
            kind: [rule for rule, outcome in outcomes.items() if outcome == kind]
            for kind in ("remove", "none")
        },
    ).fetchall()
    rows = sum(s.batch.rows for s in sheets) - removed
    return Mending(removed, stuck, rows, rows - stuck)


def _limits(con: duckdb.DuckDBPyConnection, sheets: Sequence[CheckedSheet]) -> tuple[Limit, ...]:
    """The limits of the judged rows, the most frequent first."""
    ledgers = sorted({s.batch.ledger for s in sheets} & set(PUBLICITY))
    if not ledgers:
        return ()
    rows = " union all ".join(
        "select place_id, decision_date__date as decision_date "  # noqa: S608
        f"from staging.{ledger} "
        "where decision_date__date <= received_date and limit_date is not null"
        for ledger in ledgers
    )
    found = con.sql(
        f"select l.limit_days, l.limit_kind, count(*) from ({rows}) as r "  # noqa: S608
        "join staging.decision_limits as l "
        "on r.place_id = l.place_id and r.decision_date = l.decision_date "
        "group by 1, 2 order by 3 desc, 1, 2"
    ).fetchall()
    return tuple(Limit(int(days), str(kind), int(rows)) for days, kind, rows in found)


def _sheet_result(con: duckdb.DuckDBPyConnection, sheet: CheckedSheet) -> SheetResult:
    batch = sheet.batch
    [(wrong, late)] = con.sql(
        "select count(distinct row_id) filter (where severity = 'error'), "
        "count(distinct row_id) filter (where severity = 'late') "
        "from quality.violations where batch_id = ?",
        params=[batch.batch_id],
    ).fetchall()
    basis = {"receipt": 0, "column": 0, "received": 0}
    if batch.ledger in PUBLICITY:
        counted = con.sql(
            f"select coalesce(report_basis, 'received'), count(*) from staging.{batch.ledger} "  # noqa: S608
            "where batch_id = ? and decision_date__date <= received_date "
            "and limit_date is not null group by 1",
            params=[batch.batch_id],
        ).fetchall()
        basis |= {str(name): int(count) for name, count in counted}
    judged = sum(basis.values())
    return SheetResult(
        sheet=batch.sheet_name,
        ledger=batch.ledger,
        standard=batch.standard,
        header_row=batch.header_row,
        rows=batch.rows,
        compliant_rows=batch.rows - wrong,
        judged_rows=judged,
        late_rows=late,
        undetermined_rows=batch.rows - judged if batch.ledger in PUBLICITY else 0,
        timeliness_basis=basis,
    )


def _violations(
    con: duckdb.DuckDBPyConnection,
    sheet: CheckedSheet,
    contracts: Mapping[str, Contract],
    reveal: bool,
) -> pl.DataFrame:
    """The violations of a sheet in the order of its rows, each with its cell."""
    table, batch = sheet.table, sheet.batch
    contract = contracts[batch.ledger]
    columns: dict[str, int] = {}
    for index, _, name in table.header_map:
        if name is not None:
            columns.setdefault(name, index)
    letters = {f: column_letters(index) for f, index in columns.items() if table.is_workbook}
    titles = {f: table.header_of(f) or contract.column(f).title for f in contract.fields}
    found: pl.DataFrame = con.sql(
        """
        select rule_id as rule, severity, row_number as row, field, value, message
        from quality.violations
        where batch_id = ?
        order by row_number, rule_id, field
        """,
        params=[batch.batch_id],
    ).pl()
    field = pl.col("field")
    letter = field.replace_strict(letters, default=None, return_dtype=pl.Utf8)
    found = found.with_columns(
        ledger=pl.lit(batch.ledger),
        sheet=pl.lit(batch.sheet_name),
        column=field.replace_strict(titles, default=None, return_dtype=pl.Utf8),
        cell=letter + pl.col("row").cast(pl.Utf8),
    )
    if reveal:
        found = found.with_columns(_revealed(found, table.frame))
    return found.select(SCHEMA.names()).cast(SCHEMA)


def _revealed(found: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """The values as they stand in the file; what is of no cell of it stays as it is."""
    position = {row: k for k, row in enumerate(rows["row_number"])}
    texts = {f: rows[f] for f in found["field"].unique() if f is not None}
    return pl.Series(
        "value",
        [
            texts[field][position[row]] if field is not None and row in position else value
            for row, field, value in found.select("row", "field", "value").iter_rows()
        ],
        dtype=pl.Utf8,
    )
