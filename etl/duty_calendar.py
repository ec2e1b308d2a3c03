"""The duties of a plan as an iCalendar file: what must be handed in, by whom, until which day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from warehouse.calendar import Calendar
from warehouse.duties import obligations_of
from warehouse.marks import SAMPLE_MARK, SAMPLE_WORD
from warehouse.plans import Plan

if TYPE_CHECKING:
    from icalendar import Event

# States in which something is still to be done; None: nobody has judged yet.
_OPEN = frozenset({None, "未交", "未到期"})
# An all-day event begins at midnight: nine o'clock of the day before.
_ALARM = timedelta(hours=-15)
_SCHEMA = {
    "duty_id": pl.Utf8, "duty": pl.Utf8, "basis": pl.Utf8, "unit_id": pl.Utf8, "unit": pl.Utf8,
    "period_covered": pl.Utf8, "due_date": pl.Date, "state": pl.Utf8,
}  # fmt: skip


def read_owed(con: duckdb.DuckDBPyConnection, plan: str, unit: str | None = None) -> pl.DataFrame:
    """What is owed under a plan (by one unit, if given), as judged in a warehouse: duty_id, duty,
    basis, unit_id, unit, period_covered, due_date, state; in order of the due days."""
    rows: pl.DataFrame = con.sql(
        """
        select
            o.duty_id, d.title as duty, d.basis, o.unit_id, coalesce(u.name, o.unit_id) as unit,
            o.period_covered, o.due_date, o.state
        from marts.obligations as o
        join ref.duties as d on o.plan_id = d.plan_id and o.duty_id = d.duty_id
        left join ref.units as u on o.plan_id = u.plan_id and o.unit_id = u.unit_id
        where o.plan_id = $plan and ($unit is null or o.unit_id = $unit)
        order by o.due_date, d.sort_order, u.sort_order
        """,
        params={"plan": plan, "unit": unit},
    ).pl()
    return rows


def plan_owed(plan: Plan, calendar: Calendar, unit: str | None = None) -> pl.DataFrame:
    """The same from the plan alone, where no warehouse has judged yet: `state` is null."""
    rows = [
        (
            duty["duty_id"], duty["title"], duty["basis"], owed.unit_id,
            plan.roster[owed.unit_id]["name"], owed.due.label, owed.due.day, None,
        )
        for duty in plan.duties
        for owed in obligations_of(plan, duty, calendar)
        if unit in (None, owed.unit_id)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").sort("due_date", maintain_order=True)


def render_calendar(
    owed: pl.DataFrame,
    *,
    plan_id: str,
    title: str,
    known_on: date,
    unit: str | None = None,
    is_sample: bool = False,
) -> bytes:
    """The iCalendar file (RFC 5545, UTF-8) of what is owed (columns: `read_owed`).

    For one unit (`unit`: its name) an event per hand-in, for a whole plan an event per duty and
    period that lists the units. All-day events on business dates of Asia/Shanghai, with an alarm at
    nine the day before while something is still open. The same hand-in has the same UID in every
    export, so that a newer file replaces the older one; `known_on` is the day the data reach.
    """
    # Late: only this command and one download need the library.
    from icalendar import Calendar as File

    file = File()
    name = f"{title} 报送日历" + (f" · {unit}" if unit else "")
    name = f"{SAMPLE_WORD} · {name}" if is_sample else name
    for key, value in {
        "prodid": "-//citycredit//duty calendar//ZH",
        "version": "2.0",
        "calscale": "GREGORIAN",
        "method": "PUBLISH",
        "name": name,
        "x-wr-calname": name,
        "x-wr-timezone": "Asia/Shanghai",
    }.items():
        file.add(key, value)
    if is_sample:
        file.add("x-wr-caldesc", SAMPLE_MARK)
    stamp = datetime.combine(known_on, time(), UTC)
    keys = ["due_date", "duty_id", "period_covered"]
    for _, rows in owed.group_by(keys, maintain_order=True):
        file.add_component(_event(rows, plan_id, stamp, unit is not None, is_sample))
    text: bytes = file.to_ical()
    return text


def _event(
    rows: pl.DataFrame, plan_id: str, stamp: datetime, is_single: bool, is_sample: bool
) -> Event:
    """One event: the rows of one duty and period."""
    from icalendar import Alarm
    from icalendar import Event as NewEvent

    first = rows.row(0, named=True)
    is_open = any(state in _OPEN for state in rows["state"].to_list())
    whose = first["unit_id"] if is_single else "all"
    summary = f"报送：{first['duty']}（所属期 {first['period_covered']}）"
    event = NewEvent()
    event.add("uid", f"{plan_id}.{first['duty_id']}.{first['period_covered']}.{whose}@citycredit")
    event.add("dtstamp", stamp)
    event.add("dtstart", first["due_date"])
    event.add("dtend", first["due_date"] + timedelta(days=1))
    event.add("summary", summary if is_single else f"{summary} {rows.height} 家")
    event.add("description", "\n".join(_lines(rows, is_single, is_open, is_sample)))
    event.add("categories", ["报送"])
    event.add("transp", "TRANSPARENT")
    if is_open:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"明天到期：{summary}")
        alarm.add("trigger", _ALARM)
        event.add_component(alarm)
    return event


def _lines(rows: pl.DataFrame, is_single: bool, is_open: bool, is_sample: bool) -> list[str]:
    first = rows.row(0, named=True)
    lines = [f"依据：{first['basis']}"] if first["basis"] else []
    if is_single:
        lines.append(f"单位：{first['unit']}")
        lines += [f"状态：{first['state']}"] if first["state"] else []
    elif first["state"] is None:
        lines.append(f"应报 {rows.height} 家：{'、'.join(rows['unit'].to_list())}")
    else:
        for state, of_state in rows.group_by("state", maintain_order=True):
            lines.append(
                f"{state[0]} {of_state.height} 家：{'、'.join(of_state['unit'].to_list())}"
            )
    if not is_open:
        lines.append("已由台账或报送记录收到，无需另报。")
    return [*lines, SAMPLE_MARK] if is_sample else lines
