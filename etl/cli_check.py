"""`citycredit check`: may this file go up? Nothing is landed and nothing published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.check import check_file
from etl.check_result import unreadable
from etl.check_text import to_text
from etl.cli_common import (
    EXIT_UNREADABLE,
    ChineseCommand,
    FormatOption,
    HomeOption,
    PlanOption,
    ReceivedOption,
    find_home,
)
from etl.edge import today
from etl.output import Format, Output
from etl.pipeline import RequestError, check_replaced, find_plan
from etl.readers import UnreadableFile
from etl.rounds import compare
from etl.workbook import WorkbookError, annotate, was_written_here
from warehouse.journal import Journal
from warehouse.plans import load_plans


def check(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="要检查的文件。")],
    plan: PlanOption,
    received: ReceivedOption = None,
    replaces: Annotated[
        str | None, typer.Option("--replaces", metavar="BATCH", help="假定它整份替换这个批次。")
    ] = None,
    workbook: Annotated[
        Path | None,
        typer.Option(
            "--workbook",
            metavar="OUT.xlsx",
            help="另存一份带标记的工作簿，发回部门修改；不覆盖别人的文件。",
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", metavar="OLD", help="第二轮：与上一份文件比较，改好了哪些、还剩哪些。"
        ),
    ] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="显示个人信息原值（记入日志账）。")
    ] = False,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """报送前质检：不入库、不计分。

    退出码 0 可报，1 有错误、迟报或没有数据，2 读不了，3 检查出错。
    """
    out = Output(form)
    found = find_home(home)
    if reveal and found is None:
        raise RequestError("--reveal 须记入日志账，但还没有数据目录。请先建立，或去掉 --reveal。")
    chosen = find_plan(load_plans(*(found.plan_folders if found is not None else ())), plan)
    if replaces is not None:
        check_replaced(
            Journal(found).batch(replaces) if found is not None else None, replaces, chosen
        )
    _check_target(workbook, path)
    day = received or today()
    reading = path
    try:
        with out.working() as progress:
            result = check_file(
                path,
                chosen,
                day,
                home=found,
                replaces=replaces,
                reveal=reveal,
                progress=progress,
            )
            earlier = None
            if against is not None:
                reading = against
                earlier = check_file(
                    against, chosen, day, home=found, replaces=replaces, progress=progress
                )
    except UnreadableFile as error:
        out.say(f"读不了：{error}")
        if out.is_json:
            out.document(unreadable(reading, plan, day, error.reason).to_json())
        raise typer.Exit(EXIT_UNREADABLE) from error
    if workbook is not None:
        try:
            annotate(path, result, workbook)
        except WorkbookError as error:
            raise RequestError(str(error)) from error
        out.say(f"带标记的工作簿已写入 {workbook}。")
    compared = compare(earlier, result) if earlier is not None else None
    if out.is_json:
        told = {"round": compared.to_json()} if compared is not None else {}
        out.document({**result.to_json(), **told})
    else:
        out.line(to_text(result, reveal))
        if compared is not None:
            out.line(compared.sentence)
    raise typer.Exit(result.exit_code)


def _check_target(target: Path | None, source: Path) -> None:
    """Refuse to write over what somebody may have worked in; a marked copy of before may go."""
    if target is None:
        return
    if target.suffix.lower() != ".xlsx":
        raise RequestError(f"--workbook 只能写 .xlsx：{target}。请把文件名改为以 .xlsx 结尾。")
    if not target.parent.is_dir():
        raise RequestError(f"--workbook 的文件夹不存在：{target.parent}。请先建立。")
    is_free = not target.exists() or (target.is_file() and target.stat().st_size == 0)
    is_own = not is_free and target.resolve() != source.resolve() and was_written_here(target)
    if not is_free and not is_own:
        raise RequestError(f"{target} 已存在，没有覆盖。请换一个文件名，或先移走它。")


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command(cls=ChineseCommand)(check)
