"""The plan's own files: roster, duties, tasks, limits, periods."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.reference.files import Row
from tests.reference.text import code_key, day, name_key

UNKNOWN_UNIT = "(未识别单位)"
UNIT_FIELDS = {
    "admin_permit": [
        ("source_unit_uscc", "source_unit_name"),
        ("authority_uscc", "authority_name"),
    ],
    "admin_penalty": [
        ("source_unit_uscc", "source_unit_name"),
        ("authority_uscc", "authority_name"),
    ],
    "decision_register": [("authority_uscc", "authority_name")],
    "platform_receipt": [("authority_uscc", "authority_name")],
    "submission": [("unit_uscc", "unit_name")],
    "task_status": [("", "unit_name")],
}
DAY_OF_ROW = {
    "admin_permit": "decision_date",
    "admin_penalty": "decision_date",
    "decision_register": "decision_date",
    "submission": "submitted_date",
    "task_status": "report_date",
}


@dataclass(frozen=True)
class Period:
    """A month, quarter, year or span of the plan, with the days on which it is judged."""

    name: str
    months: tuple[int, ...]
    end: date
    cutoff: date
    judging: date


class Plan:
    def __init__(self, folder: Path, as_of: date) -> None:
        self.folder = folder
        self.as_of = as_of
        self.facts: dict[str, Any] = tomllib.loads(
            (folder / "plan.toml").read_text(encoding="utf-8")
        )
        self.year: int = self.facts["year"]
        self.first_day: date = self.facts["period_start"]
        self.last_day: date = self.facts["period_end"]
        self.units = self.table("units.csv")
        self.unit_ids = [u["unit_id"] for u in self.units]

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle))

    @cached_property
    def names(self) -> list[tuple[str, str, date, date]]:
        """(normal form, unit, valid from, valid to exclusive) of every name and alias."""
        rows = [(u["name"], u) for u in self.units]
        rows += [(a["alias"], a) for a in self.table("aliases.csv")]
        return [
            (
                name_key(name) or "",
                row["unit_id"],
                day(row["valid_from"]) or date.min,
                day(row["valid_to"]) or date.max,
            )
            for name, row in rows
        ]

    def find_unit(self, code: str | None, name: str | None, when: date) -> str | None:
        wanted = code_key(code)
        for unit in self.units:
            if wanted and wanted == unit["uscc"]:
                return unit["unit_id"]
        for known, unit_id, start, end in self.names:
            if known == name_key(name) and start <= when < end:
                return unit_id
        return None

    def unit_of(self, row: Row) -> str:
        """The first pair of unit cells that is filled at all decides."""
        ledger = row.batch.ledger
        when = day(row[DAY_OF_ROW.get(ledger, "")]) or row.batch.received
        for code, name in UNIT_FIELDS[ledger]:
            if code_key(row[code]) or name_key(row[name]):
                return self.find_unit(row[code], row[name], when) or UNKNOWN_UNIT
        return UNKNOWN_UNIT

    def limit_on(self, decided: date) -> tuple[int, str]:
        """(days, kind) of the limit in force; before the first one, the first."""
        limits = sorted(self.facts["limits"], key=lambda item: item["valid_from"])
        in_force = [item for item in limits if item["valid_from"] <= decided] or limits[:1]
        return in_force[-1]["days"], in_force[-1]["kind"]

    @cached_property
    def periods(self) -> list[Period]:
        spans: list[tuple[str, tuple[int, ...]]] = [
            (f"{self.year}-{m:02d}", (m,)) for m in range(1, 13)
        ]
        spans += [(f"{self.year}-Q{q}", tuple(range(3 * q - 2, 3 * q + 1))) for q in (1, 2, 3, 4)]
        spans.append((str(self.year), tuple(range(1, 13))))
        first = self.first_day.month
        spans += [(self.span_to(m), tuple(range(first, m + 1))) for m in range(first, 13)]
        periods = []
        for name, months in spans:
            after = first_of_next(self.year, months[-1])
            cutoff = after.replace(day=self.facts["cutoff_day"])
            end = after - timedelta(days=1)
            periods.append(Period(name, months, end, cutoff, min(cutoff, self.as_of)))
        return periods

    def span_to(self, month: int) -> str:
        """The plan's first month to a month: what continuous targets are measured over."""
        return f"{self.first_day:%Y-%m}..{self.year}-{month:02d}"

    def clamp(self, when: date) -> int:
        """Month of the plan year; earlier counts in month 1, later in month 12."""
        return 1 if when < self.first_day else 12 if when > self.last_day else when.month


def first_of_next(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)
