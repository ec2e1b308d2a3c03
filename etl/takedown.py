"""应下未下: records that must leave publication: why, since when, and whether they are still shown.

`marts.must_leave` knows those of the batches in the warehouse. The rows of withdrawn batches are no
longer in it; what of them had been published comes from their landing tables.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import duckdb
import polars as pl

from etl.privacy import define_words, hiding
from warehouse.contracts import Contract, load_contracts
from warehouse.home import Home
from warehouse.journal import Batch, Journal

REASON_WORDS = {
    "revoked": "已撤销",
    "repaired": "已修复",
    "ended": "状态无效",
    "expired": "期限已过",
    "replaced": "更正文件中已删去",
    "withdrawn": "批次已撤回",
}
KEYS = (
    "plan", "ledger", "unit_id", "unit", "document_no", "counterparty_name", "authority_name",
    "decision_date", "shown_until", "published_date", "is_shown", "reason", "reasons",
    "since_date", "days", "batch", "file", "sheet", "row",
)  # fmt: skip

_SHANGHAI = timezone(timedelta(hours=8))
_LEDGERS = ("admin_permit", "admin_penalty")
_SHOWN = (
    "document_no", "counterparty_name", "authority_name", "authority_uscc", "source_unit_uscc",
)  # fmt: skip
_UNKNOWN = "(未识别单位)"

Row = dict[str, Any]


def read_takedowns(
    con: duckdb.DuckDBPyConnection,
    plan: str | None = None,
    *,
    root: str | None = None,
    only_shown: bool = False,
) -> list[Row]:
    """The records of the plan's place (of every plan's without one) that must leave publication on
    the as-of day of the warehouse `con`: rows with `KEYS`, persons masked.

    `reasons`: codes of `REASON_WORDS`, `reason` the first; `days` since then; `is_shown`: a time of
    publication is filled, on or before that day. `root`: the home whose withdrawn batches count
    too. Those still shown come first, then the oldest.
    """
    rows = _of_marts(con, plan)
    if root is not None:
        rows += read_withdrawn(con, root, plan)
    rows = [row for row in rows if row["is_shown"] or not only_shown]
    return sorted(rows, key=lambda r: (r["plan"], not r["is_shown"], r["since_date"]))


def _of_marts(con: duckdb.DuckDBPyConnection, plan: str | None) -> list[Row]:
    found = con.sql(
        """
        select p.plan_id, m.ledger, m.unit_id, coalesce(u.name, m.unit_id), m.document_no,
            m.counterparty_name, m.authority_name, m.decision_date, m.shown_until,
            m.published_date, m.is_shown, m.reason,
            list_filter([
                case when m.is_revoked then 'revoked' end,
                case when m.is_repaired then 'repaired' end,
                case when m.is_ended and not m.is_revoked then 'ended' end,
                case when m.is_expired then 'expired' end,
                case when m.is_replaced then 'replaced' end
            ], lambda reason: reason is not null),
            m.since_date, date_diff('day', m.since_date, r.as_of), m.batch_id, b.file_name,
            b.sheet_name, m.row_id % 1000000000
        from marts.must_leave as m
        cross join ref.run as r
        join ref.plans as p on p.place_id = m.place_id
        join meta.batches as b on b.batch_id = m.batch_id
        left join ref.units as u on u.plan_id = p.plan_id and u.unit_id = m.unit_id
        where $plan is null or p.plan_id = $plan
        order by m.since_date, m.ledger, m.row_id
        """,
        params={"plan": plan},
    ).fetchall()
    return [dict(zip(KEYS, row, strict=True)) for row in found]


def read_withdrawn(con: duckdb.DuckDBPyConnection, root: str, plan: str | None) -> list[Row]:
    """Published rows of withdrawn batches of the home at `root` whose decision is in no record any
    more, with `KEYS`."""
    home = Home.open(root)
    [(as_of,)] = con.sql("select as_of from ref.run").fetchall()
    places = {
        str(place): [str(p) for p in plans]
        for place, plans in con.sql(
            "select place_id, list(plan_id order by plan_id) from ref.plans "
            "where $plan is null or plan_id = $plan group by 1",
            params={"plan": plan},
        ).fetchall()
    }
    days = _withdrawal_days(Journal(home))
    batches = [
        b
        for b in Journal(home).batches()
        if b.state == "withdrawn"
        and b.ledger in _LEDGERS
        and b.place_id in places
        and b.received_date <= as_of
        and (home.landing / b.landing).exists()
    ]
    define_words(con)  # for this connection only
    found: dict[tuple[str, ...], Row] = {}
    for batch in batches:
        for landed in _published_rows(con, home, batch).iter_rows(named=True):
            decision = landed["decision_key"] or landed["row_hash"]
            found[batch.place_id, str(decision)] = {"landed": landed, "batch": batch}
    alive = _live_decisions(con, list(found))
    names = {
        (str(p), str(u)): str(n)
        for p, u, n in con.sql("select plan_id, unit_id, name from ref.units").fetchall()
    }
    codes = {
        (str(p), str(c)): str(u)
        for p, c, u in con.sql("select place_id, uscc, unit_id from ref.unit_codes").fetchall()
    }
    rows: list[Row] = []
    for key, one in found.items():
        if key in alive:
            continue
        batch, landed = one["batch"], one["landed"]
        of = (landed["source_unit_uscc"], landed["authority_uscc"])
        unit = next(
            (codes[batch.place_id, c] for c in of if (batch.place_id, c) in codes), _UNKNOWN
        )
        since = days.get(batch.batch_id, as_of)
        rows += [
            {
                "plan": plan_id,
                "ledger": batch.ledger,
                "unit_id": unit,
                "unit": names.get((plan_id, unit), unit),
                "document_no": landed["document_no"],
                "counterparty_name": landed["counterparty_name"],
                "authority_name": landed["authority_name"],
                "decision_date": landed["decision_date"],
                "shown_until": None,
                "published_date": landed["published_date"],
                "is_shown": landed["published_date"] <= as_of,
                "reason": "withdrawn",
                "reasons": ["withdrawn"],
                "since_date": since,
                "days": max((as_of - since).days, 0),
                "batch": batch.batch_id,
                "file": batch.file_name,
                "sheet": batch.sheet_name,
                "row": landed["row_number"],
            }
            for plan_id in places[batch.place_id]
        ]
    return rows


def _withdrawal_days(journal: Journal) -> dict[str, date]:
    """The day on which each batch was (last) withdrawn, as a business date."""
    days = {}
    for event in journal.events():
        for batch_id in event.get("withdrawn", []):
            days[batch_id] = datetime.fromisoformat(event["at"]).astimezone(_SHANGHAI).date()
    return days


def _published_rows(con: duckdb.DuckDBPyConnection, home: Home, batch: Batch) -> pl.DataFrame:
    """The rows of a landed batch that say when they were published, persons masked."""
    contract = load_contracts()[batch.ledger]
    shown = ", ".join(_shown(contract, field) for field in _SHOWN)
    rows: pl.DataFrame = (
        con.read_parquet(str(home.landing / batch.landing))
        .filter("published_at__date is not null")
        .project(
            f"{shown}, decision_date__date as decision_date, "
            "published_at__date as published_date, row_hash, row_number, "
            "authority_uscc__norm || '|' || document_no__norm as decision_key"
        )
        .pl()
    )
    return rows


def _shown(contract: Contract, field: str) -> str:
    """A landed column in the form in which it may be shown."""
    column = contract.column(field)
    if column.personal:
        return f"{field}__masked as {field}"
    source = f"{field}__norm" if column.type == "uscc" else field
    return f"{hiding(contract).get(source, '{}').replace('{}', source)} as {field}"


def _live_decisions(
    con: duckdb.DuckDBPyConnection, keys: list[tuple[str, ...]]
) -> set[tuple[str, ...]]:
    """Which of these (place, decision) are in a live record."""
    if not keys:
        return set()
    asked = pl.DataFrame(keys, schema=["place_id", "decision_key"], orient="row")
    con.register("asked", asked)
    try:
        rows = con.sql(
            "select distinct a.place_id, a.decision_key from asked as a "
            "join marts.publicity_records as r "
            "on r.place_id = a.place_id and r.decision_key = a.decision_key"
        ).fetchall()
    finally:
        con.unregister("asked")
    return {(str(place), str(key)) for place, key in rows}
