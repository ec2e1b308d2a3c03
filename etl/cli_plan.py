"""Commands around plans: list, check, close and reopen, make the next year's."""

from __future__ import annotations

from collections.abc import Callable
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
    find_home,
    open_home,
)
from etl.cli_data import finish
from etl.edge import today
from etl.logs import LOGGER
from etl.output import Format, Output
from etl.pipeline import Pipeline
from etl.year import check_plan, close_plan, list_plans, make_next_plan, plan_row, reopen_plan
from warehouse.plans import PlanError, load_plans

PlanArgument = Annotated[str, typer.Argument(metavar="PLAN", help="方案编号，如 BC。")]

_WORDS = {
    "open": "未定稿", "final": "定稿", "shipped": "随程序", "home": "数据目录",
}  # fmt: skip
_KIND_WORDS = {
    "task": "任务", "governance_subject": "专项治理对象", "debt": "拖欠", "commitment": "承诺",
}  # fmt: skip


def list_all(home: HomeOption = None, form: FormatOption = Format.TEXT) -> None:
    """列出方案：年度、截止日、是否定稿，以及定稿后收到、不计入的批次。"""
    out = Output(form)
    found = find_home(home)
    if found is not None:
        rows = list_plans(Pipeline(found, today()))
    else:
        rows = [plan_row(plan) for plan in load_plans().values()]
    if out.is_json:
        out.document(rows)
        return
    columns = {
        "plan": "方案",
        "place": "地方",
        "year": "年度",
        "title": "名称",
        "cutoff": "截止收数",
        "origin": "来源",
        "state": "状态",
        "closed_as_of": "定稿截至",
        "late": "定稿后收到，不计入",
    }
    shown = [
        {
            **row,
            "origin": _WORDS[row["origin"]],
            "state": _WORDS[row["state"]],
            "late": "、".join(f"{b['batch']}（{b['rows']} 行）" for b in row["late_batches"])
            or None,
        }
        for row in rows
    ]
    out.table("方案", shown, columns)


def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="方案文件夹；名称即方案编号。")],
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """检查一个方案文件夹：有矛盾时指出文件、行号和原因，无误时给出概况。"""
    out = Output(form)
    try:
        plan = check_plan(folder, find_home(home))
    except PlanError as error:
        problem = {"file": error.file, "line": error.line, "reason": error.reason}
        if out.is_json:
            out.document({"ok": False, "plan": folder.name, "problems": [problem]})
        out.say(f"错误：{error}")
        raise typer.Exit(EXIT_UNREADABLE) from None
    counts = {
        "units": len(plan.units),
        "tasks": len(plan.tasks),
        "targets": len({row["target_id"] for row in plan.targets}),
        "duties": len(plan.duties),
        "assessment_parts": len(plan.assessment),
        "carried_over": len(plan.carried_over),
    }
    if out.is_json:
        facts = {"ok": True, "plan": plan.id, "place": plan.place_id, "year": plan.year}
        out.document({**facts, **counts, "problems": []})
        return
    out.line(f"方案 {plan.id} 无误：{plan.title}（{plan.year} 年，地方 {plan.place_id}）。")
    out.line(
        f"单位 {counts['units']} 个，任务 {counts['tasks']} 条，目标 {counts['targets']} 条，"
        f"义务 {counts['duties']} 项，考核项 {counts['assessment_parts']} 个，"
        f"上年结转 {counts['carried_over']} 项。"
    )


def close(
    plan: PlanArgument,
    reason: Annotated[str, typer.Option("--reason", help="定稿依据，如会议或文号，记入日志账。")],
    as_of: AsOfOption = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """定稿：冻结方案各期数字；此后收到的文件照收，不计入该方案。不写 --as-of 则按现行版本的截至日，
    且不早于方案的截止日。"""
    out = Output(form)
    with out.working() as progress:
        done = close_plan(Pipeline(open_home(home), today(), progress), plan, as_of, reason)
    if done.outcome.is_refused:
        finish(out, done.outcome)
    made = done.closing
    LOGGER.info("closed %s as of %s", plan, made.as_of)
    if not out.is_json:
        out.line(f"方案 {plan} 已按截至 {made.as_of} 的数据定稿，存于 closed/{made.folder}。")
    finish(out, done.outcome, {"plan": plan, "as_of": made.as_of, "closed": made.folder})


def reopen(
    plan: PlanArgument,
    reason: Annotated[str, typer.Option("--reason", help="重开理由，记入日志账。")],
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """撤销定稿：恢复按数据计算，定稿后收到的文件随之计入。"""
    out = Output(form)
    with out.working() as progress:
        outcome = reopen_plan(Pipeline(open_home(home), today(), progress), plan, reason)
    LOGGER.info("reopened %s", plan)
    if not outcome.is_refused and not out.is_json:
        out.line(f"方案 {plan} 已重开，恢复为未定稿。")
    finish(out, outcome, {"plan": plan})


def make_next(
    plan: PlanArgument,
    year: Annotated[
        int | None, typer.Option("--year", min=2000, max=2199, help="新方案的年度，缺省为下一年。")
    ] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """由本年方案生成下一年方案：名册、任务、目标、义务照抄并顺延，未了事项标明结转。"""
    out = Output(form)
    with out.working() as progress:
        made = make_next_plan(Pipeline(open_home(home), today(), progress), plan, year)
    LOGGER.info("made %s from %s, %d carried over", made.plan.id, plan, len(made.carried))
    if out.is_json:
        carried = [
            {
                "kind": i.kind, "id": i.item_id, "title": i.title, "unit": i.unit_id,
                "state": i.state, "since": i.since,
            }
            for i in made.carried
        ]  # fmt: skip
        facts = {"plan": made.plan.id, "from": plan, "year": made.plan.year}
        where = {"folder": str(made.plan.folder)}
        out.document({**facts, **where, "carried_over": carried, "ended": made.ended})
    else:
        out.line(f"已生成方案 {made.plan.id}：{made.plan.folder}")
        for kind, title in _KIND_WORDS.items():
            found = sum(item.kind == kind for item in made.carried)
            if found:
                out.line(f"结转{title} {found} 项，见 carried_over.csv。")
        for ended in made.ended:
            out.line(f"未列入：{ended}。")
    if not made.is_open_known:
        out.say("注意：还没有发布过数据，不知道哪些事项未了，没有结转。")
    out.say("标题、文号、时限与目标值系照抄顺延，请核对改定后运行 citycredit plan check。")


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    plan = typer.Typer(cls=ChineseGroup, help="方案。", no_args_is_help=False)
    plan.callback()(_no_command)
    commands: dict[str, Callable[..., None]] = {
        "list": list_all, "check": check, "close": close, "reopen": reopen, "next": make_next,
    }  # fmt: skip
    for name, command in commands.items():
        plan.command(name, cls=ChineseCommand)(command)
    app.add_typer(plan, name="plan")


def _no_command() -> None:
    """方案。"""
