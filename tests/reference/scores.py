"""Scores and ranks of the units, and what mending is worth (design: Ranking)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import fsum

from tests.reference.duties import obligations
from tests.reference.plan import Period
from tests.reference.records import World
from tests.reference.tally import Figure, Key
from tests.reference.tasks import who_does

# metrics of permits and penalties: only who has the power to decide has any
OF_RECORDS = {
    "publicity_report_rate",
    "publicity_compliance_rate",
    "publicity_on_time_full_rate",
}
SMALL = 1e-9


@dataclass(frozen=True)
class Part:
    """One part of a unit's score: applied with a figure, or left out."""

    weight: float
    comparator: str
    target: float
    metric: str
    state: str
    figure: Figure | None = None
    is_official: bool = False

    @property
    def attainment(self) -> float | None:
        """Share of the target that was reached, 0 to 1."""
        value = self.figure.value if self.figure else None
        if value is None:
            return None
        if self.comparator == ">=":
            return min(1.0, value / self.target)
        excess = max(0.0, value - self.target)
        return max(0.0, 1 - excess / (self.target or 1))


@dataclass(frozen=True)
class Score:
    group: str
    score: float | None
    rank: int | None
    ranked: int
    records: int
    is_small: bool
    before: float | None
    rank_before: int | None
    parts: Mapping[str, Part]


@dataclass(frozen=True)
class Worth:
    """What may be mended, and the score before and after."""

    missed: int
    wrong: int
    now: float | None
    after: float | None


Marks = dict[tuple[str, str], Score]  # (unit, period)


def points_of(parts: Mapping[str, Part]) -> float | None:
    applied = [(p.weight, p.attainment) for p in parts.values() if p.attainment is not None]
    total = fsum(weight for weight, _ in applied)
    return 100 * fsum(w * (share or 0) for w, share in applied) / total if total else None


def scores(
    world: World, figures: Mapping[Key, Figure]
) -> tuple[Marks, dict[tuple[str, str], Worth]]:
    """Scores of all begun periods, and what mending is worth where there is something to mend."""
    found: Marks = {}
    worth: dict[tuple[str, str], Worth] = {}
    last: dict[str, str] = {}  # kind of period -> the one before
    judge = Judge(world, figures)
    for when in sorted(world.plan.asked, key=lambda p: p.start):
        parts = judge.parts_in(when)
        for unit, score in ranked(judge, when, parts).items():
            before = found.get((unit, last.get(when.kind, "")))
            found[unit, when.name] = replace(
                score,
                before=before.score if before else None,
                rank_before=before.rank if before else None,
            )
            if mended := judge.worth(unit, when, parts[unit]):
                worth[unit, when.name] = mended
        last[when.kind] = when.name
    return found, worth


def ranked(judge: Judge, when: Period, parts: dict[str, dict[str, Part]]) -> dict[str, Score]:
    """Scores with ranks within each group: 1, 1, 3 for ties."""
    rows: dict[str, Score] = {}
    for unit, own in parts.items():
        records = judge.records(unit, when)
        rests_on_records = any(
            p.metric in OF_RECORDS and p.state != "not_applicable" for p in own.values()
        )
        is_small = rests_on_records and records < judge.plan.facts["min_rank_records"]
        group = judge.plan.unit_rows[unit]["ranking_group"]
        rows[unit] = Score(group, points_of(own), None, 0, records, is_small, None, None, own)
    found = {}
    for unit, row in rows.items():
        rivals = [
            r.score
            for r in rows.values()
            if r.group == row.group and r.score is not None
            if not r.is_small and r.group != "listed"
        ]
        is_ranked = row.score is not None and not row.is_small and row.group != "listed"
        better = sum(s > (row.score or 0) + SMALL for s in rivals)
        rank = better + 1 if is_ranked else None
        found[unit] = replace(row, rank=rank, ranked=len(rivals))
    return found


class Judge:
    """Which parts apply to whom, and with which figure."""

    def __init__(self, world: World, figures: Mapping[Key, Figure]) -> None:
        self.world, self.plan, self.figures = world, world.plan, figures
        self.owing = {
            "duty_on_time_rate": {o.unit for o in obligations(world)},
            "task_completion_rate": {
                unit for task in self.plan.tasks for unit in who_does(world, task)
            },
        }
        in_force = {t["metric_id"] for t in self.plan.targets if t["legal_status"] == "in_force"}
        self.historical = {t["metric_id"] for t in self.plan.targets} - in_force

    def parts_in(self, when: Period) -> dict[str, dict[str, Part]]:
        """unit -> part -> how it stands. Where nothing has come yet of anybody nothing counts."""
        told = [row for row in self.plan.table("assessment.csv") if self.plan.holds(row, when.end)]
        units = [u for u in self.plan.unit_ids if told and self.plan.exists(u, when.end)]
        found = {u: {row["part_id"]: self._part(row, u, when) for row in told} for u in units}
        if any(has_come(part) for parts in found.values() for part in parts.values()):
            return found
        return {unit: each(parts, as_no_data) for unit, parts in found.items()}

    def _part(self, row: dict[str, str], unit: str, when: Period) -> Part:
        metric = row["metric_id"]
        part = Part(
            float(row["weight"]), row["comparator"], float(row["target"]), metric, "no_data"
        )
        if metric in self.historical or self._is_excepted(unit, metric, when):
            return replace(part, state="not_applicable")
        figure, is_official = self.figure(metric, unit, when)
        if figure:
            return replace(part, state="applied", figure=figure, is_official=is_official)
        group = self.plan.unit_rows[unit]["ranking_group"]
        has_no_power = metric in OF_RECORDS and group == "other"
        owes_nothing = metric in self.owing and unit not in self.owing[metric]
        return replace(part, state="not_applicable") if has_no_power or owes_nothing else part

    def _is_excepted(self, unit: str, metric: str, when: Period) -> bool:
        """By the matrix; who need not hand in permits and penalties is not judged by them."""
        if self.plan.is_excepted(unit, "metric", metric, when.end):
            return True
        duties = [
            d["duty_id"]
            for d in self.plan.table("duties.csv")
            if {"admin_permit", "admin_penalty"} & set(d["ledgers"].split("+"))
        ]
        excepted = [self.plan.is_excepted(unit, "duty", d, when.end) for d in duties]
        return metric in OF_RECORDS and bool(excepted) and all(excepted)

    def _of(self, metric: str, unit: str, when: Period) -> Figure | None:
        found = self.figures.get((metric, "department", unit, when.name))
        return found if found and found.value is not None else None

    def figure(self, metric: str, unit: str, when: Period) -> tuple[Figure | None, bool]:
        """The official figure where the plan says so and there is one, else the own one."""
        official = self._of(f"official_{metric}", unit, when)
        if official and self.plan.facts["figures"] == "official":
            return official, True
        return self._of(metric, unit, when), False

    def records(self, unit: str, when: Period) -> int:
        """The unit's own, or those that the official rate was taken from if they are more."""
        own = self._of("publicity_record_count", unit, when)
        told, is_official = self.figure("publicity_compliance_rate", unit, when)
        reported = told.denominator or 0 if told and is_official else 0
        return max(int(own.value or 0) if own else 0, reported)

    def worth(self, unit: str, when: Period, parts: dict[str, Part]) -> Worth | None:
        """Missed records reported; errors corrected, as long as a correction counts."""
        missed, wrong = (
            (figure.denominator or 0) - (figure.numerator or 0) if figure else 0
            for figure, _ in (
                self.figure(metric, unit, when)
                for metric in ("publicity_report_rate", "publicity_compliance_rate")
            )
        )
        if not missed and not wrong:
            return None
        mended = {"publicity_report_rate", "publicity_full_entry_rate"}
        if self.plan.as_of <= when.cutoff:
            mended.add("publicity_compliance_rate")

        def mend(part: Part) -> Part:
            if part.figure is None or part.metric not in mended:
                return part
            return replace(part, figure=part.figure._replace(value=100.0))

        return Worth(missed, wrong, points_of(parts), points_of(each(parts, mend)))


def each(parts: dict[str, Part], change: Callable[[Part], Part]) -> dict[str, Part]:
    return {name: change(part) for name, part in parts.items()}


def as_no_data(part: Part) -> Part:
    return part if part.figure is None else replace(part, state="no_data", figure=None)


def has_come(part: Part) -> bool:
    """Whether anything the unit did is in the figure: what is merely missing tells nothing."""
    figure = part.figure
    return figure is not None and bool(
        figure.value if figure.numerator is None else figure.numerator
    )
