"""The command line `citycredit`. Commands, options and exit codes: docs/cli.md.

Exit codes: 0 fine; 1 `check` found errors or late rows; 2 something could not be read or written;
3 a rule crashed or the publish gate failed; 64 wrong usage; 70 a fault of the program.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer
import typer.main
from typer import rich_utils
from typer.exceptions import Abort, TyperException

from etl import (
    cli_admin,
    cli_calendar,
    cli_check,
    cli_data,
    cli_export,
    cli_plan,
    cli_read,
    cli_reconcile,
    cli_scores,
    cli_upgrade,
)
from etl.build import product_version
from etl.cli_common import EXIT_INTERNAL, EXIT_UNREADABLE, EXIT_USAGE, ChineseGroup
from etl.landing import LandingError
from etl.logs import log_crash, log_stop, quiet
from etl.pipeline import RequestError
from etl.received import ReceivedError
from warehouse import files
from warehouse.calendar import CalendarError
from warehouse.contracts import ContractError
from warehouse.home import HOME_VARIABLE, HomeError
from warehouse.index_trees import IndexTreeError
from warehouse.plans import PlanError

_INTERRUPTED = 130
_UNREADABLE = (
    HomeError,
    PlanError,
    IndexTreeError,
    ContractError,
    CalendarError,
    ReceivedError,
    LandingError,
)
# What the option parser says, in the words of our users.
_PHRASES = (
    (r"Missing option (.+?)\.?$", r"缺少选项 \1。"),
    (r"Missing argument (.+?)\.?$", r"缺少参数 \1。"),
    (r"Missing parameter: (.+?)\.?$", r"缺少参数 \1。"),
    (r"Missing command\.?$", "缺少命令。"),
    (r"No such option: ?(.+?)(?:\.| Did you mean.*)?$", r"没有选项 \1。"),
    (r"No such command (.+?)\.(?: Did you mean.*)?$", r"没有命令 \1。"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)$", r"多余的参数：\1。"),
    (r"Option (.+?) requires an argument\.?$", r"选项 \1 后面要写内容。"),
    (r"Invalid value for (.+?): (.*)$", r"\1 有误：\2"),
    (r"Invalid value: (.*)$", r"参数有误：\1"),
)

rich_utils.OPTIONS_PANEL_TITLE = "选项"
rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
rich_utils.COMMANDS_PANEL_TITLE = "命令"
rich_utils.REQUIRED_LONG_STRING = "[必填]"
rich_utils.DEFAULT_STRING = "[缺省：{}]"

app = typer.Typer(
    name="citycredit",
    cls=ChineseGroup,
    help="城市信用建设监测台：收台账、查质量、算指标、看进度，单机离线运行。",
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _part in (
    cli_data, cli_check, cli_export, cli_read, cli_reconcile, cli_scores, cli_plan, cli_calendar,
    cli_admin, cli_upgrade,
):  # fmt: skip
    _part.register(app)


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option("--home", metavar="DIR", help="数据目录（也可写在命令之后）。")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="显示版本号。")] = False,
) -> None:
    if version:
        typer.echo(product_version())
        raise typer.Exit
    if home is not None:
        os.environ[HOME_VARIABLE] = str(home)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(EXIT_USAGE)


def run(arguments: list[str] | None = None) -> int:
    """Run one command; gives its exit code. Messages go to stderr, in Chinese."""
    command = typer.main.get_command(app)
    quiet()
    try:
        code = command.main(arguments, prog_name="citycredit", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except TyperException as error:
        told = in_chinese(error.format_message()).rstrip("。")
        _complain(f"{told}。用法见 citycredit --help。")
        return EXIT_USAGE
    except RequestError as error:
        _complain(str(error))
        return EXIT_USAGE
    except _UNREADABLE as error:
        log_stop(error)
        _complain(str(error))
        return EXIT_UNREADABLE
    except (Abort, KeyboardInterrupt):
        _complain("已中断。")
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough; there is nobody left to tell.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        log_crash(error)
        _complain(os_message(error))
        return EXIT_UNREADABLE
    except Exception as error:  # noqa: BLE001 - the last resort: never a traceback with data in it
        log_crash(error)
        _complain(
            f"程序出错（{type(error).__name__}），数据未受影响。请把 logs/ 里的日志发给维护人员。"
        )
        return EXIT_INTERNAL


def os_message(error: OSError) -> str:
    """What the system refused, in Chinese, with the path and how to go on."""
    where = f"：{error.filename}" if error.filename else ""
    return f"{files.reason_of(error)}{where}。请核对路径、权限和磁盘空间后重试。"


def in_chinese(message: str) -> str:
    """A message of the option parser in Chinese; as it is if we have no phrase for it."""
    for pattern, phrase in _PHRASES:
        if re.match(pattern, message, flags=re.DOTALL):
            return re.sub(pattern, phrase, message, flags=re.DOTALL)
    return message


def _complain(text: str) -> None:
    sys.stderr.write(f"错误：{text}\n")


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    sys.exit(run())


if __name__ == "__main__":
    main()
