"""Commands that bring data in and publish it: load, build, accept, withdraw, reland, check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.cli_common import (
    EXIT_GATE,
    EXIT_UNREADABLE,
    AsOfOption,
    ChineseCommand,
    FormatOption,
    HomeOption,
    PlanOption,
    ReceivedOption,
    find_home,
    open_home,
)
from etl.edge import today
from etl.logs import LOGGER
from etl.outcome import LoadResult, Outcome
from etl.output import Format, Output
from etl.pipeline import Pipeline, RequestError, find_plan
from etl.received import Arrival, gather
from warehouse.contracts import load_contracts
from warehouse.plans import load_plans
from warehouse.store import Store

BatchArgument = Annotated[list[str], typer.Argument(metavar="BATCH…", help="批次号，如 B000012。")]

_STATE_WORDS = {
    "landed": "已落地",
    "accepted": "已接受",
    "held": "已暂挂",
    "withdrawn": "已撤回",
}


def load(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="要收的文件或文件夹（不含下级文件夹）。")
    ],
    plan: PlanOption,
    received: ReceivedOption = None,
    replaces: Annotated[
        str | None, typer.Option("--replaces", metavar="BATCH", help="整份替换这个批次。")
    ] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """收文件：存原件、认台账、检查并发布（数据目录不存在时自动建立）。"""
    out = Output(form)
    existing = find_home(home)
    if existing is None:
        # Before a home is made for nothing.
        find_plan(load_plans(None), plan)
        if replaces is not None:
            raise RequestError(f"没有批次“{replaces}”，不能替换：还没有数据目录。")
        incoming, problems = gather(paths, Arrival(received, None, replaces), today())
        if not incoming:
            show_load(out, LoadResult([], [], problems, [], [], Outcome(None, "not_run")))
            raise typer.Exit(EXIT_UNREADABLE if problems else 0)
    with out.working() as progress:
        pipeline = Pipeline(open_home(home, create=True), today(), progress)
        result = pipeline.load(paths, plan, received, replaces)
    show_load(out, result)
    raise typer.Exit(load_exit_code(result))


def load_exit_code(result: LoadResult) -> int:
    """3 if the gate refused, 2 if a file was not read, else 0."""
    if result.outcome.is_refused:
        return EXIT_GATE
    return EXIT_UNREADABLE if result.problems else 0


def show_load(out: Output, result: LoadResult) -> None:
    """Print what came of a load."""
    LOGGER.info(
        "load: %d new, %d duplicate, %d unreadable, version %s, gate %s",
        len(result.new),
        len(result.duplicates),
        len(result.problems),
        result.outcome.version,
        result.outcome.gate_status,
    )
    for problem in result.problems:
        out.say(f"未收：{problem.file}：{problem.message}")
    for notice in result.notices:
        out.say(f"注意：{notice.file}：{notice.message}")
    for skipped in result.skipped:
        out.say(f"跳过：{skipped.file} 的工作表“{skipped.sheet}”：{skipped.reason}")
    landed = {batch.batch_id for batch in result.new}
    for (plan, batch_id), count in result.outcome.late.items():
        if batch_id in landed:
            out.say(f"注意：方案 {plan} 已定稿，{batch_id} 中 {count} 行定稿后收到，不计入。")
    document = result.to_json()
    if out.is_json:
        out.document(document)
        say_outcome(out, result.outcome)
        return
    titles = {ledger: contract.title for ledger, contract in load_contracts().items()}
    rows = [
        {
            **row,
            "ledger_title": titles[row["ledger"]],
            "state": _STATE_WORDS[row["state"]] + ("（重复报送）" if row["duplicate_of"] else ""),
        }
        for row in document["batches"]
    ]
    columns = {
        "batch": "批次",
        "file": "文件",
        "sheet": "工作表",
        "ledger_title": "台账",
        "rows": "行数",
        "quarantined": "有错行",
        "state": "状态",
    }
    if rows:
        out.table("收件结果", rows, columns)
    say_outcome(out, result.outcome)


def say_outcome(out: Output, outcome: Outcome) -> None:
    """Say in words how a change ended."""
    if outcome.is_refused:
        out.say(
            f"发布前核验未通过（{'、'.join(outcome.gate_failed)}），现行版本 "
            f"{outcome.version or '（无）'} 未变。查明后可 citycredit accept 或 withdraw。"
        )
    elif outcome.gate_status == "forced":
        out.say(f"已强制发布 {outcome.version}，未通过的核验：{'、'.join(outcome.gate_failed)}。")
    elif outcome.version is not None and not out.is_json:
        out.line(f"现行版本：{outcome.version}")


def build(
    as_of: AsOfOption = None,
    target: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="写到这个文件，不发布。")
    ] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """重建数据仓库并发布；与 --as-of、--out 同用则按截至日重建到文件，不动现行版本。"""
    if (as_of is None) != (target is None):
        raise typer.BadParameter("--as-of 与 --out 要一起用")
    out = Output(form)
    with out.working() as progress:
        pipeline = Pipeline(open_home(home), today(), progress)
        if as_of is not None and target is not None:
            outcome = pipeline.build_as_of(as_of, target)
        else:
            outcome = pipeline.build()
    finish(out, outcome, {"as_of": as_of, "out": str(target)} if target else {})


def finish(out: Output, outcome: Outcome, more: dict[str, object] | None = None) -> None:
    """Print how a change ended and leave with its exit code."""
    LOGGER.info("published %s, gate %s", outcome.version, outcome.gate_status)
    if out.is_json:
        out.document({"version": outcome.version, "gate": outcome.gate_json(), **(more or {})})
    say_outcome(out, outcome)
    raise typer.Exit(EXIT_GATE if outcome.is_refused else 0)


def accept(
    batches: BatchArgument,
    force: Annotated[
        bool, typer.Option("--force", help="核验不通过也发布，须同时写明 --reason。")
    ] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="理由，记入日志账。")] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """接受已暂挂的批次：重新核验，通过即发布。"""
    if force and not reason:
        raise typer.BadParameter("--force 须同时写明 --reason")
    out = Output(form)
    with out.working() as progress:
        outcome = Pipeline(open_home(home), today(), progress).accept(batches, force, reason)
    finish(out, outcome)


def withdraw(
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="批次号，如 B000012。")],
    reason: Annotated[str, typer.Option("--reason", help="撤回理由，记入日志账。")],
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """撤回一个批次：数据不再计入，原件和记录保留。"""
    out = Output(form)
    with out.working() as progress:
        outcome = Pipeline(open_home(home), today(), progress).withdraw(batch, reason)
    finish(out, outcome)


def reland(
    ledger: Annotated[
        str | None, typer.Option("--ledger", metavar="LEDGER", help="只重新落地这本台账。")
    ] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """台账合约或读取程序更新后，由原件重新落地并发布；批次号与收到日期不变。"""
    out = Output(form)
    with out.working() as progress:
        pipeline = Pipeline(open_home(home), today(), progress)
        outcome, problems = pipeline.reland(ledger)
    for problem in problems:
        out.say(f"未重新落地：{problem.message}")
    finish(out, outcome, {"problems": [problem.message for problem in problems]})


def rollback(
    version: Annotated[str, typer.Argument(metavar="N", help="版本号，如 3 或 w000003。")],
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """回到较早的版本；其后收到的批次改为暂挂，下次收件不会把它们带回来。"""
    out = Output(form)
    store = Store(open_home(home))
    version = _known_version(store, version)
    withdrawn_again = store.rollback(version)
    held = [b.batch_id for b in store.journal.batches() if b.state == "held"]
    LOGGER.info("rolled back to %s", version)
    if out.is_json:
        out.document({"version": version, "held": held, "withdrawn_again": withdrawn_again})
        return
    out.line(f"现行版本：{version}")
    if held:
        out.line(f"暂挂批次：{'、'.join(held)}（需要时 citycredit accept）")
    if withdrawn_again:
        out.say(
            f"注意：批次 {'、'.join(withdrawn_again)} 此前已撤回，这个版本里又计入了。"
            "不该计入的请再次 citycredit withdraw。"
        )


def _known_version(store: Store, told: str) -> str:
    """The name of a published version, told by number or name. Raises RequestError."""
    version = f"w{int(told):06d}" if told.isascii() and told.isdigit() else told
    published = store.versions()
    if version not in {v.name for v in published}:
        kept = "、".join(str(v.number) for v in published if v.is_kept) or "（无）"
        raise RequestError(f"没有版本“{told}”。可回滚的版本号：{kept}。")
    return version


COMMANDS = (load, build, accept, withdraw, reland, rollback)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in COMMANDS:
        app.command(cls=ChineseCommand)(command)
