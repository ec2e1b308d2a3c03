"""Suite `closed`: what a closed plan shows is what was frozen, row by row."""

from __future__ import annotations

import duckdb
import pandas as pd

from expectations.suites.model import Suite, all_zero, equal, unique
from warehouse.closing import shared_columns

_PRESENT = """
    select 1
    from information_schema.tables
    where table_schema = $schema and table_name = $name and table_catalog = current_database()
"""


def closed_plans(con: duckdb.DuckDBPyConnection) -> str:
    """The closed plans, as the body of an SQL `in (…)`: other suites leave them to this one."""
    return "select plan_id from meta.closed_plans" if _has(con, "meta", "closed_plans") else "null"


def closed_suite(con: duckdb.DuckDBPyConnection) -> Suite:
    """One row per closed plan and frozen table; empty when no plan is closed."""
    rows = []
    if _has(con, "meta", "closed_tables"):
        for plan_id, table, frozen, expected in con.table("meta.closed_tables").fetchall():
            if _has(con, "marts", table):
                found = _compare(con, plan_id, table, frozen)
                rows.append((f"{plan_id} {table}", expected, *found))
    return Suite(
        "closed",
        pd.DataFrame(rows, columns=["subject", "frozen_rows", "shown_rows", "differing_rows"]),
        (
            unique("subject", "同一定稿方案的同一张表出现两次"),
            equal("frozen_rows", "shown_rows", "定稿方案的行数与定稿清单不等"),
            all_zero("differing_rows", "定稿方案的内容与定稿文件不同"),
        ),
    )


def _compare(
    con: duckdb.DuckDBPyConnection, plan_id: str, table: str, frozen: str
) -> tuple[int, int]:
    """(rows shown, rows that only one side has). Names come from our own lists."""
    columns = ", ".join(shared_columns(con, table, frozen))
    shown = f"(select {columns} from marts.{table} where plan_id = $plan)"  # noqa: S608
    kept = f"(select {columns} from {frozen})"  # noqa: S608
    [row] = con.sql(
        f"""
        select
            (select count(*) from {shown}),
            (select count(*) from ({shown} except all {kept}))
            + (select count(*) from ({kept} except all {shown}))
        """,  # noqa: S608
        params={"plan": plan_id},
    ).fetchall()
    return row[0], row[1]


def _has(con: duckdb.DuckDBPyConnection, schema: str, name: str) -> bool:
    return bool(con.sql(_PRESENT, params={"schema": schema, "name": name}).fetchall())
