"""Recurring hand-ins: who owed what for which period, and was it in time (semantics: Duties)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from tests.reference.files import Row
from tests.reference.plan import Period, words
from tests.reference.records import World
from tests.reference.tally import Tally
from tests.reference.text import day, days_of, fold, month_end, period

WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)
MONTHS = {"monthly": 1, "even_month": 2, "quarterly": 3, "yearly": 12}
# a ledger -> the column with the day its rows are about; the others tell none
DAY_OF_LEDGER = {
    "admin_permit": "decision_date",
    "admin_penalty": "decision_date",
    "decision_register": "decision_date",
    "task_status": "report_date",
    "deliverable": "completed_date",
    "meeting_training": "held_date",
    "publicity_article": "published_date",
    "honour": "awarded_date",
    "governance_case": "as_of_date",
    "gov_default_case": "as_of_date",
    "commitment": "made_date",
}
# metrics of one duty: the others that duties.csv names are measured by other facts
RATES = {
    "publicity_ledger_submission_day",
    "new_credit_info_submission_day",
    "graded_regulation_submission_day",
    "progress_report_submission_day",
    "publicity_weekly_submission",
}
DOMAINS_REPORTING = "credit_application_report_submission"


@dataclass(frozen=True)
class Due:
    """One time that a duty falls due: for which days, and until when.

    turn: the days in which a batch without days of its own is taken for this one. day: the nominal
    one after the holiday policy."""

    label: str
    covered: tuple[date, date]
    turn: tuple[date, date]
    nominal: date
    day: date


@dataclass(frozen=True)
class Obligation:
    duty: str
    unit: str
    due: Due
    answered: date | None
    is_nil: bool

    @property
    def on_time(self) -> bool:
        return self.answered is not None and self.answered <= self.due.day

    def state(self, as_of: date) -> str:
        if self.answered is None:
            return "未交" if as_of > self.due.day else "未到期"
        if self.is_nil:
            return "零报送" if self.on_time else "零报送（迟）"
        return "按时" if self.on_time else "迟交"


def duty_facts(world: World, tally: Tally) -> None:
    for duty in world.plan.table("duties.csv"):
        owed = [o for o in obligations(world) if o.duty == duty["duty_id"]]
        for when in world.plan.periods:
            judged = list(judged_in(world, when, owed))
            for one in judged:
                where = (one.unit, when.name)
                tally.rate(f"duty:{one.duty}", *where, hit=one.on_time)
                tally.count(f"kept:{one.duty}", *where, number=one.on_time)
                if is_assessed(world, duty):
                    tally.rate("duty_on_time_rate", *where, hit=one.on_time)
                if duty["metric_id"] in RATES:
                    tally.rate(duty["metric_id"], *where, hit=one.on_time)
            if duty["metric_id"] == DOMAINS_REPORTING and judged:
                over = [o.due.day for o in judged if o.due.day < when.judging]
                last = max(over) if over else min(o.due.day for o in judged)
                for one in judged:
                    kept = one.on_time and one.due.day == last
                    tally.count(DOMAINS_REPORTING, one.unit, when.name, number=kept)


def is_assessed(world: World, duty: dict[str, str]) -> bool:
    """A duty that only historical targets ask for counts in no score."""
    asked = {
        t["legal_status"]
        for t in world.plan.table("targets.csv")
        if t["metric_id"] == duty["metric_id"]
    }
    return asked != {"historical"}


def judged_in(world: World, when: Period, owed: list[Obligation]) -> Iterator[Obligation]:
    """A due day that the holidays moved out of the plan counts in its first or last month."""
    for one in owed:
        placed = min(max(one.due.day, world.plan.start), world.plan.end)
        if when.holds(placed) and (one.answered is not None or one.due.day < when.judging):
            yield one


@cache
def obligations(world: World) -> list[Obligation]:
    plan = world.plan
    found = []
    for duty in plan.table("duties.csv"):
        handed = hand_ins(world, [name for name in duty["ledgers"].split("+") if name])
        submitted = submissions(world, duty["duty_id"])
        ended = ended_on(world, duty)
        for due in dues(world, duty):
            if ended and due.day > ended:
                continue
            for unit in plan.expand(words(duty["units"])):
                excepted = plan.is_excepted(unit, "duty", duty["duty_id"], due.nominal)
                if not plan.exists(unit, due.nominal) or excepted:
                    continue
                rows = [one for who in plan.line(unit) for one in handed[who]]
                told = [one for who in plan.line(unit) for one in submitted[who, due.label]]
                answered, is_nil = answer(due, rows, told)
                found.append(Obligation(duty["duty_id"], unit, due, answered, is_nil))
    return found


def dues(world: World, duty: dict[str, str]) -> Iterator[Due]:
    """Those whose day falls into the plan and into first_due … last_due, before holidays."""
    first = max(world.plan.start, day(duty["first_due"]) or date.min)
    last = min(world.plan.end, day(duty["last_due"]) or date.max)
    when = first
    while when <= last:
        if told := due_on(duty, when):
            yield Due(*told, when, moved(world, when))
        when += ONE_DAY


def due_on(
    duty: dict[str, str], when: date
) -> tuple[str, tuple[date, date], tuple[date, date]] | None:
    """What falls due on a day, if anything: (label, days covered, days of the turn)."""
    cadence, wanted = duty["cadence"], duty["due_day"]
    if cadence == "weekly":
        week = (when - WEEK + ONE_DAY, when)
        year, number, weekday = when.isocalendar()
        return (f"{year}-W{number:02d}", week, week) if weekday == int(wanted) else None
    last = month_end(when)
    if cadence == "yearly":
        month, _, wanted = wanted.partition("-")
        if when.month != int(month):
            return None
    if when.day != (last.day if wanted == "end" else min(int(wanted), last.day)):
        return None
    if cadence == "even_month" and when.month % 2:
        return None
    end = last
    for _ in range(int(duty["due_month_offset"] or 0)):
        end = end.replace(day=1) - ONE_DAY
    if cadence == "quarterly" and end.month % 3:
        return None
    label = f"{end.year}-{end.month:02d}"
    turn_end = last
    if cadence == "quarterly":
        label = f"{end.year}-Q{end.month // 3}"
        turn_end = days_of(f"{last.year}-Q{(last.month + 2) // 3}")[1]
    elif cadence == "yearly":
        label = str(end.year)
        end, turn_end = date(end.year, 12, 31), date(last.year, 12, 31)
    return label, (start_of(cadence, end), end), (start_of(cadence, turn_end), turn_end)


def start_of(cadence: str, end: date) -> date:
    """The first day of the one, two, three or twelve months that end on a day."""
    start = end.replace(day=1)
    for _ in range(MONTHS[cadence] - 1):
        start = (start - ONE_DAY).replace(day=1)
    return start


def moved(world: World, due: date) -> date:
    """The due day after the plan's holiday policy; a year without calendar moves nothing."""
    policy, when = world.plan.facts["holiday_policy"], due
    step = {"extend": ONE_DAY, "advance": -ONE_DAY}.get(policy)
    while step and when.year in world.calendar.years and not world.calendar.is_workday(when):
        when += step
    return when if when.year in world.calendar.years else due


def ended_on(world: World, duty: dict[str, str]) -> date | None:
    """The day on which the task was done until which the duty lasts, as its lead last said."""
    task, lead = duty.get("until_task"), world.plan.leads.get(duty.get("until_task", ""))
    return world.completed(task, lead) if task and lead else None


Handed = list[tuple[date, set[date]]]  # day of receipt, days the rows are about


def hand_ins(world: World, ledgers: list[str]) -> dict[str, Handed]:
    """unit -> its rows by batch; those of a replaced file still show that it handed in."""
    days: dict[tuple[str, int], set[date]] = defaultdict(set)
    received: dict[tuple[str, int], date] = {}
    for row in world.of(*ledgers, replaced=True):
        key = (world.plan.unit_of(row), row.batch.order)
        about = day_of(row)
        days[key] |= {about} if about else set()
        received[key] = row.batch.received
    found: dict[str, Handed] = defaultdict(list)
    for (unit, order), told in days.items():
        found[unit].append((received[unit, order], told))
    return found


def day_of(row: Row) -> date | None:
    """The day that a row is about; of a declaration the last day of the period it names."""
    if row.batch.ledger == "declaration":
        label = period(row["period"])
        return days_of(label)[1] if label else None
    return day(row[DAY_OF_LEDGER.get(row.batch.ledger, "")])


def submissions(world: World, duty_id: str) -> dict[tuple[str, str], list[tuple[str, date]]]:
    """(unit, label of the period) -> [(kind, day)]."""
    found: dict[tuple[str, str], list[tuple[str, date]]] = defaultdict(list)
    for row in world.of("submission"):
        label = period(row["period"])
        if fold(row["duty_id"]) == duty_id and label:
            told = (fold(row["submission_type"]), day(row["submitted_date"]) or row.batch.received)
            found[world.plan.unit_of(row), label].append(told)
    return found


def answer(due: Due, handed: Handed, submitted: list[tuple[str, date]]) -> tuple[date | None, bool]:
    """(day, whether nil) of the earliest hand-in, else of a nil that no row contradicts."""
    rows = [received for received, about in handed if covers(due, received, about)]
    days = rows + [when for kind, when in submitted if kind == "报送"]
    if days:
        return min(days), False
    nil = [when for kind, when in submitted if kind in ("零报送", "无此类事项")]
    return min(nil, default=None), bool(nil)


def covers(due: Due, received: date, about: set[date]) -> bool:
    """A batch covers the days of a unit's rows; rows without any, the period whose turn it is."""
    if about:
        return any(due.covered[0] <= when <= due.covered[1] for when in about)
    return due.turn[0] <= received <= due.turn[1]


@cache
def coverage(world: World) -> list[tuple[str, str, date, date]]:
    """(ledger, unit, first day, last day) of which rows, a hand-in or a nil speak: there silence
    means none."""
    found = set()
    for ledger in DAY_OF_LEDGER:
        for row in world.of(ledger, replaced=True):
            if about := day_of(row):
                found.add((ledger, world.plan.unit_of(row), about.replace(day=1), month_end(about)))
    for duty in world.plan.table("duties.csv"):
        for one in obligations(world):
            if one.duty == duty["duty_id"] and one.answered is not None:
                for ledger in filter(None, duty["ledgers"].split("+")):
                    found.add((ledger, one.unit, *one.due.covered))
    return sorted(found)
