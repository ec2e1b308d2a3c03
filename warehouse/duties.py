"""Duties: recurring hand-ins, expanded into dated obligations of the units that owe them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from warehouse.calendar import Calendar

if TYPE_CHECKING:
    from warehouse.plans import Plan, Row

# Cadence -> how many months one period covers; a week has none.
CADENCES = {"weekly": 0, "monthly": 1, "even_month": 2, "quarterly": 3, "yearly": 12}
LAST_DAY = "end"
_DUTIES = dict.fromkeys(
    ("plan_id", "place_id", "duty_id", "title", "task_id", "metric_id", "cadence", "until_task",
     "basis"),
    pl.Utf8,
) | {"is_assessed": pl.Boolean, "sort_order": pl.Int32}  # fmt: skip
_DUTY_LEDGERS = dict.fromkeys(("plan_id", "duty_id", "ledger"), pl.Utf8)
_OBLIGATIONS = dict.fromkeys(
    ("plan_id", "place_id", "duty_id", "unit_id", "period_covered"), pl.Utf8
) | dict.fromkeys(
    ("covered_start", "covered_end", "turn_start", "turn_end", "nominal_due_date", "due_date",
     "period_date"),
    pl.Date,
)  # fmt: skip
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Due:
    """One time a duty falls due: for which period, and until when.

    `covered`: the days whose records the hand-in is about; `label` names them (`2018-04`,
    `2018-W15`, `2018-Q2`, `2018`). `turn`: the days in which a hand-in that tells no day of its own
    is taken for this one. `day` is `nominal` after the plan's holiday policy.
    """

    label: str
    covered: Span
    turn: Span
    nominal: date
    day: date


@dataclass(frozen=True)
class Obligation:
    """What one unit owes under a duty for one period."""

    duty_id: str
    unit_id: str
    due: Due


def dues_of(plan: Plan, duty: Row, calendar: Calendar) -> list[Due]:
    """Every time a duty falls due in the plan's period, in order.

    A due date belongs to the plan and to `first_due` … `last_due` as the plan's text has it, that
    is before the holiday policy moves it.
    """
    first = max(plan.period_start, duty.day("first_due") or plan.period_start)
    last = min(plan.period_end, duty.day("last_due") or plan.period_end)
    find = _weeks if duty["cadence"] == "weekly" else _months
    return [
        Due(label, covered, turn, nominal, moved_due(nominal, plan.holiday_policy, calendar))
        for nominal, label, covered, turn in find(duty, first, last)
    ]


def obligations_of(plan: Plan, duty: Row, calendar: Calendar) -> list[Obligation]:
    """One per due date and unit that owes the duty on that day."""
    named = named_units(plan, duty)
    return [
        Obligation(duty["duty_id"], unit_id, due)
        for due in dues_of(plan, duty, calendar)
        for unit_id in named
        # A dissolved unit owes nothing any more; its successor owes what falls due from then on.
        if plan.roster[unit_id].holds(due.nominal)
        and plan.applies(unit_id, "duty", duty["duty_id"], due.nominal)
    ]


def named_units(plan: Plan, duty: Row) -> list[str]:
    """The units that a duty names: by kind, by id, or by a name of the plan's clauses."""
    found: dict[str, None] = {}
    for name in duty.names("units"):
        found |= dict.fromkeys(plan.expand(name))
    return list(found)


def duty_tables(plans: Iterable[Plan], calendar: Calendar) -> dict[str, pl.DataFrame]:
    """The frames of `ref.duties`, `ref.duty_ledgers` and `ref.obligations`."""
    duties: list[tuple[Any, ...]] = []
    ledgers: list[tuple[str, str, str]] = []
    obligations: list[tuple[Any, ...]] = []
    for plan in plans:
        for duty in plan.duties:
            duty_id = duty["duty_id"]
            duties.append(
                (
                    plan.id, plan.place_id, duty_id, duty["title"], duty["task_id"],
                    duty["metric_id"], duty["cadence"], duty.get("until_task") or None,
                    duty["basis"], is_assessed(plan, duty), len(duties),
                )
            )  # fmt: skip
            named = filter(None, duty["ledgers"].split("+"))
            ledgers += [(plan.id, duty_id, ledger) for ledger in named]
            obligations += [_as_row(plan, o) for o in obligations_of(plan, duty, calendar)]
    return {
        "duties": pl.DataFrame(duties, schema=_DUTIES, orient="row"),
        "duty_ledgers": pl.DataFrame(ledgers, schema=_DUTY_LEDGERS, orient="row"),
        "obligations": pl.DataFrame(obligations, schema=_OBLIGATIONS, orient="row"),
    }


def is_assessed(plan: Plan, duty: Row) -> bool:
    """Whether a duty may count in a score: not when all that is asked of it is historical."""
    asked = [t["legal_status"] for t in plan.targets if t["metric_id"] == duty["metric_id"]]
    return not asked or any(status == "in_force" for status in asked)


def _as_row(plan: Plan, owed: Obligation) -> tuple[Any, ...]:
    """A row of `ref.obligations`. `period_date` places it in the plan's months: a due day that the
    holidays moved out of the plan's period counts in its first or last month."""
    due = owed.due
    period_date = min(max(due.day, plan.period_start), plan.period_end)
    return (
        plan.id, plan.place_id, owed.duty_id, owed.unit_id, due.label, due.covered.first,
        due.covered.last, due.turn.first, due.turn.last, due.nominal, due.day, period_date,
    )  # fmt: skip


def moved_due(due: date, policy: str, calendar: Calendar) -> date:
    """A due date after the holiday policy: `extend` to the next working day, `advance` to the one
    before, `keep`. In a year whose calendar is not published the date stays."""
    step = {"extend": 1, "advance": -1}.get(policy, 0)
    day = due
    while step and calendar.is_published(day) and not calendar.is_workday(day):
        day += timedelta(days=step)
    return day if calendar.is_published(day) else due


def check_duty(plan: Plan, duty: Row) -> None:
    """Raise PlanError for what the calendar cannot be made of: cadence, days, units."""
    if duty["cadence"] not in CADENCES:
        known = "、".join(CADENCES)
        raise duty.error(f"周期“{duty['cadence']}”不认识，应为 {known} 之一")
    _check_day(duty)
    offset = duty.get("due_month_offset", "").strip()
    if offset and not offset.isdigit():
        raise duty.error(f"due_month_offset“{offset}”应为 0、1、2 … 的整数")
    tasks = {task["task_id"] for task in plan.tasks}
    for column in ("task_id", "until_task"):
        task_id = duty.get(column, "")
        if task_id not in tasks and (task_id or column == "task_id"):
            raise duty.error(f"任务 {task_id} 不存在")
    for column in ("first_due", "last_due"):
        duty.day(column)
    if not duty.names("units"):
        raise duty.error("“units”为空：请写单位类型、单位编号或 clause:条款用名")
    for name in duty.names("units"):
        if not plan.expand(name):
            raise duty.error(f"“{name}”既不是单位类型，也不是名册中的单位或能对上单位的条款用名")


def _check_day(duty: Row) -> None:
    text, cadence = duty["due_day"].strip(), duty["cadence"]
    if cadence == "weekly":
        is_right, wanted = text.isdigit() and 1 <= int(text) <= 7, "1–7（周一至周日）"
    elif cadence == "yearly":
        is_right, wanted = _is_month_day(text), "月-日，如 12-31"
    else:
        is_right = text == LAST_DAY or (text.isdigit() and 1 <= int(text) <= 31)
        wanted = "1–31 或 end（最后一天）"
    if not is_right:
        raise duty.error(f"到期日“{text}”应为 {wanted}")


def _is_month_day(text: str) -> bool:
    try:
        date.fromisoformat(f"2000-{text}")  # a leap year: 02-29 stands for the last day
    except ValueError:
        return False
    return True


def _weeks(duty: Row, first: date, last: date) -> Iterator[tuple[date, str, Span, Span]]:
    """Each week's day; the seven days up to it are covered. The week has its ISO number."""
    nominal = first + timedelta(days=(int(duty["due_day"]) - first.isoweekday()) % 7)
    while nominal <= last:
        year, week, _ = nominal.isocalendar()
        covered = Span(nominal - _WEEK + _DAY, nominal)
        yield nominal, f"{year}-W{week:02d}", covered, covered
        nominal += _WEEK


def _months(duty: Row, first: date, last: date) -> Iterator[tuple[date, str, Span, Span]]:
    """Each due day of a cadence of months, `due_month_offset` months after the last one covered.

    Months are counted from year 0, so that steps over a year's end need no care.
    """
    length = CADENCES[duty["cadence"]]
    offset = int(duty.get("due_month_offset") or 0)
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        nominal = _due_day(duty, month)
        if nominal is None or not first <= nominal <= last:
            continue
        covered_end = _end_of_turn(duty["cadence"], month - offset)
        if duty["cadence"] == "quarterly" and covered_end != month - offset:
            continue  # not the month after a quarter
        turn_end = _end_of_turn(duty["cadence"], month)
        covered = _span(covered_end - length + 1, covered_end)
        yield nominal, _label(length, covered_end), covered, _span(turn_end - length + 1, turn_end)


def _due_day(duty: Row, month: int) -> date | None:
    """The due day in a month, or None where the cadence has none there."""
    year, number = month // 12, month % 12 + 1
    text = duty["due_day"].strip()
    if duty["cadence"] == "yearly":
        wanted, _, text = text.partition("-")
        if number != int(wanted):
            return None
    if duty["cadence"] == "even_month" and number % 2:
        return None
    days = monthrange(year, number)[1]
    return date(year, number, days if text == LAST_DAY else min(int(text), days))


def _end_of_turn(cadence: str, month: int) -> int:
    """The last month of the quarter or year that holds a month; else the month itself."""
    length = {"quarterly": 3, "yearly": 12}.get(cadence, 1)
    return month + (-month - 1) % length


def _span(first_month: int, last_month: int) -> Span:
    year, number = last_month // 12, last_month % 12 + 1
    last = date(year, number, monthrange(year, number)[1])
    return Span(date(first_month // 12, first_month % 12 + 1, 1), last)


def _label(length: int, last_month: int) -> str:
    """How a period covered is written in 所属期: by its year, quarter or last month."""
    year, number = last_month // 12, last_month % 12 + 1
    if length == 12:
        return f"{year}"
    return f"{year}-Q{number // 3}" if length == 3 else f"{year}-{number:02d}"
