"""Commands for what leaves the house: export (the submission package), takedown (应下未下)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from etl.cli_common import (
    AsOfOption,
    ChineseCommand,
    FormatOption,
    HomeOption,
    PlanOption,
    warehouse_as_of,
)
from etl.cli_read import NO_DATA, PlanFilter, checked_home, show_rows
from etl.output import Format, Output
from etl.package import Package, check_target, export, make_order
from etl.package_notes import SET_WORDS
from etl.takedown import REASON_WORDS, read_takedowns
from warehouse.contracts import load_contracts


def export_package(
    ledger: Annotated[str, typer.Argument(metavar="LEDGER", help="台账，如 admin_permit。")],
    plan: PlanOption,
    period: Annotated[
        str, typer.Option("--period", metavar="PERIOD", help="期间：2022-06、2022-Q2 或 2022。")
    ],
    target: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="导出目录，须不存在或是空的。")
    ],
    standard: Annotated[
        str | None,
        typer.Option("--standard", metavar="ID", help="数据标准，如 2018、2016；缺省为最新。"),
    ] = None,
    extensions: Annotated[
        bool, typer.Option("--extensions", help="在标准列之后加上扩展列（录入时间、上报时间等）。")
    ] = False,
    only_new: Annotated[
        bool, typer.Option("--new", help="只要上级平台还没有入库的（按平台回执）。")
    ] = False,
    as_of: AsOfOption = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """导出报送包：可以上报的行、可以公示的行、未列入的行及原因。

    报送集是原值（仅本人可读，记入日志账），公示集已脱敏。整包写成，或一个文件也不写。
    """
    out = Output(form)
    found = checked_home(home, plan, period)
    make_order(found, ledger, plan, standard, period=period)
    check_target(target)
    with out.working() as progress, warehouse_as_of(found, as_of, progress) as con:
        if found is None or con is None:
            package = None
        else:
            package = export(
                found,
                ledger,
                plan,
                period,
                target,
                con=con,
                standard=standard,
                with_extensions=extensions,
                only_new=only_new,
            )
    if out.is_json:
        out.document(
            {"out": str(target) if package else None, **(package.manifest if package else _NOTHING)}
        )
    elif package is None:
        out.line(NO_DATA)
    else:
        _show(out, package)


_NOTHING: dict[str, Any] = {"sets": {}, "files": []}


def _show(out: Output, package: Package) -> None:
    manifest = package.manifest
    title = f"{manifest['ledger_title']} {manifest['plan']} {manifest['period']}"
    if not manifest["current_rows"]:
        out.line(f"{title}：本期没有可列的行，各表只有表头。")
    rows = [
        {"set": SET_WORDS[name], "rows": told["rows"], "file": told["files"][0]["name"]}
        for name, told in manifest["sets"].items()
    ]
    out.table(title, rows, {"set": "表", "rows": "行数", "file": "文件"})
    held = manifest["withheld"]
    out.line(
        f"未列入报送集 {held['rows']} 行，另有 {held['public_only_rows']} 行只未列入公示集，"
        "见 withheld。"
    )
    out.line(f"已写入 {package.folder}")
    if package.rows("submission"):
        out.say("报送集含个人信息原值：只用于报送，用后删除。本次导出已记入日志账。")


def takedown(
    plan: PlanFilter = None,
    shown: Annotated[
        bool, typer.Option("--shown", help="只看填了公示时间的（应当还在公示）。")
    ] = False,
    as_of: AsOfOption = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """看应下未下：期限已过、已修复、已撤销等，应当停止公示的记录。"""
    out = Output(form)
    found = checked_home(home, plan, None)
    with out.working() as progress, warehouse_as_of(found, as_of, progress) as con:
        has_data = con is not None
        rows = []
        if found is not None and con is not None:
            rows = read_takedowns(con, plan, root=str(found.root), only_shown=shown)
    columns = {
        "plan": "方案",
        "unit": "单位",
        "ledger_word": "类别",
        "document_no": "文书号",
        "counterparty_name": "相对人",
        "reason_words": "原因",
        "since_date": "起",
        "days": "天数",
        "published_date": "公示时间",
    }
    if out.is_json:
        out.document(rows)
        return
    titles = {ledger: contract.title for ledger, contract in load_contracts().items()}
    told = [
        {
            **row,
            "ledger_word": titles[row["ledger"]],
            "reason_words": "、".join(REASON_WORDS[reason] for reason in row["reasons"]),
        }
        for row in rows
    ]
    show_rows(out, "应下未下", told, columns, "没有应下未下的记录。" if has_data else NO_DATA)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    app.command(name="export", cls=ChineseCommand)(export_package)
    app.command(cls=ChineseCommand)(takedown)
