"""How often each quality rule was asked, failed or crashed, and what of the plan rules judge by."""

from __future__ import annotations

import duckdb
import polars as pl

from dashboard.queries.statements import fetch


def read_rule_counts(con: duckdb.DuckDBPyConnection, plan: str, period: str) -> pl.DataFrame:
    """One row per rule that ran on a batch of the plan received in the period (rule_counts.sql)."""
    return fetch(con, "rule_counts", plan=plan, period=period)


def read_rule_parameters(con: duckdb.DuckDBPyConnection, plan: str) -> pl.DataFrame:
    """What of the plan rules judge by, one row per limit (rule_parameters.sql)."""
    return fetch(con, "rule_parameters", plan=plan)
