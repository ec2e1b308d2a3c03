"""Hand-ins, nil declarations and the progress of tasks."""

from __future__ import annotations

from datetime import date
from typing import Any

from . import days
from .layouts import SUBMISSION, TASK_STATUS, Layout, build_sheet
from .model import Fault, OutFile, Row
from .story import YEAR, Story

PUBLICITY, NEW_INFO, GRADED = "BC-DU-PUB", "BC-DU-NEW", "BC-DU-REG"
WITHOUT_POWER = ("U01", "U10", "U11", "U15", "U16", "U17")
WITH_POWER = ("U02", "U04", "U05", "U06", "U07", "U08", "U09", "U13", "U14")
GRADED_UNITS = (
    "U04",
    "U05",
    "U06",
    "U07",
    "U08",
    "U09",
    "U13",
    "U14",
    "U15",
    "U16",
    "U17",
)
# Nothing came: unit → months covered.
SILENT = {"U10": (3, 4, 9), "U17": (8,), "U13": (3,)}
# Came late: (duty, unit, month covered) → day of the next month.
LATE = {
    (PUBLICITY, "U11", 4): 12,
    (PUBLICITY, "U16", 6): 13,
    (NEW_INFO, "U02", 4): 23,
    (GRADED, "U14", 2): 23,
    (GRADED, "U14", 5): 24,
    (GRADED, "U14", 9): 25,
    (GRADED, "U07", 3): 22,
    (GRADED, "U16", 6): 22,
}
# A nil declaration that the unit's own rows contradict.
CONTRADICTED = ("U13", 4)

# Routine tasks of the office for credit (U02) and what it writes about them.
OFFICE_TASKS = [
    "BC-03-a",
    "BC-03-b",
    "BC-03-c",
    "BC-03-d",
    "BC-03-1",
    "BC-03-2",
    "BC-03-3",
    "BC-04-a",
    "BC-04-b",
    "BC-04-1",
    "BC-04-3",
    "BC-05-1",
    "BC-05-2",
    "BC-05-3",
    "BC-06-1",
    "BC-06-2",
    "BC-06-3",
    "BC-07-1",
    "BC-07-2",
    "BC-07-3-a",
    "BC-07-3-b",
    "BC-07-3-c",
    "BC-08-1-a",
    "BC-08-1-b",
    "BC-08-2",
    "BC-09-1",
    "BC-09-2",
    "BC-13-1",
    "BC-13-2",
    "BC-13-3-a",
    "BC-13-3-b",
]
GENERAL_OFFICE_TASKS = ("BC-01-1", "BC-10-1", "BC-10-2")
PUBLICITY_TASKS = ("BC-11-1", "BC-11-2", "BC-12-1", "BC-12-2", "BC-12-3")
# The first month in which a task is under way; the others start in January.
STARTS = {"BC-06-1": 4, "BC-06-2": 4, "BC-06-3": 6, "BC-07-3-a": 5, "BC-08-1-b": 5, "BC-09-2": 3}


def add_submissions(story: Story) -> None:
    """One file a month, kept by the office: who handed in or declared nil, and on which day."""
    for month in range(1, 13):
        year, following = days.month_after(YEAR, month)
        rows = []
        for short in (*WITHOUT_POWER, *WITH_POWER):
            if month in SILENT.get(short, ()) and short in WITHOUT_POWER:
                continue
            has_rows = (short, month) in story.handed_in
            if short in WITH_POWER and has_rows and (short, month) != CONTRADICTED:
                continue
            if short in WITH_POWER and _decided_any(story, short, month) and not has_rows:
                continue
            kind = "无此类事项" if short in WITHOUT_POWER else "零报送"
            rows.append(_submission(story, PUBLICITY, short, month, kind, 4 + int(short[1:]) % 6))
        if month < 12:
            rows.append(_submission(story, NEW_INFO, "U02", month, "报送", 18))
            for short in GRADED_UNITS:
                if month not in SILENT.get(short, ()):
                    day = 13 + (int(short[1:]) + month) % 7
                    rows.append(_submission(story, GRADED, short, month, "报送", day))
        if month == 9:
            blank = next(r for r in rows if r.values["unit_name"] == story.units["U15"].name)
            blank.values["submitted_date"] = None
            blank.faults.append(Fault("G02", "submitted_date", "报送日期未填"))
        received = days.on_or_after(date(year, following, 26 if month < 12 else 12))
        sheet = build_sheet("报送记录", SUBMISSION, rows, Layout(dates="dash"))
        name = f"报送记录_{YEAR}{month:02d}.{'csv' if month % 4 == 0 else 'xlsx'}"
        story.files.append(OutFile(name, received, story.units["U02"].name, [sheet]))


def _decided_any(story: Story, short: str, month: int) -> bool:
    unit = story.units[short]
    return any(d.unit == unit and d.decided.month == month for d in story.decided)


def _submission(story: Story, duty: str, short: str, month: int, kind: str, day: int) -> Row:
    year, following = days.month_after(YEAR, month)
    told = LATE.get((duty, short, month))
    on = date(year, following, told or day)
    unit = story.units[short]
    return Row(
        {
            "duty_id": duty,
            "unit_name": unit.name,
            "unit_uscc": unit.uscc,
            "period": f"{YEAR}-{month:02d}",
            "submission_type": kind,
            "submitted_date": on if told else days.on_or_after(on),
        }
    )


def add_task_status(story: Story) -> None:
    """Progress: U02 and U03 every month, U01 every quarter, and a last word in January 2023."""
    for month in range(1, 13):
        on = _late_in(month)
        _task_file(story, "U02", month, on, _office_rows(story, month, on))
        _task_file(story, "U03", month, on, _publicity_rows(story, month, on))
        if month % 3 == 0:
            _task_file(story, "U01", month, on, _general_office_rows(story, month, on))
    on = date(2023, 1, 6)
    last = [
        _status(story, "U02", "BC-09-3-b", on, "进行中", 95),
        _status(story, "U02", "BC-09-3-c", on, "已完成", 100, completed=date(2022, 12, 28)),
    ]
    last[0].faults.append(Fault("TK3", "status", "年底前应完成"))
    _task_file(story, "U02", 13, on, last)
    overdue = _status(story, "U03", "BC-15", on, "进行中", 90, remark="材料修改中")
    overdue.faults.append(Fault("TK3", "status", "年底前应完成"))
    _task_file(story, "U03", 13, on, [overdue])


def _late_in(month: int) -> date:
    return days.workdays_of(YEAR, month)[-2]


def _task_file(story: Story, short: str, month: int, on: date, rows: list[Row]) -> None:
    sheet = build_sheet("任务进度", TASK_STATUS, rows, Layout(dates="slash"))
    tag = f"{YEAR}{month:02d}" if month < 13 else "年终"
    name = f"示例单位{short[1:]}任务进度_{tag}.xlsx"
    story.files.append(OutFile(name, on, story.units[short].name, [sheet]))


def _status(
    story: Story, short: str, task: str, on: date, status: str, progress: Any, **more: Any
) -> Row:
    values = {
        "task_id": task,
        "unit_name": story.units[short].name,
        "report_date": on,
        "status": status,
        "progress_pct": progress,
        "completed_date": more.get("completed"),
        "extension_doc_no": more.get("extension"),
        "evidence": more.get("evidence") or ("工作台账" if status == "已完成" else None),
        "remark": more.get("remark"),
    }
    return Row(values)


def _going_on(story: Story, short: str, task: str, month: int, on: date) -> Row:
    if month < STARTS.get(task, 1):
        return _status(story, short, task, on, "未开始", 0)
    return _status(story, short, task, on, "进行中", min(95, 6 + month * 7 + len(task) % 5))


def _office_rows(story: Story, month: int, on: date) -> list[Row]:
    # in the epidemic months part of the tasks was not reported on
    tasks = OFFICE_TASKS[:22] if month in (3, 4) else OFFICE_TASKS
    rows = [_going_on(story, "U02", task, month, on) for task in tasks]
    if 3 <= month <= 7:
        rows.append(
            _status(story, "U02", "BC-09-3-a", on, "进行中", (40, 55, 70, 81, 95)[month - 3])
        )
    if month == 7:
        rows[-1].faults.append(Fault("TK3", "status", "六月底前应完成"))
    if month == 8:
        done = _status(story, "U02", "BC-09-3-a", on, "已完成", 100, completed=date(2022, 8, 15))
        done.faults.append(Fault("TK3", "completed_date", "六月底前应完成，八月完成"))
        rows.append(done)
    if month >= 9:
        rows.append(_status(story, "U02", "BC-09-3-b", on, "进行中", 50 + month * 3))
        rows.append(_status(story, "U02", "BC-09-3-c", on, "进行中", 50 + month * 3))
    if month == 5:
        _fault(rows[0], "TK4", "progress_pct", 120, "进度超过 100")
        _fault(rows[5], "TK2", "status", "办理中", "状态不在字典")
    if month == 10:
        _fault(rows[3], "TK4", "progress_pct", 100, "未完成而进度 100")
        _fault(rows[8], "TK1", "unit_name", "示例单位99（不在名册）", "责任单位不在名册")
    return rows


def _fault(row: Row, rule: str, field: str, value: Any, note: str) -> None:
    row.values[field] = value
    row.faults.append(Fault(rule, field, note))


def _publicity_rows(story: Story, month: int, on: date) -> list[Row]:
    rows = [_going_on(story, "U03", task, month, on) for task in PUBLICITY_TASKS]
    if month in (3, 4):
        rows[3] = _status(
            story,
            "U03",
            "BC-12-2",
            on,
            "延期",
            10,
            extension="示开党办〔2022〕9号",
            remark="疫情影响",
        )
    if month == 11:
        rows.append(_status(story, "U03", "BC-15", on, "进行中", 60))
    return rows


def _general_office_rows(story: Story, month: int, on: date) -> list[Row]:
    rows = [_going_on(story, "U01", task, month, on) for task in GENERAL_OFFICE_TASKS]
    if month == 3:
        early = _status(story, "U01", "BC-01-2", on, "已完成", 100, evidence="示开办发〔2022〕6号")
        early.faults.append(Fault("TK2", "completed_date", "已完成而未填完成日期"))
        rows.append(early)
        rows.append(_status(story, "U01", "BC-01-3", on, "进行中", 30))
    if month == 6:
        day = date(2022, 5, 20)
        rows.append(
            _status(
                story,
                "U01",
                "BC-01-2",
                on,
                "已完成",
                100,
                completed=day,
                evidence="示开办发〔2022〕6号",
            )
        )
        nearly = _status(story, "U01", "BC-01-3", on, "已完成", 95, completed=date(2022, 6, 17))
        nearly.faults.append(Fault("TK4", "progress_pct", "已完成而进度不是 100"))
        rows.append(nearly)
    if month == 9:
        rows.append(
            _status(story, "U01", "BC-01-3", on, "已完成", 100, completed=date(2022, 6, 17))
        )
    return rows
