"""Commands of the calendars: calendar add (working days), calendar export (duties as .ics)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from etl.cli_common import (
    EXIT_UNREADABLE,
    AsOfOption,
    ChineseCommand,
    ChineseGroup,
    FormatOption,
    HomeOption,
    PlanOption,
    find_home,
    open_home,
    warehouse_as_of,
)
from etl.duty_calendar import plan_owed, read_owed, render_calendar
from etl.output import Format, Output
from etl.pipeline import RequestError, find_plan
from warehouse import files
from warehouse.calendar import Day, load_calendar, missing_holidays, read_added
from warehouse.plans import Plan, load_plans
from warehouse.store import Store

UnitOption = Annotated[
    str | None, typer.Option("--unit", metavar="UNIT", help="只导出这个单位的，如 BC-U04。")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="写到这个文件；不写则输出到标准输出。")
]


def calendar_export(
    plan: PlanOption,
    unit: UnitOption = None,
    target: OutOption = None,
    as_of: AsOfOption = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """导出报送日历（.ics）：到期日为全天日程，前一天提醒；已收到的不再提醒。"""
    out = Output(form)
    found = find_home(home)
    chosen = find_plan(load_plans(*(found.plan_folders if found is not None else ())), plan)
    name = _name_of(chosen, unit)
    with out.working() as progress, warehouse_as_of(found, as_of, progress) as con:
        if con is None:
            calendar = load_calendar(found.calendar_path if found is not None else None)
            owed, known_on = plan_owed(chosen, calendar, unit), as_of or chosen.period_start
        else:
            owed = read_owed(con, chosen.id, unit)
            known_on = con.sql("select as_of from ref.run").fetchall()[0][0]
    content = render_calendar(
        owed,
        plan_id=chosen.id,
        title=chosen.short_title,
        known_on=known_on,
        unit=name,
        is_sample=chosen.is_sample,
    )
    if target is not None:
        files.write_atomically(target, content)
    if out.is_json:
        written = None if target is None else str(target)
        out.document({"plan": chosen.id, "file": written, "owed": owed.to_dicts()})
    elif target is not None:
        out.line(f"已写出 {owed.height} 项报送义务：{target}")
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _name_of(plan: Plan, unit: str | None) -> str | None:
    """The name of the unit asked for. RequestError if the plan has none of this id."""
    if unit is None:
        return None
    if unit not in plan.roster:
        known = "、".join(plan.roster)
        raise RequestError(f"方案 {plan.id} 的名册里没有单位“{unit}”。单位编号：{known}。")
    return plan.roster[unit]["name"]


def calendar_add(
    source: Annotated[
        Path,
        typer.Argument(metavar="FILE.csv", help="列：date, is_workday, kind, notice_no。"),
    ],
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """补入放假安排。之后用 citycredit build 按新日历重建。"""
    out = Output(form)
    if not source.is_file():
        out.say(f"文件不存在：{source}")
        raise typer.Exit(EXIT_UNREADABLE)
    days = read_added(source)
    existing = find_home(home)
    known = existing is not None and existing.calendar_path.exists()
    former = read_added(existing.calendar_path) if existing is not None and known else []
    unfinished = _unfinished([*former, *days])
    if unfinished:
        out.say(f"错误：{source}：{unfinished}。请把全年的放假安排录全后再补入，本次没有补入。")
        raise typer.Exit(EXIT_UNREADABLE)
    found = open_home(home, create=True)
    store = Store(found)
    with store.writing():
        former = read_added(found.calendar_path) if found.calendar_path.exists() else []
        merged = {day.day: day for day in [*former, *days]}
        lines = ["date,is_workday,kind,notice_no"] + [
            f"{d.day.isoformat()},{int(d.is_workday)},{_cell(d.kind)},{_cell(d.notice_no)}"
            for d in sorted(merged.values(), key=lambda d: d.day)
        ]
        files.write_atomically(found.calendar_path, "\n".join(lines) + "\n")
        load_calendar(found.calendar_path)
    if out.is_json:
        out.document({"added": len(days), "days": len(merged)})
    else:
        out.line(f"已补入 {len(days)} 天。请运行 citycredit build 按新日历重建。")


def _unfinished(days: list[Day]) -> str:
    """What years not entered whole lack, in Chinese; years that are shipped may be amended."""
    shipped = load_calendar()
    own = [day for day in {d.day: d for d in days}.values() if not shipped.is_published(day.day)]
    return "；".join(
        f"{year} 年缺少{'、'.join(names)}的放假日" for year, names in missing_holidays(own).items()
    )


def _cell(text: str) -> str:
    """A CSV cell, quoted where it must be."""
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n') else text


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    calendar = typer.Typer(cls=ChineseGroup, help="工作日历和报送日历。", no_args_is_help=False)
    calendar.callback()(_no_command)
    calendar.command("add", cls=ChineseCommand)(calendar_add)
    calendar.command("export", cls=ChineseCommand)(calendar_export)
    app.add_typer(calendar, name="calendar")


def _no_command() -> None:
    """工作日历和报送日历。"""
