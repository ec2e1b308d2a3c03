"""A large table, derived by its distinct texts, has the landing shape of `warehouse.derive`."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl
import pytest

from tests.test_derive import _WRITTEN, CONTRACTS, HASH, RECEIVED
from warehouse.contracts import Contract
from warehouse.derive import derive
from warehouse.derive_distinct import derive_slices

# Ids of a grown-up and of a child on the day of receipt, so that ages are told.
_TEXTS = [*_WRITTEN.elements, None, "11010519491231002X", "990000201001010004"]  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        yield connection


def _frame(contract: Contract, times: int) -> pl.DataFrame:
    """Every field meets every text and every neighbour, so many times; the first stays empty."""
    rows = [
        [_TEXTS[(start + n) % len(_TEXTS)] if n else None for n, _ in enumerate(contract.fields)]
        for _ in range(times)
        for start in range(len(_TEXTS))
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(contract.fields, pl.String), orient="row")
    numbers = pl.Series("row_number", range(2, len(rows) + 2), dtype=pl.Int64)
    return frame.with_columns(pl.lit(None, pl.String).alias("_extra"), numbers)


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda c: c.ledger)
@pytest.mark.parametrize(
    ("times", "rows"),
    [
        (4, 10_000),  # each text stands four times: by distinct text
        (1, 10_000),  # each once: row by row, but for the empty field
        (4, 150),  # in slices that end anywhere, some texts twice and some once
    ],
)
def test_the_same_shape(
    con: duckdb.DuckDBPyConnection, contract: Contract, times: int, rows: int
) -> None:
    frame = _frame(contract, times)
    expected = derive(con, frame, contract, RECEIVED, HASH).pl().sort("row_number")
    found = pl.concat(derive_slices(con, frame, contract, RECEIVED, HASH, rows))
    assert found.schema == expected.schema
    for name in expected.columns:
        assert found[name].equals(expected[name], null_equal=True), name


def test_something_is_told_in_every_column_but_the_empty_one(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """The texts above reach the derived columns: equal frames of nulls would prove nothing."""
    contract = CONTRACTS["admin_permit"]
    [found] = derive_slices(con, _frame(contract, 4), contract, RECEIVED, HASH)
    empty = {name for name in found.columns if found[name].null_count() == found.height}
    assert empty == {"_extra"} | {n for n in found.columns if n.startswith(contract.fields[0])}
