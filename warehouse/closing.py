"""Closing a plan (定稿): its figures are frozen, and later builds take the frozen rows.

A closing is a folder `closed/<plan>/<n>/`: one Parquet file per table of `CLOSED_TABLES` and
`manifest.json` with their row counts and hashes. The journal says which closings hold: the
`published` event that froze a plan carries `closed`, the one that took it back `reopened`. What
comes in later is landed and listed (`meta.late_batches`), and counts nowhere in the closed plan.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from warehouse import files
from warehouse.home import Home, HomeError
from warehouse.reference import PERIODS, periods_of

CLOSED_TABLES = (
    "metric_values", "span_values", "target_figures", "target_values", "routine_periods",
    "task_units", "task_completions", "obligations", "index_periods", "index_gaps",
    "index_points_lost", "assessment_periods", "unit_scores", "unit_score_parts", "mending_worth",
)  # fmt: skip
"""The tables of `marts` that are a plan's figures: all that have plan and period, and the state of
its tasks and obligations. Views follow their tables; records stay live."""

_MANIFEST = "manifest.json"
_FORMAT = 1
# What a row's state becomes once it is final; a figure without a value stays 'no_data'.
_FINAL = "case when state in ('collecting', 'review') then 'final' else state end as state"


class ClosingError(HomeError):
    """Frozen figures are lost or altered, or cannot be used; Chinese."""


@dataclass(frozen=True)
class Closing:
    """One closing of one plan, as the journal tells it. `folder` is below `closed/`."""

    plan_id: str
    folder: str
    as_of: date
    reason: str
    source_version: str
    manifest_sha256: str
    closed_at: str = ""

    def to_json(self) -> dict[str, Any]:
        """The entry of a `published` event (the time is the event's own)."""
        return {
            "plan_id": self.plan_id,
            "folder": self.folder,
            "as_of": self.as_of.isoformat(),
            "reason": self.reason,
            "source_version": self.source_version,
            "manifest_sha256": self.manifest_sha256,
        }


@dataclass(frozen=True)
class Manifest:
    """What a closing holds: the batches it knew, and per table the file, its rows and hash."""

    place_id: str
    batches: list[str]
    tables: dict[str, dict[str, Any]]


def closings_in_force(events: Iterable[dict[str, Any]]) -> list[Closing]:
    """The closings that hold after these events, in the order of their making."""
    found: dict[str, Closing] = {}
    for event in events:
        for plan_id in event.get("reopened", []):
            found.pop(plan_id, None)
        for row in event.get("closed", []):
            facts = {**row, "as_of": date.fromisoformat(row["as_of"])}
            found[row["plan_id"]] = Closing(**facts, closed_at=event["at"])
    return list(found.values())


def last_cutoff(plan: Any) -> date:
    """The last day that counts for a plan: the latest cut-off of its periods."""
    place = list(PERIODS).index("cutoff_date")
    cutoff: date = max(period[place] for period in periods_of(plan, date.max))
    return cutoff


# Freezing


def freeze_plan(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    plan_id: str,
    as_of: date,
    reason: str,
    source_version: str,
) -> Closing:
    """Write the figures of a plan as they stand on `con`; gives the closing, not yet journalled.

    The caller is the writer. The folder appears whole or not at all; one that no journal line
    names is removed by `remove_orphans`.
    """
    parent = home.closed / plan_id
    parent.mkdir(parents=True, exist_ok=True)
    number = max((int(p.name) for p in parent.iterdir() if p.name.isdigit()), default=0) + 1
    target = parent / str(number)
    temporary = files.temporary_beside(target)
    temporary.mkdir()
    try:
        tables = {
            table: _write_table(con, table, plan_id, temporary / f"{table}.parquet")
            for table in _closed_tables_in(con)
        }
        [(place_id,)] = con.sql(
            "select place_id from ref.plans where plan_id = $plan", params={"plan": plan_id}
        ).fetchall()
        batches = con.sql("select batch_id from meta.batches order by sequence").fetchall()
        manifest = {
            "format": _FORMAT,
            "plan_id": plan_id,
            "place_id": place_id,
            "as_of": as_of.isoformat(),
            "source_version": source_version,
            "batches": [batch_id for (batch_id,) in batches],
            "tables": tables,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        files.write_atomically(temporary / _MANIFEST, text)
        files.sync_folder(temporary)
        files.settle(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return Closing(
        plan_id=plan_id,
        folder=f"{plan_id}/{number}",
        as_of=as_of,
        reason=reason,
        source_version=source_version,
        manifest_sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
    )


def _write_table(
    con: duckdb.DuckDBPyConnection, table: str, plan_id: str, path: Path
) -> dict[str, Any]:
    columns = ", ".join(
        _FINAL if table in ("metric_values", "span_values") and name == "state" else f'"{name}"'
        for name in con.table(f"marts.{table}").columns
    )
    rows = con.sql(
        f"select {columns} from marts.{table} where plan_id = $plan",  # noqa: S608
        params={"plan": plan_id},
    )
    rows.write_parquet(str(path), compression="zstd")
    files.sync_file(path)
    [(count,)] = con.read_parquet(str(path)).aggregate("count(*)").fetchall()
    return {"file": path.name, "rows": count, "sha256": files.sha256_of(path)}


def remove_orphans(home: Home, events: Iterable[dict[str, Any]]) -> None:
    """Remove frozen folders that no event names: their closing never came to pass."""
    named = {row["folder"] for event in events for row in event.get("closed", [])}
    for folder in home.closed.glob("*/*"):
        if folder.relative_to(home.closed).as_posix() not in named:
            shutil.rmtree(folder, ignore_errors=True)


# Reading


def read_manifest(home: Home, closing: Closing) -> Manifest:
    """The manifest of a closing, after every hash was compared. Raises ClosingError."""
    folder = home.closed / closing.folder
    advice = "请从备份恢复 closed/，或 citycredit plan reopen 后重新定稿。"
    try:
        text = (folder / _MANIFEST).read_bytes()
    except OSError as error:
        raise ClosingError(f"方案 {closing.plan_id} 的定稿清单不在：{folder}。{advice}") from error
    if hashlib.sha256(text).hexdigest() != closing.manifest_sha256:
        raise ClosingError(f"方案 {closing.plan_id} 的定稿清单与定稿时不一致：{folder}。{advice}")
    facts = json.loads(text)
    for table in facts["tables"].values():
        path = folder / table["file"]
        if not path.exists() or files.sha256_of(path) != table["sha256"]:
            raise ClosingError(f"方案 {closing.plan_id} 的定稿文件不在或已改动：{path}。{advice}")
    return Manifest(facts["place_id"], facts["batches"], facts["tables"])


# Building


def attach_closings(
    con: duckdb.DuckDBPyConnection, home: Home, closings: Sequence[Closing], as_of: date
) -> None:
    """Create `meta.closed_plans`, `meta.closed_tables` and the views of schema `closed`.

    A closing made with a later as-of day does not exist for this build, nor does one of a plan
    that is no longer known. Raises ClosingError when frozen files are not what they were.
    """
    con.execute("create schema if not exists meta")
    con.execute("create schema if not exists closed")
    con.execute(
        "create table meta.closed_plans (plan_id varchar, place_id varchar, as_of date, "
        "reason varchar, source_version varchar, closed_at varchar, batches varchar[])"
    )
    con.execute(
        "create table meta.closed_tables (plan_id varchar, table_name varchar, "
        "frozen varchar, rows bigint)"
    )
    known = {row[0] for row in con.sql("select plan_id from ref.plans").fetchall()}
    views = 0
    for closing in closings:
        if closing.as_of > as_of or closing.plan_id not in known:
            continue
        manifest = read_manifest(home, closing)
        con.execute(
            "insert into meta.closed_plans values (?, ?, ?, ?, ?, ?, ?)",
            [closing.plan_id, manifest.place_id, closing.as_of, closing.reason,
             closing.source_version, closing.closed_at, manifest.batches],
        )  # fmt: skip
        for table, facts in manifest.tables.items():
            views += 1
            path = home.closed / closing.folder / facts["file"]
            con.execute("set schema = 'closed'")
            con.read_parquet(str(path)).create_view(f"frozen_{views}")
            con.execute("set schema = 'main'")
            con.execute(
                "insert into meta.closed_tables values (?, ?, ?, ?)",
                [closing.plan_id, table, f"closed.frozen_{views}", facts["rows"]],
            )


def take_frozen(con: duckdb.DuckDBPyConnection) -> None:
    """Put the frozen rows of closed plans in the place of the computed ones, in every table that
    is there; may be called again after more was computed."""
    present = set(_closed_tables_in(con))
    for plan_id, table, frozen, _ in con.table("meta.closed_tables").fetchall():
        if table in present:
            columns = ", ".join(shared_columns(con, table, frozen))
            con.execute(f"delete from marts.{table} where plan_id = ?", [plan_id])  # noqa: S608
            con.execute(
                f"insert into marts.{table} by name select {columns} from {frozen}"  # noqa: S608
            )


def shared_columns(con: duckdb.DuckDBPyConnection, table: str, frozen: str) -> list[str]:
    """The columns that a table has now and had when it was frozen, quoted, in today's order."""
    former = set(con.table(frozen).columns)
    return [f'"{name}"' for name in con.table(f"marts.{table}").columns if name in former]


def detach_closings(con: duckdb.DuckDBPyConnection) -> None:
    """A published version holds nothing that points at files of the home."""
    con.execute("drop schema if exists closed cascade")


def list_late_batches(con: duckdb.DuckDBPyConnection, ledgers: Iterable[str]) -> None:
    """Create `meta.late_batches` (plan_id, batch_id, rows): rows that came in after a plan was
    closed and would have belonged to it, by their date, else by the plan the file was sent under.
    """
    con.execute("create table meta.late_batches (plan_id varchar, batch_id varchar, rows bigint)")
    if not con.table("meta.closed_plans").fetchall():
        return
    for ledger in ledgers:
        columns = con.table(f"staging.{ledger}").columns
        dated = next((c for c in ("decision_date__date", "event_date") if c in columns), None)
        day = f's."{dated}"' if dated else "null::date"
        con.execute(
            f"""
            insert into meta.late_batches
            select c.plan_id, s.batch_id, count(*)
            from staging.{ledger} as s
            join meta.batches as b on s.batch_id = b.batch_id
            join meta.closed_plans as c on b.place_id = c.place_id
            join ref.plans as p on c.plan_id = p.plan_id
            where not list_contains(c.batches, s.batch_id)
                and coalesce(year({day}) = p.year, b.plan_id = c.plan_id)
            group by 1, 2
            """  # noqa: S608
        )


def _closed_tables_in(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Those of `CLOSED_TABLES` that this warehouse has as tables (a view follows its tables)."""
    found = con.sql(
        "select table_name from information_schema.tables where table_schema = 'marts' "
        "and table_type = 'BASE TABLE' and table_catalog = current_database()"
    ).fetchall()
    present = {name for (name,) in found}
    return [table for table in CLOSED_TABLES if table in present]
