"""Reading many small landing files with and without the cache that compacts them.

    python -m bench.compaction [--files 3000] [--rows 20]

Both read the same batches into the same table, in one process; the ratio is what counts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb

from bench.measure import OUT, report
from bench.permits import write_permits
from etl.build import landing_shape
from etl.pipeline import Pipeline
from warehouse.compaction import read_landed
from warehouse.contracts import load_contracts
from warehouse.home import KEY_VARIABLE, Home
from warehouse.journal import Batch, batch_id_of

REPEATS = 3


def bench_compaction(count: int, rows: int) -> None:
    """Measure reading `count` files of some rows each, directly, into the cache, and from it."""
    root = OUT / "home-compaction"
    shutil.rmtree(root, ignore_errors=True)
    os.environ[KEY_VARIABLE] = str(OUT / "home-compaction.key")
    home = Home.open(root, create=True)
    batches = make_batches(home, count, rows)
    contract = load_contracts()["admin_permit"]

    def read() -> int:
        with duckdb.connect() as con:
            read_landed(con, home, contract, batches).create("landed")
            [(found,)] = con.table("landed").aggregate("count(*)").fetchall()
        return int(found)

    def best(work: Callable[[], int]) -> float:
        return min(timed(work)[0] for _ in range(REPEATS))

    direct = best(read)
    with home.writer():
        first, found = timed(read)
        cached = best(read)
    if found != count * rows:
        raise RuntimeError(f"read {found} rows of {count * rows}")
    report(
        "compaction",
        {
            "files": count,
            "rows": found,
            "columns": len(landing_shape(contract)),
            "direct_seconds": round(direct, 2),
            "first_seconds": round(first, 2),
            "cached_seconds": round(cached, 2),
            "cache_files": len(list(home.cache.glob("*.parquet"))),
            "ratio": round(direct / cached, 1),
        },
    )


def make_batches(home: Home, count: int, rows: int) -> list[Batch]:
    """One small file landed by the product, copied under the name of every batch."""
    source = OUT / "permits-small.csv"
    write_permits(source, rows)
    pipeline = Pipeline(home, date(2023, 1, 5))
    pipeline.load([source], "BC")
    [first] = pipeline.journal.batches()
    content = (home.landing / first.landing).read_bytes()
    found = []
    for number in range(1, count + 1):
        batch_id = batch_id_of(number)
        facts: dict[str, Any] = {**first.to_json(), "batch_id": batch_id, "sequence": number}
        batch = Batch.from_json({**facts, "landing": f"{batch_id}.parquet"})
        (home.landing / batch.landing).write_bytes(content)
        found.append(batch)
    return found


def timed(work: Callable[[], int]) -> tuple[float, int]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=3000)
    parser.add_argument("--rows", type=int, default=20)
    given = parser.parse_args()
    bench_compaction(given.files, given.rows)
