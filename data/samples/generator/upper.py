"""What comes from above: official rates of the units, the city index, assessments.

Official rates stand for the whole of a unit's month, whatever the detail that is in the sample.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from . import days
from .layouts import Layout, build_sheet
from .model import OutFile, Row
from .office import Office
from .office_layouts import SHEETS

TREE = Path(__file__).resolve().parents[3] / "warehouse" / "index" / "2020.csv"
TYPES = ("行政许可", "行政处罚")
Counts = Mapping[tuple[str, int, str], tuple[int, int, int, int]]
"""(unit, month, decision type) → owed, reported, stored, late of the detail in the sample."""


@dataclass(frozen=True)
class Above:
    """What is published about a place. Rates per thousand; ranks and scores by month.

    differing: how many rows more (or fewer) the platform stores of a unit's month than it should.
    """

    permits: tuple[int, ...]
    penalties: tuple[int, ...]
    shares: Mapping[str, int]  # unit → per mille of the permits
    wrong_per_mille: Mapping[str, int] = field(default_factory=dict)
    late_per_mille: Mapping[str, int] = field(default_factory=dict)
    wrong_by_month: tuple[float, ...] = (1.0,) * 12
    late_by_month: tuple[float, ...] = (1.0,) * 12
    differing: Mapping[tuple[str, int], int] = field(default_factory=dict)
    missed: Mapping[tuple[str, int], int] = field(default_factory=dict)
    city: str = ""
    group: str = "地级市"
    group_size: int = 261
    ranks: tuple[int | None, ...] = ()
    scores: tuple[float | None, ...] = ()
    neighbours: Mapping[int, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    assessments: tuple[tuple[str, int, float, int], ...] = ()  # period, rank, score, field
    wide: int = 14  # wrong rows per mille of a unit without its own share of errors
    wide_late: int = 24  # late ones
    waiting: int = 5  # owed, neither reported nor known as missed


class Upper:
    """Writes one workbook a month, handed down after the twentieth of the next month."""

    def __init__(self, office: Office, above: Above, detail: Counts, seed: int) -> None:
        self.office, self.above, self.detail = office, above, detail
        self.rng = Random(seed)
        self._detailed = {unit_id for unit_id, _, _ in detail}

    def files(self) -> list[OutFile]:
        office = self.office
        found = []
        for month in office.months:
            year, after = days.month_after(office.year, month)
            received = days.on_or_after(date(year, after, 22))
            rows = {
                "official_feedback": self._feedback(month, received),
                "city_index": self._index(month, received),
                "city_index_indicator": self._indicators(month),
                "external_assessment": self._assessments(month, received),
            }
            sheets = [
                build_sheet(SHEETS[ledger][0], SHEETS[ledger][1], told, Layout(dates="dash"))
                for ledger, told in rows.items()
                if told
            ]
            if sheets:
                name = f"上级通报与监测_{office.plan.id}_{office.year}{month:02d}.xlsx"
                found.append(OutFile(name, received, "", sheets))
        return found

    def _feedback(self, month: int, received: date) -> list[Row]:
        above, office = self.above, self.office
        rows = []
        for unit_id, share in above.shares.items():
            for kind, total in zip(TYPES, (above.permits, above.penalties), strict=True):
                owed, reported, stored, late = self._counts(unit_id, month, kind, share, total)
                is_detailed = unit_id in self._detailed
                missed = owed - reported if is_detailed else self._missed(unit_id, month, kind)
                if reported == 0 and owed == 0:
                    continue
                values: dict[str, Any] = {
                    "doc_no": f"示信通〔{office.year}〕{month}号",
                    "period": f"{office.year}-{month:02d}",
                    "unit_name": office.names[unit_id],
                    "unit_uscc": office.codes[unit_id],
                    "decision_type": kind,
                    "owed_count": owed,
                    "reported_count": reported,
                    "stored_count": stored,
                    "late_count": late,
                    "compliance_pct": _percent(stored, reported),
                    "late_pct": _percent(late, reported),
                    "missed_count": missed,
                    "issued_date": days.on_or_after(date(received.year, received.month, 15)),
                    "remark": "汇总，示例值",
                }
                rows.append(Row(values))
        return rows

    def _counts(
        self, unit_id: str, month: int, kind: str, share: int, total: tuple[int, ...]
    ) -> tuple[int, int, int, int]:
        if unit_id in self._detailed:
            owed, reported, stored, late = self.detail.get((unit_id, month, kind), (0, 0, 0, 0))
            if kind == TYPES[0]:
                stored += self.above.differing.get((unit_id, month), 0)
            return owed, reported, max(0, min(reported, stored)), min(late, reported)
        above = self.above
        wrong = above.wrong_per_mille.get(unit_id, above.wide) * above.wrong_by_month[month - 1]
        slow = above.late_per_mille.get(unit_id, above.wide_late) * above.late_by_month[month - 1]
        count = round(total[month - 1] * share / 1000 * self.rng.uniform(0.9, 1.1))
        missed = self._missed(unit_id, month, kind)
        bad = round(count * wrong * self.rng.uniform(0.4, 1.6) / 1000)
        late = round(count * slow * self.rng.uniform(0.3, 1.7) / 1000)
        waiting = round(count * above.waiting * self.rng.uniform(0.2, 1.8) / 1000)
        return count + waiting + missed, count, count - bad, min(count, late)

    def _missed(self, unit_id: str, month: int, kind: str) -> int:
        """What the platform above knows to be missing; permits only."""
        return self.above.missed.get((unit_id, month), 0) if kind == TYPES[0] else 0

    def _index(self, month: int, received: date) -> list[Row]:
        above = self.above
        if not above.ranks or above.ranks[month - 1] is None:
            return []
        rows = [
            self._city(above.city, month, above.ranks[month - 1], above.scores[month - 1], received)
        ]
        for rank, score in above.neighbours.get(month, ()):
            rows.append(self._city(f"示例市{rank:03d}", month, rank, score, received))
        return rows

    def _city(
        self, name: str, month: int, rank: int | None, score: float | None, received: date
    ) -> Row:
        return Row(
            {
                "city_name": name,
                "period": f"{self.office.year}-{month:02d}",
                "index_version": "2020",
                "group_name": self.above.group,
                "group_size": self.above.group_size,
                "score": score,
                "full_score": 100,
                "rank": rank,
                "value_source": "官方",
                "published_date": received,
                "source_doc": f"示例监测简报{self.office.year}年第{month}期（示例值）",
                "remark": "示例值",
            }
        )

    def _indicators(self, month: int) -> list[Row]:
        """Scores of the tree's first two levels; those of the first add up to the total."""
        above = self.above
        if month % 3 or not above.scores or above.scores[month - 1] is None:
            return []
        total = above.scores[month - 1]
        assert total is not None
        with TREE.open(encoding="utf-8", newline="") as lines:
            tree = [r for r in csv.DictReader(lines) if r["full_score"]]
        rows = []
        tops = [r for r in tree if r["level"] == "1"]
        for top, score in zip(tops, _shared(total, tops, self.rng), strict=True):
            below = [r for r in tree if r["parent_id"] == top["indicator_id"]]
            rows.append(self._indicator(month, top, score))
            for child, part in zip(below, _shared(score, below, self.rng), strict=True):
                rows.append(self._indicator(month, child, part))
        return rows

    def _indicator(self, month: int, node: Mapping[str, str], score: float) -> Row:
        return Row(
            {
                "city_name": self.above.city,
                "period": f"{self.office.year}-{month:02d}",
                "index_version": "2020",
                "indicator_id": node["indicator_id"],
                "indicator_name": node["name"],
                "full_score": float(node["full_score"]),
                "score": score,
                "value_source": "官方",
                "source_doc": f"示例监测简报{self.office.year}年第{month}期（示例值）",
                "remark": "示例值",
            }
        )

    def _assessments(self, month: int, received: date) -> list[Row]:
        rows = []
        for period, rank, score, size in self.above.assessments:
            if period == f"{self.office.year}-{month:02d}" or (
                period.endswith(f"Q{month // 3}") and month % 3 == 0
            ):
                rows.append(
                    Row(
                        {
                            "title": f"{self.office.year}年信用工作考核（示例值）",
                            "metric_id": "provincial_assessment_rank",
                            "assessor": "示例省信用主管部门",
                            "unit_name": self.above.city,
                            "period": period,
                            "score": score,
                            "full_score": 100,
                            "rank": rank,
                            "field_size": size,
                            "published_date": received,
                            "doc_no": f"示省信〔{self.office.year}〕{month}号",
                            "remark": "示例值",
                        }
                    )
                )
        return rows


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def _shared(total: float, nodes: list[dict[str, str]], rng: Random) -> list[float]:
    """The total over the nodes in proportion to their full scores, never above them."""
    fulls = [float(n["full_score"]) for n in nodes]
    lost = sum(fulls) - total
    weights = [f * rng.uniform(0.5, 1.5) for f in fulls]
    parts = [round(f - lost * w / sum(weights), 2) for f, w in zip(fulls, weights, strict=True)]
    parts[-1] = round(total - sum(parts[:-1]), 2)
    return [min(p, f) for p, f in zip(parts, fulls, strict=True)]
