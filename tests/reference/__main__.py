"""``python -m tests.reference FOLDER PLAN_FOLDER [AS_OF]``: print the figures as CSV."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from tests.reference.figures import figures

if __name__ == "__main__":
    as_of = date.fromisoformat(sys.argv[3]) if len(sys.argv) > 3 else None
    for key, value in sorted(figures(Path(sys.argv[1]), Path(sys.argv[2]), as_of).items()):
        sys.stdout.write(",".join(map(str, (*key, *value))) + "\n")
