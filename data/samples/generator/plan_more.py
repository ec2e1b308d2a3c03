"""Puts the samples of the further plans together and writes them with their truth."""

from __future__ import annotations

from pathlib import Path

from .detail import Detail
from .model import OutFile
from .office import Office
from .office_year import play
from .places import SAMPLES
from .roster import load_units
from .subjects import add_subjects
from .upper import Upper
from .writing import write_files


def build(plan_id: str) -> list[OutFile]:
    """The files of a whole year; the same on every call."""
    sample = SAMPLES[plan_id]
    detail = Detail(sample.place, sample.shape, load_units(plan_id), sample.seed)
    detail.play()
    office = Office(plan_id, sample.habits, sample.seed)
    play(office)
    add_subjects(office, detail)
    counts = {key: (a, b, c, d) for key, (a, b, c, d) in detail.counts.items()}
    upper = Upper(office, sample.above, counts, sample.seed)
    return [*detail.files, *office.files(f"{plan_id}信用工作台账"), *upper.files()]


def write(plan_id: str, out: Path) -> None:
    """Write one plan's received folders with their `received.csv`, and `truth.csv`, into `out`."""
    write_files(build(plan_id), out)
