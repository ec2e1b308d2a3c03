"""`citycredit check`: may this file go up? Nothing is landed and nothing published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.check import check_file
from etl.check_result import unreadable
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
from warehouse.journal import Journal
from warehouse.plans import load_plans


def check(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="要检查的文件。")],
    plan: PlanOption,
    received: ReceivedOption = None,
    replaces: Annotated[
        str | None, typer.Option("--replaces", metavar="BATCH", help="假定它整份替换这个批次。")
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
    try:
        with out.working() as progress:
            result = check_file(
                path,
                chosen,
                received or today(),
                home=found,
                replaces=replaces,
                reveal=reveal,
                progress=progress,
            )
    except UnreadableFile as error:
        out.say(f"读不了：{error}")
        if out.is_json:
            out.document(unreadable(path, plan, received or today(), error.reason).to_json())
        raise typer.Exit(EXIT_UNREADABLE) from error
    if out.is_json:
        out.document(result.to_json())
    else:
        out.line(result.to_text(reveal))
    raise typer.Exit(result.exit_code)


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    app.command(cls=ChineseCommand)(check)
