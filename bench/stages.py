"""Where the time of a load goes: seconds per stage and the slowest functions.

    python -m bench.stages [--rows 100000]

Runs in this process under the profiler, so its total is larger than that of `bench.load`.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import shutil
import time
from datetime import date
from itertools import pairwise

from bench.measure import OUT
from bench.permits import write_permits
from etl.pipeline import Pipeline
from warehouse.home import Home


def bench_stages(rows: int) -> None:
    """Load one file into a fresh home and print what took how long."""
    source = OUT / f"permits-{rows}.csv"
    write_permits(source, rows)
    root = OUT / "home-stages"
    shutil.rmtree(root, ignore_errors=True)
    reports: list[tuple[str, float]] = []

    def report(stage: str, done: int, total: int) -> None:
        reports.append((stage, time.perf_counter()))

    profile = cProfile.Profile()
    pipeline = Pipeline(Home.open(root, create=True), date(2023, 1, 5), report)
    started = time.perf_counter()
    profile.enable()
    pipeline.load([source], "BC")
    profile.disable()
    ended = time.perf_counter()

    print(f"{rows} rows: {ended - started:.1f} s")
    for (stage, at), (_, until) in pairwise([*reports, ("", ended)]):
        print(f"{until - at:8.2f} s  {stage}")
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    bench_stages(parser.parse_args().rows)
