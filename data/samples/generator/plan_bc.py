"""Puts the sample of plan BC together and writes it with its truth."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from . import writers
from .duties import add_submissions, add_task_status
from .model import OutFile, Unit
from .registers import add_receipts, add_registers
from .story import Story

SEED = 20220110
ROSTER = Path(__file__).resolve().parents[3] / "warehouse" / "plans" / "BC" / "units.csv"


def load_units() -> dict[str, Unit]:
    """The roster of the plan by its short id (U01 …)."""
    with ROSTER.open(encoding="utf-8", newline="") as lines:
        return {
            row["unit_id"].removeprefix("BC-"): Unit(row["unit_id"], row["name"], row["uscc"])
            for row in csv.DictReader(lines)
        }


def build() -> Story:
    """The whole year; the same on every call."""
    story = Story(SEED, load_units())
    story.play()
    add_registers(story)
    add_receipts(story)
    add_submissions(story)
    add_task_status(story)
    return story


def write(out: Path) -> None:
    """Write the received folders with their `received.csv`, and `truth.csv`, into `out`."""
    files = sorted(build().files, key=lambda f: (f.path, f.received))
    folders: dict[str, list[OutFile]] = {}
    for file in files:
        folders.setdefault(f"{file.received:%Y-%m}", []).append(file)
    truth: list[list[object]] = []
    for name, members in folders.items():
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        for file in members:
            if file.same_bytes_as:
                shutil.copyfile(out / file.same_bytes_as, out / file.path)
            else:
                writers.write(file, out / file.path)
                truth += _violations(file)
        received = [[f.name, f.received, f.department, f.replaces] for f in members]
        header = ["file", "received", "department", "replaces"]
        writers.write_table(folder / "received.csv", header, received)
    header = ["file", "sheet", "row", "rule", "field", "note"]
    writers.write_table(out / "truth.csv", header, truth)


def _violations(file: OutFile) -> list[list[object]]:
    is_workbook = not file.name.endswith(".csv")
    found: list[list[object]] = []
    for sheet in file.sheets:
        name = sheet.name if is_workbook else ""
        found += [[file.path, name, "", f.rule, f.field, f.note] for f in sheet.faults]
        found += [
            [file.path, name, number, f.rule, f.field, f.note]
            for number, row in sheet.rows
            for f in row.faults
        ]
    return found
