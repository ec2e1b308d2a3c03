"""Twenty rules over the same permits: ours, counts by hand, and three validation libraries.

    python -m bench.rules [--rows 1000000] [--only ours counts]

All in one run, each in a process of its own, over the same staged rows; every contender must find
the same number of violating rows for every rule. Ratios count, not seconds. What the contenders
get, and what is timed: `bench.rule_contenders`. Needs the packages of the group `bench`
(`python3 tools/bootstrap.py bench`); without them only ours and the counts run.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from bench.measure import OUT, report, run
from bench.permits import write_permits
from bench.rule_contenders import COLUMNS, CONTENDERS, RULES
from etl.build import (
    assign_row_departments,
    assign_told_departments,
    create_batches,
    create_raw,
    drop_raw,
)
from etl.landing import Incoming, Landed, Landing
from etl.pipeline import Pipeline
from warehouse.engines import open_warehouse
from warehouse.home import KEY_VARIABLE, Home
from warehouse.index_trees import load_trees
from warehouse.models import run_models
from warehouse.reference import load_reference
from warehouse.store import Store

RECEIVED = date(2023, 1, 5)
_PACKAGES = {
    "gx_pandas": "great_expectations",
    "pandera_polars": "pandera",
    "pointblank_polars": "pointblank",
}


def bench_rules(rows: int, wanted: list[str], is_staged: bool) -> None:
    """Measure every contender over one staged table and report the ratios.

    `is_staged`: the table of an earlier run is taken again.
    """
    # In a process of its own, so that what it needed is not counted to others.
    if not (is_staged and staged(rows)[1].exists()):
        run(sys.executable, "-c", f"from bench.rules import stage; stage({rows})")
    database, frame = staged(rows)
    costs: dict[str, dict[str, Any]] = {}
    failed: dict[str, dict[str, int]] = {}
    for name in CONTENDERS:
        package = _PACKAGES.get(name)
        if name not in wanted or (package and importlib.util.find_spec(package) is None):
            continue
        source = frame if package else database
        cost, answer = run(sys.executable, "-m", "bench.rule_contenders", name, source)
        told = json.loads(answer.splitlines()[-1])
        failed[name] = {rule: told["failed"][rule] for rule in RULES}
        costs[name] = {
            "seconds": round(told["seconds"], 2),
            "cpu_seconds": round(told["cpu_seconds"], 2),
            "process_peak_mib": cost.peak_mib,
        }
        if failed[name] != failed[min(failed, key=list(CONTENDERS).index)]:
            raise RuntimeError(f"counts differ: {failed}")
    report(
        f"rules-{rows}",
        {
            "rows": rows,
            "rules": len(RULES),
            "failed": failed["ours"],
            "contenders": costs,
            "times_ours": {
                clock: _times_ours(costs, clock) for clock in ("seconds", "cpu_seconds")
            },
        },
    )


def _times_ours(costs: dict[str, dict[str, Any]], clock: str) -> dict[str, float]:
    """How many times as long as ours each contender took."""
    return {name: round(cost[clock] / costs["ours"][clock], 2) for name, cost in costs.items()}


def staged(rows: int) -> tuple[Path, Path]:
    """The database with the staged permits, and its rows as a frame."""
    return OUT / f"rules-{rows}.duckdb", OUT / f"rules-{rows}.parquet"


def stage(rows: int) -> None:
    """Land and stage the permits by the product."""
    database, frame = staged(rows)
    root = OUT / "home-rules"
    for leftover in (root, database, frame):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        leftover.unlink(missing_ok=True)
    os.environ[KEY_VARIABLE] = f"{root}.key"
    home = Home.open(root, create=True)
    sources = Pipeline(home, RECEIVED).sources
    landed = Landed()
    with Store(home).writing(), Landing(home, sources.contracts) as landing:
        plan = sources.plans["BC"]
        landing.land([Incoming(write_faulty(rows), RECEIVED)], plan, landed)
        landing.enter(landed)
    if landed.problems:
        raise RuntimeError(str(landed.problems))
    with closing(open_warehouse(database)) as con:
        create_batches(con, landed.new)
        trees = load_trees(home.index_trees)
        load_reference(con, sources.plans, sources.calendar, RECEIVED, "build", trees)
        create_raw(con, sources, landed.new)
        assign_told_departments(con)
        run_models(con, "staging")
        assign_row_departments(con, list(sources.contracts))
        drop_raw(con)
        columns = ", ".join(f'"{c}"' for c in COLUMNS)
        con.sql(f"select {columns} from staging.admin_permit order by row_id").write_parquet(
            str(frame)
        )
        codes = [code for (code,) in con.sql("select distinct uscc from ref.unit_codes").fetchall()]
        frame.with_suffix(".codes.json").write_text(json.dumps(codes), encoding="utf-8")
        con.execute("checkpoint")


def write_faulty(rows: int) -> Path:
    """The permits of the other benchmarks, with faults for every rule; repeats at the end."""
    source, target = OUT / f"permits-{rows}.csv", OUT / f"permits-{rows}-faulty.csv"
    write_permits(source, rows)
    if target.exists():
        return target
    changes = {
        "行政相对人类别": "case when n % 907 = 0 then '企业'"
        " when n % 983 = 0 then '个体工商户' else \"行政相对人类别\" end",
        "法定代表人": "case when n % 911 = 0 then '' else \"法定代表人\" end",
        "证件号码": "case when n % 919 = 0 and \"证件号码\" <> '' then '99' else \"证件号码\" end",
        "许可决定日期": "case when n % 929 = 0 then '2022/13/01' when n % 937 = 0 then '2030/01/01'"
        " when n % 941 = 0 then '1999/12/31' else \"许可决定日期\" end",
        "许可机关统一社会信用代码": 'case when n % 947 = 0 and "行政相对人代码_1(统一社会信用代码)"'
        ' <> \'\' then "行政相对人代码_1(统一社会信用代码)" else "许可机关统一社会信用代码" end',
        "行政许可决定文书名称": "case when n % 953 = 0 then '示许〔2022〕1号' else"
        ' "行政许可决定文书名称" end',
        "行政相对人代码_1(统一社会信用代码)": "case when n % 967 = 0 then '00000000000000000X'"
        " when n % 991 = 0 then '919900001234567800'"
        ' else "行政相对人代码_1(统一社会信用代码)" end',
    }
    with duckdb.connect() as con:
        con.execute("set preserve_insertion_order = true")
        told = con.read_csv(str(source), all_varchar=True)
        columns = [f'"{c}"' for c in told.columns]
        missing = changes.keys() - set(told.columns)
        if missing:
            raise RuntimeError(f"no such columns: {missing}")
        changed = ", ".join(f'{sql} as "{name}"' for name, sql in changes.items())
        numbered = "select row_number() over () as n, * from told"
        faulty = f"select * replace ({changed}) from ({numbered})"
        listed = ", ".join(columns)
        other = listed.replace('"许可内容"', '"许可内容" || \'更正\' as "许可内容"')
        con.execute(
            f"""copy (
                select {listed} from (
                    select 0 as part, n, {listed} from ({faulty})
                    union all by name
                    select 1 as part, n, {listed} from ({faulty}) where n % 971 = 0
                    union all by name
                    select 2 as part, n, {other} from ({faulty}) where n % 977 = 0
                ) order by part, n
            ) to '{target.as_posix()}' (header, delimiter ',')"""
        )
    return target


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--staged", action="store_true", help="take the table of an earlier run")
    parser.add_argument("--only", nargs="*", default=list(CONTENDERS), choices=list(CONTENDERS))
    given = parser.parse_args()
    bench_rules(given.rows, given.only, given.staged)
