"""The processes of the kill test: a writer that lands and publishes without end, and readers.

One load is a file of two sheets, so two batches; a version that shows an odd number of batches, or
a batch without all its rows, would be half a load.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import duckdb

from tests.homes import make_batch
from warehouse import files
from warehouse.home import Home
from warehouse.journal import Batch, next_sequence
from warehouse.store import Store

ROWS = 100


def write_for_ever(root: str, acknowledged: str) -> None:
    """Land two batches, publish, note their ids in the file `acknowledged`; again and again."""
    store = Store(Home.open(root))
    with Path(acknowledged).open("ab", buffering=0) as notes:
        while True:
            done = load_once(store)
            notes.write(("\n".join(b.batch_id for b in done) + "\n").encode())


def load_once(store: Store) -> list[Batch]:
    """One load, in the steps of the product: Parquet, original, journal, version, pointer."""
    with store.writing():
        sequence = next_sequence(store.journal.batches())
        content = random.randbytes(2000)
        source = store.home.scratch / f"in-{os.getpid()}"
        source.write_bytes(content)
        sha256 = files.sha256_of(source)
        batches = [
            make_batch(sequence + n, sha256=sha256, rows=ROWS, sheet_name=f"Sheet{n}")
            for n in (0, 1)
        ]
        for batch in batches:
            write_landing(store.home.landing / batch.landing, batch)
        files.copy_atomically(source, store.home.original(sha256))
        source.unlink()
        store.journal.append("landed", landed=[batch.to_json() for batch in batches])
        publish_all(store)
    return batches


def write_landing(target: Path, batch: Batch) -> None:
    """A landing table of some rows."""
    temporary = files.temporary_beside(target)
    with duckdb.connect() as con:
        rows = con.sql("select i as row_number from range($n) as t (i)", params={"n": batch.rows})
        rows.write_parquet(str(temporary))
    files.sync_file(temporary)
    files.settle(temporary, target)


def publish_all(store: Store) -> str:
    """Publish every batch that is landed or accepted."""
    batches = [b for b in store.journal.batches() if b.state in ("landed", "accepted")]

    def build(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
        con.execute("create schema meta")
        con.execute("create schema staging")
        con.execute("create table meta.version_info as select ? as version", [name])
        con.execute("create table meta.batches (batch_id varchar, ledger varchar, rows integer)")
        con.executemany(
            "insert into meta.batches values (?, ?, ?)",
            [(b.batch_id, b.ledger, b.rows) for b in batches],
        )
        paths = [str(store.home.landing / b.landing) for b in batches]
        con.read_parquet(paths, filename=True).project(
            "replace(parse_filename(filename), '.parquet', '') as batch_id, row_number"
        ).create("staging.admin_penalty")
        ids = [b.batch_id for b in batches]
        return {"batches": ids, "accepted": ids}

    return store.publish(build)


def read_for_ever(root: str, findings: str, stop: str) -> None:
    """Query the live version until the file `stop` appears; write what was seen to `findings`."""
    store = Store(Home.open(root))
    checks, largest, wrong = 0, 0, []
    while not Path(stop).exists():
        try:
            with store.reader() as con:
                batches, rows = con.sql(
                    "select (select count(*) from meta.batches), "
                    "(select count(*) from staging.admin_penalty)"
                ).fetchall()[0]
        except Exception as error:  # noqa: BLE001 - the test is that there is none
            wrong.append(f"{type(error).__name__}: {error}")
            continue
        checks += 1
        if batches % 2 or rows != batches * ROWS:
            wrong.append(f"half a load: {batches} batches, {rows} rows")
        if batches < largest:
            wrong.append(f"went back from {largest} to {batches} batches")
        largest = max(largest, batches)
    Path(findings).write_text("\n".join([str(checks), *wrong]), encoding="utf-8")
