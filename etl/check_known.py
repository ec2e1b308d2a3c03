"""What a check knows beside the file: rows of the published warehouse that concern it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing

import duckdb
import polars as pl

from warehouse.contracts import Contract
from warehouse.plans import Plan
from warehouse.store import Store

# What of earlier ledgers may concern the file: (column of the file's ledger, column that must hold
# the same, ledger if another one). The same decision (a corrected code makes another record of it),
# the same row, any report of the same task, the same month of an index.
_SAME_ROW = (("row_hash", "row_hash", None),)
_SAME_DECISION = (
    ("decision_key", "decision_key", None), *_SAME_ROW,
    ("decision_key", "decision_key", "decision_register"),
    ("uscc__norm", "uscc__norm", "subject"),
    ("counterparty_name__norm", "subject_name__norm", "subject"),
    ("counterparty_name__norm", "former_name__norm", "subject"),
)  # fmt: skip
_SAME_PERIOD = ("period__norm", "period__norm")
_CONCERNS: dict[str, tuple[tuple[str, str, str | None], ...]] = {
    "admin_permit": _SAME_DECISION,
    "admin_penalty": _SAME_DECISION,
    "task_status": (("task_id__norm", "task_id__norm", None),),
    "declaration": ((*_SAME_PERIOD, None),),
    "official_feedback": ((*_SAME_PERIOD, None),),
    "external_assessment": ((*_SAME_PERIOD, None),),
    "city_index": ((*_SAME_PERIOD, None), (*_SAME_PERIOD, "city_index_indicator")),
    "city_index_indicator": ((*_SAME_PERIOD, None), (*_SAME_PERIOD, "city_index")),
    "publicity_article": (("text_key", "text_key", None), *_SAME_ROW),
    "subject": (("uscc__norm", "uscc__norm", None), *_SAME_ROW),
}


def make_known(
    con: duckdb.DuckDBPyConnection,
    contracts: Mapping[str, Contract],
    ledgers: Sequence[str],
    plan: Plan,
    published: Store | None,
) -> None:
    """`known.*`: what is staged here and what of the published warehouse concerns it.

    Afterwards `staging.*` holds the rows of the file alone.
    """
    con.execute("create schema known")
    con.execute("create table known.batches as select * from meta.batches")
    # Where nothing else is known, a second copy of the file's rows would only cost memory.
    is_alone = published is None
    for ledger in contracts:
        kind = "view" if is_alone else "table"
        con.execute(f"create {kind} known.{ledger} as select * from staging.{ledger}")  # noqa: S608
        if not is_alone:
            con.execute(
                f"delete from staging.{ledger} where batch_id not in "  # noqa: S608
                "(select b.batch_id from meta.batches as b)"
            )
    if published is None:
        return
    with closing(published.reader()) as reader:
        append_rows(
            con,
            "known.batches",
            reader.sql(
                "select * from meta.batches where place_id = ?", params=[plan.place_id]
            ).pl(),
        )
        filled = set()
        for ledger in ledgers:
            for own, key, other in _CONCERNS.get(ledger, _SAME_ROW):
                named = other or ledger
                if not _holds(reader, named, key):
                    continue
                earlier = reader.sql(
                    f"select * from staging.{named} "  # noqa: S608
                    f"where place_id = ? and {key} in (select unnest(?::varchar[]))",
                    params=[plan.place_id, _distinct(con, ledger, own)],
                ).pl()
                append_rows(con, f"known.{named}", earlier)
                filled.add(named)
    for ledger in filled:
        con.execute(
            f"create or replace table known.{ledger} as "  # noqa: S608
            f"select distinct on (row_id) * from known.{ledger}"
        )


def _holds(reader: duckdb.DuckDBPyConnection, ledger: str, column: str) -> bool:
    """Whether the published warehouse has it: an older one may not know the ledger."""
    found = reader.sql(
        "select 1 from information_schema.columns where table_schema = 'staging' "
        "and table_catalog = current_database() and table_name = ? and column_name = ?",
        params=[ledger, column],
    )
    return bool(found.fetchall())


def judge_by_first_report(con: duckdb.DuckDBPyConnection, ledger: str) -> None:
    """Give corrected rows the report and the limit that the build will judge their record by.

    Those of the earliest row of the record, or of the decision and counterparty name (a corrected
    code is no second first time): its report time, unless there is a receipt, and the limit of the
    first valid decision date. `known.*` keeps what each row says itself.
    """
    con.execute(
        f"""
        create temp table origins as
        with earlier as (
            select e.*, (e.received_date, e.sequence, e.row_number) as row_order
            from known.{ledger} as e
            where e.batch_id not in (select b.batch_id from meta.batches as b)
        ),

        pairs as (
            select s.row_id, e.row_order, e.report_date, e.report_basis, e.limit_date,
                e.decision_date__date
            from staging.{ledger} as s
            join earlier as e on s.record_key = e.record_key
            where e.received_date <= s.received_date
            union all
            select s.row_id, e.row_order, e.report_date, e.report_basis, e.limit_date,
                e.decision_date__date
            from staging.{ledger} as s
            join earlier as e
                on s.decision_key = e.decision_key
                and s.counterparty_name__norm = e.counterparty_name__norm
            where e.received_date <= s.received_date and s.record_key <> e.record_key
        ),

        firsts as (
            select distinct on (row_id) row_id, report_date, report_basis
            from pairs
            order by row_id, row_order
        ),

        first_limits as (
            select distinct on (row_id) row_id, limit_date
            from pairs
            where decision_date__date is not null
            order by row_id, row_order
        )

        select
            f.row_id,
            case when f.report_basis = 'column' then f.report_date end as report_date,
            l.row_id is not null as has_limit,
            l.limit_date
        from firsts as f
        left join first_limits as l on f.row_id = l.row_id
        """  # noqa: S608 - the name of a ledger
    )
    con.execute(
        f"""
        update staging.{ledger} set
            report_basis = case
                when report_basis = 'receipt' or o.report_date is null then report_basis
                else 'column'
            end,
            report_date = case
                when report_basis = 'receipt' then staging.{ledger}.report_date
                else coalesce(o.report_date, staging.{ledger}.report_date)
            end,
            limit_date = case
                when o.has_limit then o.limit_date else staging.{ledger}.limit_date
            end
        from origins as o
        where staging.{ledger}.row_id = o.row_id
        """  # noqa: S608
    )
    con.execute("drop table origins")


def _distinct(con: duckdb.DuckDBPyConnection, ledger: str, key: str) -> list[str]:
    rows = con.sql(f"select distinct {key} from staging.{ledger} where {key} is not null")  # noqa: S608
    return [value for (value,) in rows.fetchall()]


def append_rows(con: duckdb.DuckDBPyConnection, relation: str, frame: pl.DataFrame) -> None:
    """Append the columns that the table has too (an older version may hold fewer, or others)."""
    shared = [c for c in frame.columns if c in con.table(relation).columns]
    con.register("earlier_rows", frame.select(shared))
    con.execute(f"insert into {relation} by name select * from earlier_rows")  # noqa: S608
    con.unregister("earlier_rows")
