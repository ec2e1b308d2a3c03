"""Load, check, build and publish permits from CSV, against a bare DuckDB load of the same file.

    python -m bench.load [--rows 1000000]

Both run in one go, each in a process of its own; the ratio is what counts.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

from bench.measure import OUT, report, run
from bench.permits import write_permits

# What anybody would write: types sniffed by DuckDB, checkpointed into a file of its own.
BARE_LOAD = """
import sys, duckdb
with duckdb.connect(sys.argv[2]) as con:
    con.execute("create table permits as select * from read_csv(?)", [sys.argv[1]])
    con.execute("checkpoint")
"""


def bench_load(rows: int) -> None:
    """Measure both loads of one file and report the ratios."""
    source = OUT / f"permits-{rows}.csv"
    write_permits(source, rows)
    bare_file, home = OUT / "bare.duckdb", OUT / f"home-{rows}"
    for leftover in (bare_file, Path(f"{home}.key")):
        leftover.unlink(missing_ok=True)
    shutil.rmtree(home, ignore_errors=True)

    bare, _ = run(sys.executable, "-c", BARE_LOAD, source, bare_file)
    command = (sys.executable, "-m", "etl.cli", "load", source, "--plan", "BC")
    ours, answer = run(*command, "--received", "2023-01-05", "--format", "json", home=home)
    loaded = json.loads(answer)
    report(
        f"load-{rows}",
        {
            "rows": rows,
            "csv_mib": source.stat().st_size >> 20,
            "bare": bare,
            "product": ours,
            "ratio": round(ours.seconds / bare.seconds, 2),
            "cpu_ratio": round(ours.cpu_seconds / bare.cpu_seconds, 2),
            "bare_file_mib": bare_file.stat().st_size >> 20,
            "version_mib": sum(f.stat().st_size for f in (home / "versions").iterdir()) >> 20,
            "quarantined": sum(batch["quarantined"] for batch in loaded["batches"]),
            "gate": loaded["gate"]["status"],
        },
    )
    bare_file.unlink()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    bench_load(parser.parse_args().rows)
