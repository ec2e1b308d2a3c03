"""The SQL files beside this module, run with bound values."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

FOLDER = Path(__file__).parent


@cache
def statement(name: str) -> str:
    """The text of `<name>.sql`."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def fetch(con: duckdb.DuckDBPyConnection, name: str, **values: Any) -> pl.DataFrame:
    """The rows of `<name>.sql`; its columns are said in the file's head. `values` are bound."""
    rows: pl.DataFrame = con.sql(statement(name), params=values or None).pl()
    return rows
