"""Batches and the publish gate."""

from __future__ import annotations

import duckdb
import polars as pl

from dashboard.queries.statements import fetch


def read_batches(con: duckdb.DuckDBPyConnection, plan: str) -> pl.DataFrame:
    """The batches in this version, newest first (batches.sql)."""
    return fetch(con, "batches", plan=plan)


def read_late_batches(con: duckdb.DuckDBPyConnection, plan: str) -> pl.DataFrame:
    """What came in after the plan was closed and is not counted (late_batches.sql)."""
    return fetch(con, "late_batches", plan=plan)


def read_gate_results(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """How many expectations each suite of the publish gate judged and failed (gate_results.sql)."""
    return fetch(con, "gate_results")
