"""The committed sample ledgers: made by their generator, small enough, and nobody's data."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from etl.demo import sample_folders
from etl.readers import read_file

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
PLACES = ("BC", "CC", "GQ", "HY", "YC")
MIB = 1024**2
LARGEST = {"BC": 4 * MIB, "CC": MIB, "GQ": MIB, "HY": MIB, "YC": MIB}
UNIFIED_CODE = re.compile(r"\b[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{9,10}\b")
RESIDENT_ID = re.compile(r"220802\d{8}(\d{3})[0-9X]")
PERSON = re.compile(r"[一-龥][示例][一二三四五六七八九十]{1,2}")
PLACEHOLDER = "0" * 17 + "X"
# Headers over names of parties and people. 名称 is a name where honours are kept only.
NAMES = (
    *("行政相对人名称", "法定代表人", "法定代表人姓名", "主体名称", "曾用名", "姓名"),
    *("治理对象名称", "承诺主体名称"),
)
HONOUR = {"名称", "认定日期"}
# What the clerks of every credit office got wrong once.
OFFICE_RULES = {"CT1", "D01", "DC1", "HO1", "M03", "PA1"}

Cells = tuple[str | None, ...]


@dataclass(frozen=True)
class Table:
    """One sheet of a committed file as the product's own readers give it."""

    file: str
    sheet: str
    numbers: tuple[int, ...]
    rows: tuple[Cells, ...]


@cache
def tables(place: str) -> list[Table]:
    """Every sheet of a place, read once for all tests."""
    found = []
    for path in sorted((SAMPLES / place).glob("*/*")):
        if path.name == "received.csv":
            continue
        for sheet in read_file(path):
            frame = sheet.rows.drop("row_number")
            file = path.relative_to(SAMPLES / place).as_posix()
            numbers = tuple(sheet.rows["row_number"])
            found.append(Table(file, sheet.name, numbers, tuple(frame.iter_rows())))
    return found


def cells(place: str) -> list[str]:
    return [cell for table in tables(place) for row in table.rows for cell in row if cell]


@cache
def truth(place: str) -> list[dict[str, str]]:
    with (SAMPLES / place / "truth.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def unpacked(path: Path) -> dict[str, bytes]:
    """What is inside: the parts of a workbook, else the file itself."""
    if path.suffix != ".xlsx":
        return {"": path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def below(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("place", PLACES)
def test_generator_gives_the_committed_files(place: str, tmp_path: Path) -> None:
    command = [sys.executable, SAMPLES / "generate.py", "--plan", place, "--out", tmp_path]
    subprocess.run(command, check=True, timeout=300)
    committed = SAMPLES / place
    assert below(tmp_path) == below(committed)
    different = [
        path
        for path in sorted(below(committed))
        if (tmp_path / path).read_bytes() != (committed / path).read_bytes()
        and unpacked(tmp_path / path) != unpacked(committed / path)
    ]
    assert different == []


@pytest.mark.parametrize("place", PLACES)
def test_samples_stay_small(place: str) -> None:
    sizes = [path.stat().st_size for path in (SAMPLES / place).rglob("*") if path.is_file()]
    assert sum(sizes) <= LARGEST[place]


def test_the_demo_loads_the_places_and_nothing_beside_them(tmp_path: Path) -> None:
    assert {plan for plan, _ in sample_folders()} == set(PLACES)
    # running the generator leaves a cache beside its modules
    for name in ("BC/2022-02", "BC/2022-01", "generator/__pycache__"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "README.md").touch()
    assert sample_folders(tmp_path) == [
        ("BC", tmp_path / "BC" / "2022-01"),
        ("BC", tmp_path / "BC" / "2022-02"),
    ]


@pytest.mark.parametrize("place", PLACES)
def test_received_lists_name_every_file_beside_them(place: str) -> None:
    names = []
    for folder in sorted(p for p in (SAMPLES / place).iterdir() if p.is_dir()):
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


@pytest.mark.parametrize("place", PLACES)
def test_truth_names_rows_that_are_there(place: str) -> None:
    assert len({tuple(row.values()) for row in truth(place)}) == len(truth(place)) > 80
    rows_of = {(table.file, table.sheet): set(table.numbers) for table in tables(place)}
    for row in truth(place):
        if row["rule"] != "G01":
            assert int(row["row"]) in rows_of[row["file"], row["sheet"]], row


def test_every_rule_that_2022_allows_is_planted() -> None:
    planted = {row["rule"] for row in truth("BC")}
    numbers = {"G": [*range(1, 10), 14, *range(18, 22), 28, 29, 36, 37, 38], "T": [1, 4, 7]}
    numbers |= {"X": [1, 2, 3], "P": [1, 2, 3, *range(6, 11)]}
    expected = {f"{kind}{n:02}" for kind, all_of in numbers.items() for n in all_of}
    expected |= {f"TK{n}" for n in range(1, 5)}
    # T03 needs a decision in an unpublished year, which 2022 cannot hold
    assert planted == expected | OFFICE_RULES


@pytest.mark.parametrize("place", PLACES)
def test_every_place_has_faults_of_its_units_and_of_its_office(place: str) -> None:
    planted = {row["rule"] for row in truth(place)}
    assert {"T01", "G02", "G38"} | OFFICE_RULES <= planted


@pytest.mark.parametrize("place", PLACES)
def test_codes_lie_in_the_unassigned_region(place: str) -> None:
    found = set(UNIFIED_CODE.findall("\n".join(cells(place)))) - {PLACEHOLDER}
    unified = {code for code in found if not RESIDENT_ID.fullmatch(code)}
    assert len(unified) > 600
    # an id that a spreadsheet turned into a number looks like a code and starts with the prefix
    assert {c for c in unified if c[2:8] != "990000" and not c.startswith("220802")} == set()


@pytest.mark.parametrize("place", PLACES)
def test_resident_ids_carry_the_sequence_that_is_never_issued(place: str) -> None:
    sequences = Counter(RESIDENT_ID.findall("\n".join(cells(place))))
    assert set(sequences) == {"000"}
    assert sequences["000"] > 100


def named(table: Table) -> list[tuple[str, str]]:
    """(header, name) of every party and person in a sheet."""
    for at, row in enumerate(table.rows):
        honours = ("名称",) if set(row) >= HONOUR else ()
        columns = [k for k, title in enumerate(row) if title in (*NAMES, *honours)]
        if columns:
            told = [(str(row[k]), cells[k]) for cells in table.rows[at + 1 :] for k in columns]
            return [(title, name) for title, name in told if name and name != title]
    return []


@pytest.mark.parametrize("place", PLACES)
def test_firms_and_people_wear_the_mark_of_a_sample(place: str) -> None:
    found = [pair for table in tables(place) for pair in named(table)]
    bare = [(t, n) for t, n in found if not n.endswith("（示例）") and not PERSON.fullmatch(n)]
    # what a unit of the roster promises itself bears the unit's name
    assert [(t, n) for t, n in bare if (t, n[:2]) != ("承诺主体名称", "示例")] == []
    counted = Counter(title for title, _ in found)
    assert counted["行政相对人名称"] > 1500  # ledgers, registers and receipts
    assert counted["法定代表人"] > 500
    assert counted["姓名"] > 50  # contacts
    assert counted["名称"] > 5  # honours
