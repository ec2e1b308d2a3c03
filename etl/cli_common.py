"""What all commands share: options, the day, opening the home, exit codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import duckdb
import typer
from typer.core import TyperCommand, TyperGroup

from etl.build import Progress
from etl.edge import today
from etl.logs import start_logging
from etl.output import Format
from etl.pipeline import Pipeline
from warehouse.engines import open_warehouse
from warehouse.home import Home, HomeMissingError
from warehouse.store import Store

EXIT_FINDINGS = 1
EXIT_UNREADABLE = 2
EXIT_GATE = 3
EXIT_USAGE = 64
EXIT_INTERNAL = 70

_HELP_TEXT = "显示本说明。"


class ChineseCommand(TyperCommand):
    """A command whose `--help` is described in Chinese."""

    def get_help_option(self, ctx: Any) -> Any:
        return _in_chinese(super().get_help_option(ctx))


class ChineseGroup(TyperGroup):
    """A group of commands whose `--help` is described in Chinese."""

    def get_help_option(self, ctx: Any) -> Any:
        return _in_chinese(super().get_help_option(ctx))


def _in_chinese(option: Any) -> Any:
    if option is not None:
        option.help = _HELP_TEXT
    return option


def read_day(text: str) -> date:
    """A date given on the command line, `2022-07-05`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} 不是日期，如 2022-07-05。") from None


def read_past_day(text: str) -> date:
    """A date given on the command line that has come already."""
    day = read_day(text)
    if day > today():
        raise typer.BadParameter(f"{text!r} 晚于今天，还没到的日子不能算收到。")
    return day


HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", metavar="DIR", help="数据目录；缺省取 CITYCREDIT_HOME，再缺省 data/home。"
    ),
]
FormatOption = Annotated[
    Format, typer.Option("--format", help="输出格式；json 时标准输出只有一个 JSON 文档。")
]
AsOfOption = Annotated[
    date | None,
    typer.Option("--as-of", parser=read_day, metavar="DATE", help="截至日：只看这天及以前收到的。"),
]
ReceivedOption = Annotated[
    date | None,
    typer.Option(
        "--received",
        parser=read_past_day,
        metavar="DATE",
        help="收到日期，缺省为今天，不得晚于今天。",
    ),
]
PlanOption = Annotated[str, typer.Option("--plan", metavar="PLAN", help="方案编号，如 BC。")]
PortOption = Annotated[
    int | None, typer.Option("--port", min=1, max=65535, help="网页端口，缺省见 config.toml。")
]


AddressOption = Annotated[
    str | None,
    typer.Option(
        "--address",
        metavar="HOST",
        help="监听的地址，缺省见 config.toml（127.0.0.1，只供本机）；0.0.0.0 供所有机器。",
    ),
]


def open_home(root: Path | None, create: bool = False) -> Home:
    """The home of a command, with its log started."""
    home = Home.open(root, create=create)
    start_logging(home)
    return home


def find_home(root: Path | None) -> Home | None:
    """The home if there is one, for commands that also work without."""
    try:
        return open_home(root)
    except HomeMissingError:
        return None


@contextmanager
def warehouse_as_of(
    home: Home | None, as_of: date | None, progress: Progress
) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The warehouse to read: the live version, or one built for that day; None if there is none."""
    store = Store(home) if home is not None else None
    if home is None or store is None or store.current() is None:
        yield None
        return
    with store.reader() as con:
        live_day = con.sql("select as_of from meta.version_info").fetchall()[0][0]
        if as_of is None or as_of == live_day:
            yield con
            return
    with TemporaryDirectory(prefix="citycredit-") as folder:
        target = Path(folder) / "warehouse.duckdb"
        Pipeline(home, today(), progress).build_as_of(as_of, target)
        with open_warehouse(target, read_only=True, config=home.config) as con:
            yield con
