"""Puts the sample of plan BC together and writes it with its truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from .detail import HARMLESS
from .duties import add_submissions, add_task_status
from .faults import WARNINGS
from .model import TYPE_NAMES, Row
from .office import Office
from .office_year import play
from .registers import UNREPORTED, add_receipts, add_registers
from .roster import load_units
from .sample_bc import ABOVE, HABITS
from .story import YEAR, Story
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
    """What the platform above counts of a unit in the month of report: owed, reported, stored and
    late decisions. A decision that never went up is owed in its own month."""
    found: dict[tuple[str, int, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for short, ledger, day, _ in UNREPORTED:
        found[f"BC-{short}", day.month, TYPE_NAMES[ledger]][0] += 1
    for row in _first_rows(story):
        decision = row.decision
        assert decision is not None
        if decision.decided.year == YEAR:
            month = decision.reported.month if decision.reported.year == YEAR else 12
            told = found[decision.unit.unit_id, month, TYPE_NAMES[decision.ledger]]
            told[0] += 1
            told[1] += 1
            told[2] += row.spoiled_by in WARNINGS or {f.rule for f in row.faults} <= HARMLESS
            told[3] += decision.late
    return {key: (a, b, c, d) for key, (a, b, c, d) in found.items()}


def _first_rows(story: Story) -> Iterator[Row]:
    """The row with which each decision went up first."""
    seen: set[tuple[str, str]] = set()
    for file in sorted(story.files, key=lambda f: f.received):
        for sheet in file.sheets:
            for _, row in sheet.rows:
                if row.decision is None or "decision_type" in row.values or file.same_bytes_as:
                    continue  # registers and receipts
                key = (row.decision.document_no, row.decision.party.name)
                if key not in seen:
                    seen.add(key)
                    yield row


def write(out: Path) -> None:
    """Write the received folders with their `received.csv`, and `truth.csv`, into `out`."""
    write_files(build().files, out)
