"""The verdict on a workbook in which every row is wrong, and its marked copy.

    python -m bench.verdict [--rows 20000 100000]

`command` is the whole of `citycredit check` in a process of its own, its start included; `page` is
the second check in one process, as the server of the pages does it; `copy` the marked copy.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import xlsxwriter

from bench.measure import OUT, report, run
from bench.permits import write_permits
from etl.check import check_file
from etl.workbook import annotate
from warehouse.plans import load_plans

RECEIVED = "2023-01-05"


def bench_verdict(rows: int) -> None:
    """Measure command, page and copy of one workbook."""
    source = write_workbook(rows)
    command = (sys.executable, "-m", "etl.cli", "check", source, "--plan", "BC")
    # Exit 1 says that rows are wrong, which is what is wanted here.
    wrong_ends_well = "import sys, subprocess; sys.exit(subprocess.call(sys.argv[1:]) != 1)"
    arguments = (*command, "--received", RECEIVED, "--format", "json")
    cost, answer = run(sys.executable, "-c", wrong_ends_well, *arguments, home=OUT / "no-home")
    document = json.loads(answer)
    if document["rows"] != rows or document["compliant_rows"] != 0:
        raise RuntimeError(f"{document['rows']} rows, {document['compliant_rows']} compliant")
    _, told = run(sys.executable, "-m", "bench.verdict", "--page", source)
    page = json.loads(told)
    report(
        f"verdict-{rows}",
        {
            "rows": rows,
            "workbook_mib": round(source.stat().st_size / 2**20, 1),
            "cells_marked": len(document["violations"]),
            "command": cost,
            **page,
            "copy_seconds_per_1000_rows": round(page["copy_seconds"] / rows * 1000, 2),
        },
    )


def write_workbook(rows: int) -> Path:
    """The permits of the other benchmarks as a workbook, a category that is none in every row."""
    target = OUT / f"wrong-{rows}.xlsx"
    if target.exists():
        return target
    source = OUT / f"permits-{rows}.csv"
    write_permits(source, rows)
    with (
        source.open(encoding="utf-8", newline="") as file,
        xlsxwriter.Workbook(str(target), {"constant_memory": True}) as book,
    ):
        sheet = book.add_worksheet("许可")
        lines = csv.reader(file)
        header = next(lines)
        sheet.write_row(0, 0, header)
        wrong = header.index("许可类别")
        for number, cells in enumerate(lines, start=1):
            cells[wrong] = "一般"
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(number, column, cell)
    return target


def time_page(source: Path) -> dict[str, float]:
    """Seconds of the second check and of the marked copy in this process."""
    plan = load_plans()["BC"]
    for _ in range(2):
        started, processor = time.perf_counter(), time.process_time()
        result = check_file(source, plan, date.fromisoformat(RECEIVED))
        checked = time.perf_counter() - started, time.process_time() - processor
    with tempfile.TemporaryDirectory() as folder:
        started, processor = time.perf_counter(), time.process_time()
        annotate(source, result, Path(folder) / "marked.xlsx")
        copied = time.perf_counter() - started, time.process_time() - processor
    return {
        "page_seconds": round(checked[0], 2),
        "page_cpu_seconds": round(checked[1], 2),
        "copy_seconds": round(copied[0], 2),
        "copy_cpu_seconds": round(copied[1], 2),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[20_000, 100_000])
    parser.add_argument("--page", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.page:
        print(json.dumps(time_page(given.page)))
    else:
        for count in given.rows:
            bench_verdict(count)
