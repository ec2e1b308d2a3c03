"""The check before submission: may this file go up, and if not, what is wrong in which cell.

Works on a warehouse in memory that holds the file and, from the published warehouse of a home,
only what the file must be compared with. Nothing is landed and nothing in the home changes, but
for the audit line that unmasked values were asked for.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

from etl import build
from etl.build import create_batches, landing_shape
from etl.check_findings import PUBLICITY, CheckedSheet, collect_result
from etl.check_known import append_rows, judge_by_first_report, make_known
from etl.check_result import CheckResult
from etl.check_trace import trace
from etl.intake import Table, take_in
from etl.landing import Incoming
from etl.privacy import define_words, hidden_codes
from etl.readers import READER_VERSION
from etl.rounds import take_prints
from expectations.runner import run_rules
from warehouse import files
from warehouse.calendar import load_calendar
from warehouse.contracts import Contract, load_contracts
from warehouse.derive import derive
from warehouse.engines import open_warehouse
from warehouse.home import Config, Home
from warehouse.index_trees import load_trees
from warehouse.journal import Batch, Journal
from warehouse.masking import IdentityHash
from warehouse.models import run_models
from warehouse.plans import Plan
from warehouse.reference import load_reference
from warehouse.store import Store

Progress = Callable[[str, int, int], None]

_STEPS = ("读取文件", "整理数据", "查找先前数据", "逐条检查", "汇总结果")
_LINEAGE = (
    "batch_id", "sequence", "file_name", "sheet_name", "received_date", "place_id", "plan_id",
)  # fmt: skip
# More rows than a sheet can have, as in the row ids of the staging models.
_SHEET_ROWS = 1_000_000_000

# Of the rows and what is found of them, unless the home says otherwise; more goes to the disk.
_MEMORY = "1GiB"
# Unknown columns may hold anything, personal data too, and no rule looks at them.
_UNSHOWN = {"_extra"}


def check_file(
    path: Path,
    plan: Plan,
    received: date,
    *,
    home: Home | None = None,
    replaces: str | None = None,
    reveal: bool = False,
    progress: Progress | None = None,
    department: str | None = None,
    is_traced: bool = False,
) -> CheckResult:
    """Check one file under a plan as if it were received on a day.

    With a published warehouse in `home`, rows are also compared with what was received before,
    except the batch that this file `replaces`; without one such rules are not applicable.
    `reveal` gives values unmasked (noted in the journal of the home). `department`: the unit that
    handed it in, where somebody knows better than the file; `is_traced`: also tell whose rows they
    are and which obligations they answer. Raises UnreadableFile.
    """
    report = _Steps(progress)
    contracts = load_contracts()
    report.next()
    tables = take_in(path, contracts)
    records = take_prints(tables, contracts)
    store = Store(home) if home is not None else None
    published = store if store is not None and store.current() is not None else None
    with ExitStack() as stack:
        config = home.config if home else Config()
        limited = config.model_copy(update={"memory_limit": config.memory_limit or _MEMORY})
        scratch = stack.enter_context(TemporaryDirectory(prefix="citycredit-"))
        con = stack.enter_context(closing(open_warehouse(config=limited, scratch=Path(scratch))))
        if store is not None:
            stack.callback(store.close)
        report.next()
        coming = Incoming(path, received, department, replaces)
        sheets = _stage(con, coming, tables, plan, home, published, contracts)
        if not reveal:
            tables, sheets = _without_rows(tables, sheets)
        report.next()
        ledgers = sorted({s.batch.ledger for s in sheets})
        make_known(con, contracts, ledgers, plan, published)
        if published is not None:
            for ledger in set(PUBLICITY) & set(ledgers):
                judge_by_first_report(con, ledger)
        report.next()
        skipped = {"monitor"} if published else {"monitor", "warehouse"}
        run_rules(con, ledgers, contracts=contracts, skip_kinds=frozenset(skipped))
        report.next()
        result = collect_result(con, path, plan, received, tables, sheets, contracts, reveal)
        result = replace(result, records=records)
        if is_traced:
            batches = [sheet.batch for sheet in sheets]
            result = replace(result, trace=trace(con, batches, contracts))
    if reveal and home is not None:
        with home.writer():
            Journal(home).append("revealed", command="check", file=path.name, rows=result.rows)
    return result


class _Steps:
    """Tells the progress callback which step begins."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._step = 0

    def next(self) -> None:
        if self._progress:
            self._progress(_STEPS[self._step], self._step, len(_STEPS))
        self._step += 1


def _stage(
    con: duckdb.DuckDBPyConnection,
    coming: Incoming,
    tables: Sequence[Table],
    plan: Plan,
    home: Home | None,
    published: Store | None,
    contracts: Mapping[str, Contract],
) -> list[CheckedSheet]:
    """Fill ref, meta.batches, raw and staging with the sheets of the file."""
    calendar = load_calendar(home.calendar_path if home else None)
    trees = load_trees(home.index_trees if home else None)
    load_reference(con, {plan.id: plan}, calendar, coming.received, "check", trees)
    recognised = [t for t in tables if t.ledger is not None and t.skipped_reason is None]
    sha256 = files.sha256_of(coming.path)
    sheets = [
        CheckedSheet(table, _batch(table, number, coming, sha256, plan, contracts))
        for number, table in enumerate(recognised, start=_next_sequence(published))
    ]
    create_batches(con, [sheet.batch for sheet in sheets])
    con.execute("alter table meta.batches add column if not exists header_fields varchar[]")
    for sheet in sheets:
        fields = [f for _, _, f in sheet.table.header_map if f is not None]
        con.execute(
            "update meta.batches set header_fields = ? where batch_id = ?",
            [fields, sheet.batch.batch_id],
        )
    # Without a home nobody else's hashes are compared with, so any key will do.
    identity_hash = IdentityHash(home.key() if home else secrets.token_bytes(32))
    define_words(con)
    con.execute("create schema raw")
    for contract in contracts.values():
        _create_raw(con, contract)
    for ledger in dict.fromkeys(sheet.batch.ledger for sheet in sheets):
        given = [sheet for sheet in sheets if sheet.batch.ledger == ledger]
        _insert_raw(con, contracts[ledger], given, coming.received, identity_hash)
    if published is not None and any(s.batch.ledger in PUBLICITY for s in sheets):
        _insert_receipts(con, published, plan)
    build.assign_told_departments(con)
    run_models(con, "staging")
    build.assign_row_departments(con, list(contracts))
    # The rows are staged: a copy of them would stand beside for as long as the rules take.
    con.execute("drop schema raw cascade")
    return sheets


def _without_rows(
    tables: Sequence[Table], sheets: Sequence[CheckedSheet]
) -> tuple[list[Table], list[CheckedSheet]]:
    """The same without what the sheets hold, which is in the warehouse by now."""
    bare = {id(table): replace(table, frame=table.frame.clear()) for table in tables}
    return (
        [bare[id(table)] for table in tables],
        [CheckedSheet(bare[id(sheet.table)], sheet.batch) for sheet in sheets],
    )


def _next_sequence(published: Store | None) -> int:
    if published is None:
        return 1
    with closing(published.reader()) as reader:
        [(last,)] = reader.sql("select coalesce(max(sequence), 0) from meta.batches").fetchall()
    return int(last) + 1


def _batch(
    table: Table,
    sequence: int,
    coming: Incoming,
    sha256: str,
    plan: Plan,
    contracts: Mapping[str, Contract],
) -> Batch:
    assert table.ledger is not None
    assert table.header_row is not None
    return Batch(
        batch_id=f"check-{sequence}",
        sequence=sequence,
        file_name=coming.path.name,
        sha256=sha256,
        sheet_name=table.sheet,
        ledger=table.ledger,
        standard=table.standard,
        header_row=table.header_row,
        place_id=plan.place_id,
        plan_id=plan.id,
        department=coming.department or table.unit_above_header,
        received_date=coming.received,
        landed_at=f"{coming.received.isoformat()}T00:00:00",
        rows=table.frame.height,
        replaces_batch_id=coming.replaces,
        contract_version=contracts[table.ledger].version,
        reader_version=READER_VERSION,
        header_map=[list(entry) for entry in table.header_map],
        landing="",
    )


def _create_raw(con: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    shape = {
        name: kind
        for name, kind in landing_shape(contract).items()
        if not name.endswith("__masked") and name not in _UNSHOWN
    }
    lineage = {
        "batch_id": "VARCHAR", "sequence": "INTEGER", "file_name": "VARCHAR",
        "sheet_name": "VARCHAR", "received_date": "DATE", "place_id": "VARCHAR",
        "plan_id": "VARCHAR", "is_replaced": "BOOLEAN",
    }  # fmt: skip
    columns = ", ".join(f'"{name}" {kind}' for name, kind in {**shape, **lineage}.items())
    con.execute(f"create table raw.{contract.ledger} ({columns})")


def _insert_raw(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    sheets: Sequence[CheckedSheet],
    received: date,
    identity_hash: IdentityHash,
) -> None:
    """The rows of the sheets of a ledger, persons' columns replaced by their masked form.

    All by one statement: preparing it costs more than running it over a few thousand rows. While
    they are together, a row's number also says of which sheet it is.
    """
    numbered = (
        sheet.table.frame.with_columns(pl.col("row_number") + sheet.batch.sequence * _SHEET_ROWS)
        for sheet in sheets
    )
    derived = derive(con, pl.concat(numbered), contract, received, identity_hash)
    masked = {c for c in derived.columns if c.endswith("__masked")}
    # As in a published warehouse, so that keys agree.
    hidden = hidden_codes(contract)
    chosen = [
        f'"{name}__masked" as "{name}"'
        if f"{name}__masked" in masked
        else hidden.get(name, "{}").replace("{}", f'"{name}"') + f' as "{name}"'
        for name in derived.columns
        if name not in masked and name not in _UNSHOWN
    ]
    sheet_rows = derived.project(", ".join(chosen))  # noqa: F841 - named by the statement
    con.execute(
        f"""
        insert into raw.{contract.ledger} by name
        select
            r.* replace (r.row_number % {_SHEET_ROWS} as row_number),
            {", ".join(f"b.{name}" for name in _LINEAGE)},
            false as is_replaced
        from sheet_rows as r
        join meta.batches as b on r.row_number // {_SHEET_ROWS} = b.sequence
        """  # noqa: S608 - the contract's own names and constants
    )


def _insert_receipts(con: duckdb.DuckDBPyConnection, published: Store, plan: Plan) -> None:
    """The receipts of the place: a row's report time and its storage are told by them."""
    columns = [f'"{c}"' for c in con.table("raw.platform_receipt").columns]
    with closing(published.reader()) as reader:
        frame = reader.sql(
            f"select {', '.join(columns)} from staging.platform_receipt where place_id = ?",  # noqa: S608
            params=[plan.place_id],
        ).pl()
    append_rows(con, "raw.platform_receipt", frame)
