"""The committed sample ledgers: made by their generator, small enough, and nobody's data."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from etl.readers import read_file

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
BC = SAMPLES / "BC"
UNIFIED_CODE = re.compile(r"\b[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{9,10}\b")
RESIDENT_ID = re.compile(r"220802\d{8}(\d{3})[0-9X]")
PERSON = re.compile(r"[一-龥][示例][一二三四五六七八九十]{1,2}")
PLACEHOLDER = "0" * 17 + "X"


def unpacked(path: Path) -> dict[str, bytes]:
    """What is inside: the parts of a workbook, else the file itself."""
    if path.suffix != ".xlsx":
        return {"": path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def below(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def cells() -> list[str]:
    """Every filled cell of every committed ledger, read by the product's own readers."""
    found: list[str] = []
    for path in sorted(BC.glob("*/*")):
        if path.name == "received.csv":
            continue
        for sheet in read_file(path):
            frame = sheet.rows.drop("row_number")
            found += [cell for column in frame.columns for cell in frame[column] if cell]
    return found


def test_generator_gives_the_committed_files(tmp_path: Path) -> None:
    command = [sys.executable, SAMPLES / "generate.py", "--plan", "BC", "--out", tmp_path]
    subprocess.run(command, check=True, timeout=300)
    assert below(tmp_path) == below(BC)
    different = [p for p in sorted(below(BC)) if unpacked(tmp_path / p) != unpacked(BC / p)]
    assert different == []


def test_samples_stay_small() -> None:
    assert sum(path.stat().st_size for path in BC.rglob("*") if path.is_file()) <= 4 * 1024**2


def test_received_lists_name_every_file_beside_them() -> None:
    names = []
    for folder in sorted(p for p in BC.iterdir() if p.is_dir()):
        with (folder / "received.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        listed = [row["file"] for row in rows]
        assert sorted(listed) == sorted(
            p.name for p in folder.iterdir() if p.name != "received.csv"
        )
        assert all(row["received"].startswith(folder.name) for row in rows)
        names += listed
    # `replaces` names a file without its folder
    assert len(names) == len(set(names))


def test_truth_names_rows_that_are_there() -> None:
    with (BC / "truth.csv").open(encoding="utf-8", newline="") as lines:
        truth = list(csv.DictReader(lines))
    assert len({tuple(row.values()) for row in truth}) == len(truth)
    rows_of: dict[tuple[str, str], set[int]] = {}
    for file in {row["file"] for row in truth}:
        for sheet in read_file(BC / file):
            rows_of[file, sheet.name] = set(sheet.rows["row_number"])
    for row in truth:
        if row["rule"] != "G01":
            assert int(row["row"]) in rows_of[row["file"], row["sheet"]], row


def test_every_rule_that_2022_allows_is_planted() -> None:
    with (BC / "truth.csv").open(encoding="utf-8", newline="") as lines:
        planted = {row["rule"] for row in csv.DictReader(lines)}
    numbers = {"G": [*range(1, 10), 14, *range(18, 22), 28, 29, 36, 37, 38], "T": [1, 4, 7]}
    numbers |= {"X": [1, 2, 3], "P": [1, 2, 3, *range(6, 11)]}
    expected = {f"{kind}{n:02}" for kind, all_of in numbers.items() for n in all_of}
    # T03 needs a decision in an unpublished year, which 2022 cannot hold
    assert planted == expected | {f"TK{n}" for n in range(1, 5)}


def test_codes_lie_in_the_unassigned_region(cells: list[str]) -> None:
    codes = {code for cell in cells for code in UNIFIED_CODE.findall(cell)} - {PLACEHOLDER}
    unified = {code for code in codes if not RESIDENT_ID.fullmatch(code)}
    assert len(unified) > 2000
    # an id that a spreadsheet turned into a number looks like a code and starts with the prefix
    assert {c for c in unified if c[2:8] != "990000" and not c.startswith("220802")} == set()


def test_resident_ids_carry_the_sequence_that_is_never_issued(cells: list[str]) -> None:
    sequences = [s for cell in cells for s in RESIDENT_ID.findall(cell)]
    assert len(sequences) > 100
    assert set(sequences) == {"000"}


def test_firms_and_people_wear_the_mark_of_a_sample() -> None:
    columns = {"行政相对人名称": 0, "法定代表人": 0, "法定代表人姓名": 0}
    for path in sorted(BC.glob("*/*")):
        if path.name == "received.csv":
            continue
        for sheet in read_file(path):
            table = [list(row) for row in sheet.rows.drop("row_number").iter_rows()]
            for at, header in enumerate(table):
                for k, title in enumerate(header):
                    if title not in columns:
                        continue
                    for row in table[at + 1 :]:
                        name = row[k]
                        if name and name not in columns:
                            columns[title] += 1
                            assert name.endswith("（示例）") or PERSON.fullmatch(name), name
    assert columns["行政相对人名称"] > 6000  # ledgers, registers and receipts
    assert columns["法定代表人"] > 2000
