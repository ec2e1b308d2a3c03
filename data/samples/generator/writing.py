"""Writes a story's files into folders by month of receipt, with `received.csv` and the truth."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from . import writers
from .model import OutFile


def write_files(files: Iterable[OutFile], out: Path) -> None:
    """Write the received folders with their `received.csv`, and `truth.csv`, into `out`."""
    folders: dict[str, list[OutFile]] = {}
    for file in sorted(files, key=lambda f: (f.path, f.received)):
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
                truth += violations_of(file)
        received = [[f.name, f.received, f.department, f.replaces] for f in members]
        header = ["file", "received", "department", "replaces"]
        writers.write_table(folder / "received.csv", header, received)
    header = ["file", "sheet", "row", "rule", "field", "note"]
    writers.write_table(out / "truth.csv", header, truth)


def violations_of(file: OutFile) -> list[list[object]]:
    """The lines of `truth.csv` for one file."""
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
