"""Puts the sample of plan BC together and writes it with its truth."""

from __future__ import annotations

from pathlib import Path

from .duties import add_submissions, add_task_status
from .model import TYPE_NAMES
from .office import Office
from .office_year import play
from .registers import add_receipts, add_registers
from .roster import load_units
from .sample_bc import ABOVE, HABITS
from .story import Story
from .upper import Upper
from .writing import write_files

SEED = 20220110


def build() -> Story:
    """The whole year; the same on every call."""
    story = Story(SEED, load_units("BC"))
    story.play()
    add_registers(story)
    add_receipts(story)
    add_submissions(story)
    add_task_status(story)
    office = Office("BC", HABITS, SEED)
    play(office)
    story.files += office.files("信用工作台账")
    story.files += Upper(office, ABOVE, _counts(story), SEED).files()
    return story


def _counts(story: Story) -> dict[tuple[str, int, str], tuple[int, int, int, int]]:
    """What the platform above counts: decisions by unit and month, stored and late ones."""
    found: dict[tuple[str, int, str], list[int]] = {}
    returned = {e.decision.document_no for e in story.receipts if e.reason}
    for decision in story.decided:
        key = (decision.unit.unit_id, decision.decided.month, TYPE_NAMES[decision.ledger])
        told = found.setdefault(key, [0, 0, 0, 0])
        told[0] += 1
        told[1] += 1
        told[2] += decision.document_no not in returned
        told[3] += decision.late
    return {key: (a, b, c, d) for key, (a, b, c, d) in found.items()}


def write(out: Path) -> None:
    """Write the received folders with their `received.csv`, and `truth.csv`, into `out`."""
    write_files(build().files, out)
