"""Columns put through our own functions: nulls stay, and polars never calls us from its threads."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from dashboard.columns import each

PACKAGES = ("warehouse", "expectations", "etl", "dashboard")


def test_texts_are_changed_and_nulls_stay() -> None:
    column = pl.Series("duty", ["a", None, "b"])
    assert each(column, str.upper).to_list() == ["A", None, "B"]
    assert each(column, str.upper).name == "duty"
    assert each(pl.Series("duty", [None]), str.upper).dtype == pl.Utf8


def test_polars_calls_no_function_of_ours() -> None:
    """Its threads would wait for the interpreter, held by a session that waits for them."""
    root = Path(__file__).parents[1]
    calling = [
        path.name
        for package in PACKAGES
        for path in (root / package).rglob("*.py")
        if any(
            word in path.read_text(encoding="utf-8") for word in (".map_elements(", ".map_batches(")
        )
    ]
    assert calling == []
