"""``python -m tests.reference FOLDER PLAN_FOLDER [AS_OF]``: print the figures as CSV."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from tests.reference.figures import read

if __name__ == "__main__":
    as_of = date.fromisoformat(sys.argv[3]) if len(sys.argv) > 3 else None
    reading = read(Path(sys.argv[1]), Path(sys.argv[2]), as_of)
    for key, figure in sorted(reading.figures.items()):
        told = ("" if part is None else str(part) for part in figure)
        sys.stdout.write(",".join((*key, *told)) + "\n")
