"""What the office writes down of hand-ins, and of the progress of tasks."""

from __future__ import annotations

from datetime import date, timedelta

from warehouse.calendar import load_calendar
from warehouse.duties import obligations_of
from warehouse.plans import Row as PlanRow

from . import days
from .model import Fault, Row
from .office import Office


def add_submissions(office: Office) -> None:
    """Who handed in or declared nil, and on which day."""
    calendar = load_calendar()
    owed = [o for duty in office.plan.duties for o in obligations_of(office.plan, duty, calendar)]
    for o in owed:
        key = (o.duty_id, o.unit_id)
        if (*key, o.due.label) in office.habits.missing_duties:
            continue
        late = office.habits.late_duties.get(key, 0)
        on = o.due.day - timedelta(days=office.rng.choice((0, 1, 1, 2, 3)))
        if late and office.rng.random() < 0.4:
            on = o.due.day + timedelta(days=late)
        is_quiet = o.due.day.month in office.habits.gaps.get(o.duty_id, ())
        if office.rng.random() < (0.6 if is_quiet else office.habits.forgotten):
            continue
        may_be_nil = o.duty_id in office.habits.nil_duties
        is_nil = may_be_nil and office.rng.random() < 0.12
        is_nil = is_nil and o.unit_id not in office.habits.never_nil
        kind = "零报送" if is_nil else "报送"
        if o.due.day.month in office.habits.rows_answer.get(key, ()):
            continue
        office.add(
            on.month if on.year == office.year else 12,
            "submission",
            duty_id=o.duty_id,
            unit_name=office.names[o.unit_id],
            unit_uscc=office.codes[o.unit_id],
            period=o.due.label,
            submission_type=kind,
            submitted_date=on,
        )


def add_progress(office: Office) -> None:
    """Monthly progress of the tasks that a unit leads."""
    for task in office.plan.tasks:
        lead = office.plan.lead_of(task)
        if lead is None:
            continue
        if task["task_kind"] == "routine":
            _routine(office, task, lead)
        elif task["task_kind"] == "deliverable" and office.plan.deadline_of(task):
            _dated(office, task, lead)
        elif task["task_kind"] == "each" and office.plan.deadline_of(task):
            for unit_id in office.plan.responsible_units(task):
                _dated(office, task, unit_id)


def _routine(office: Office, task: PlanRow, lead: str) -> None:
    quiet = office.rng.randrange(1, 13)
    told = office.habits.finished.get(task["task_id"])
    finished = office.day(told) if told else date.max
    for month in office.months:
        on = days.workdays_of(office.year, month)[-2]
        if finished <= on:
            _status(office, month, task["task_id"], lead, on, "已完成", 100, finished)
            return
        if month == quiet or office.rng.random() < 0.04:
            continue
        _status(office, month, task["task_id"], lead, on, "进行中", min(95, 5 + 7 * month))


def _dated(office: Office, task: PlanRow, unit_id: str) -> None:
    due = office.plan.deadline_of(task)
    assert due is not None
    task_id = task["task_id"]
    start = max(office.habits.first_month, due.month - 2)
    is_undone = task_id in office.habits.undone or office.lag_of(task_id, unit_id) == ""
    done = _day_done(office, task_id, unit_id, due)
    if not is_undone:
        office.done[task_id, unit_id] = done
    for month in range(start, 13):
        on = days.workdays_of(office.year, month)[-2]
        if not is_undone and done <= on:
            _status(office, month, task_id, unit_id, on, "已完成", 100, done)
            return
        if task["task_kind"] == "each" and month < due.month:
            continue
        share = max(10, min(90, 60 + 15 * (month - due.month)))
        row = _status(office, month, task_id, unit_id, on, "进行中", share)
        # judged against the day on which the workbook comes in
        year, after = days.month_after(office.year, month)
        if days.on_or_after(date(year, after, 8)) > due:
            row.faults.append(Fault("TK3", "status", "已过期限未完成"))
    if not is_undone:
        on = date(office.year, 12, 31)
        _status(office, 12, task_id, unit_id, on, "已完成", 100, min(done, on))


def _day_done(office: Office, task_id: str, unit_id: str, due: date) -> date:
    told = office.lag_of(task_id, unit_id) or office.habits.done_late.get(task_id)
    if told:
        return office.day(told)
    return due - timedelta(days=office.rng.randrange(1, 28))


def _status(
    office: Office,
    month: int,
    task_id: str,
    unit_id: str,
    on: date,
    status: str,
    share: int,
    done: date | None = None,
) -> Row:
    row = office.add(
        month,
        "task_status",
        task_id=task_id,
        unit_name=office.names[unit_id],
        report_date=on,
        status=status,
        progress_pct=share,
        completed_date=done,
        evidence="工作台账" if done else None,
    )
    task = next(t for t in office.plan.tasks if t["task_id"] == task_id)
    due = office.plan.deadline_of(task)
    if done and due and done > due and task["task_kind"] in ("deliverable", "each"):
        row.faults.append(Fault("TK3", "completed_date", "逾期完成"))
    return row
