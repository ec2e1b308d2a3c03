"""The units of a plan, read from its folder."""

from __future__ import annotations

import csv
from pathlib import Path

from .model import Unit

PLANS = Path(__file__).resolve().parents[3] / "warehouse" / "plans"


def load_units(plan_id: str) -> dict[str, Unit]:
    """The roster of a plan by its short ids (U01 …)."""
    with (PLANS / plan_id / "units.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["unit_id"].removeprefix(f"{plan_id}-"): Unit(
                row["unit_id"], row["name"], row["uscc"]
            )
            for row in csv.DictReader(lines)
        }
