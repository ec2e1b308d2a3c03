"""From what a target asks and what was measured to status and light (design: Targets)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.reference.tally import Figure

SMALL = 1e-9


@dataclass(frozen=True)
class Asked:
    """A target as it is asked in a period."""

    comparator: str
    threshold: float | date | None
    unit: str
    hardness: str
    kind: str
    is_in_force: bool
    due: date | None
    judging: date
    is_running: bool

    @property
    def is_share(self) -> bool:
        by_days = self.comparator in ("by_day_of_month", "by_weekday")
        return by_days or (self.unit == "%" and self.comparator != "exists")


@dataclass(frozen=True)
class Told:
    """What was measured; `awaited`: nothing yet, though its ledger is in use and a day is asked
    for. `behind`: the step before it was missed. `moves`: the last of several, up and down."""

    figure: Figure
    value: float | date | None
    awaited: bool = False
    behind: bool = False
    moves: bool = False


def status_of(asked: Asked, told: Told) -> tuple[str, str | None]:
    if not asked.is_in_force:
        return "historical", None
    if asked.threshold is None or (told.value is None and not told.awaited):
        return "no_data", "grey"
    still = time_left(asked, told.value)
    reached = told.value is not None and is_reached(asked, told.value)
    if reached and not (told.moves and still):
        return "met", "green"
    may_be_red = asked.kind in ("stated", "deadline") and asked.hardness == "must"
    if still:
        return "pending", "red" if told.behind and may_be_red and not reached else "yellow"
    return "missed", "red" if may_be_red and not is_close(asked, told) else "yellow"


def is_reached(asked: Asked, value: float | date) -> bool:
    line = asked.threshold
    if isinstance(value, date) or isinstance(line, date):
        assert isinstance(value, date), value
        assert isinstance(line, date), line
        return value <= line
    assert line is not None
    return {
        ">=": value >= line - SMALL,
        "exists": value >= line - SMALL,
        "by_day_of_month": value >= line - SMALL,
        "by_weekday": value >= line - SMALL,
        "<=": value <= line + SMALL,
        "within_days": value <= line + SMALL,
        "=": abs(value - line) <= SMALL,
        ">": value > line + SMALL,
        "increase": value > line + SMALL,
        "<": value < line - SMALL,
        "decrease": value < line - SMALL,
    }[asked.comparator]


def time_left(asked: Asked, value: float | date | None) -> bool:
    """Whether what is not met yet may still be: its day has not passed; without one, the period
    runs and more of it can come."""
    if asked.due is not None:
        return asked.judging <= asked.due
    if not asked.is_running:
        return False
    if asked.comparator == "=" and isinstance(asked.threshold, float):
        return not isinstance(value, float) or value < asked.threshold
    return asked.comparator in (">=", ">", "exists", "increase", "=")


def is_close(asked: Asked, told: Told) -> bool:
    """Missed by no more than a record or half a point; a count by no more than one."""
    value, line = told.value, asked.threshold
    if asked.comparator in ("by_date", "within_days") or value is None:
        return False
    if isinstance(value, date) or isinstance(line, date) or line is None:
        return False
    gap = abs(value - line)
    if not asked.is_share:
        return gap <= 1 + SMALL
    hits, of = told.figure.numerator, told.figure.denominator
    by_record = hits is not None and bool(of) and abs(hits - line / 100 * (of or 0)) <= 1 + SMALL
    return gap <= 0.5 + SMALL or by_record
