"""Commands around the data: demo, serve, templates, verify, doctor."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from etl.cli_common import (
    EXIT_UNREADABLE,
    AddressOption,
    ChineseCommand,
    FormatOption,
    HomeOption,
    PortOption,
    find_home,
    open_home,
)
from etl.cli_data import load_exit_code, show_load
from etl.demo import load_samples
from etl.doctor import examine
from etl.edge import today
from etl.logs import LOGGER
from etl.output import Format, Output
from etl.pipeline import Pipeline, RequestError
from etl.templates import write_templates
from expectations.report import render_data_docs
from warehouse.contracts import load_contracts
from warehouse.home import HOME_VARIABLE, Home, default_root
from warehouse.store import Store
from warehouse.verify import verify as verify_home

_APP = Path(__file__).parents[1] / "dashboard" / "streamlit_app.py"
_PATIENCE_SECONDS = 5
_WORDS = {"ok": "正常", "warning": "提醒", "error": "错误"}


def demo(
    port: PortOption = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="只建库，不启动网页。")] = False,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """用演示数据建库并启动网页（演示数据纯属虚构）。可重复运行。"""
    out = Output(form)
    found = open_home(home, create=True)
    # Asked before the loading too: nobody should wait a minute to hear that the port is taken.
    if not no_serve and (trouble := _port_trouble(*_place(found, port, None))):
        out.say(f"错误：{trouble}")
        raise typer.Exit(EXIT_UNREADABLE)
    with out.working() as progress:
        result = load_samples(Pipeline(found, today(), progress))
    show_load(out, result)
    code = load_exit_code(result)
    if code or no_serve:
        raise typer.Exit(code)
    raise typer.Exit(run_server(found, port, out))


def serve(port: PortOption = None, address: AddressOption = None, home: HomeOption = None) -> None:
    """启动网页。还没有数据目录的先建一个空的，第一批文件在“收件台”收。

    缺省只供本机访问；目前没有登录，能连上的人都能看，开放给别的机器前请先隔离网络。
    """
    out = Output(Format.TEXT)
    is_new = find_home(home) is None
    found = open_home(home, create=True)
    if is_new:
        out.say(f"新建了数据目录 {found.root}；路径不对的请按 Ctrl+C，改正 --home 后再来。")
    raise typer.Exit(run_server(found, port, out, address))


def run_server(home: Home, port: int | None, out: Output, address: str | None = None) -> int:
    """Serve the pages of a home until stopped; gives the server's exit code.

    2 if the port cannot be had. The server ends with this process, also when that is told to end.
    """
    host, chosen = _place(home, port, address)
    trouble = _port_trouble(host, chosen)
    if trouble:
        out.say(f"错误：{trouble}")
        return EXIT_UNREADABLE
    is_local = host in ("127.0.0.1", "localhost", "::1")
    out.say(f"网页地址：http://{'localhost' if is_local else host}:{chosen}（按 Ctrl+C 停止）")
    if is_local:
        out.say("只供本机访问；没有登录，能用这台机器的人都能看。")
    else:
        out.say(f"注意：正在监听 {host}，别的机器也能打开；没有登录，能连上的人都能看。")
    LOGGER.info("serving on %s port %d", host, chosen)
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(_APP),
        "--server.headless=true",
        f"--server.address={host}",
        f"--server.port={chosen}",
        "--browser.gatherUsageStats=false",
    ]
    environment = {**os.environ, HOME_VARIABLE: str(home.root)}
    # The project root holds the server's settings (.streamlit/config.toml).
    server = None
    former = signal.signal(signal.SIGTERM, _interrupt)
    try:
        server = subprocess.Popen(command, env=environment, cwd=_APP.parents[1])
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        if server is not None:
            _end(server)
        signal.signal(signal.SIGTERM, former)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server if it still runs: asked first, then without asking."""
    if server.poll() is not None:
        return
    server.terminate()
    try:
        server.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _place(home: Home, port: int | None, address: str | None) -> tuple[str, int]:
    """Where to listen: as asked, else as the home is set up."""
    return address or home.config.address, port or home.config.port


def _port_trouble(host: str, port: int) -> str | None:
    """Why nobody can listen there (Chinese), or None."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            # As servers do: a port whose last connections are only just closing is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror:
            return f"地址 {host} 不是本机的地址。请用 --address 另指定，如 127.0.0.1。"
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"端口 {port} 已被占用。请用 --port 另指定，或先停掉占用它的程序。"
            return f"不能在 {host} 的端口 {port} 上监听。请用 --address 或 --port 另指定。"
    return None


def templates(
    target: Annotated[Path, typer.Option("--out", metavar="DIR", help="写到这个文件夹。")],
    form: FormatOption = Format.TEXT,
) -> None:
    """写出各台账的空白 Excel 模板。"""
    out = Output(form)
    with out.working():
        written = [str(path) for path in write_templates(target, load_contracts())]
    if out.is_json:
        out.document(written)
        return
    for path in written:
        out.line(path)


def verify(
    docs: Annotated[
        Path | None,
        typer.Option("--docs", metavar="DIR", help="把现行版本的发布前核验结果写成网页。"),
    ] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """核对数据目录：日志账、版本、原件、落地表是否齐全一致。"""
    out = Output(form)
    found = find_home(home)
    if docs is not None:
        if found is None:
            raise RequestError("还没有数据目录，没有核验结果可写。")
        with closing(Store(found)) as store, store.reader() as con:
            page = render_data_docs(con, docs)
        out.say(f"核验结果已写到 {page}")
    with out.working():
        findings = verify_home(found) if found is not None else []
    broken = any(finding.level == "error" for finding in findings)
    if out.is_json:
        out.document({"ok": not broken, "findings": [f.to_json() for f in findings]})
    else:
        for finding in findings:
            out.line(f"{_WORDS[finding.level]}：{finding.subject}：{finding.message}")
        if not findings:
            out.line("核对无误。" if found is not None else "还没有数据目录，无可核对。")
    raise typer.Exit(EXIT_UNREADABLE if broken else 0)


def doctor(home: HomeOption = None, form: FormatOption = Format.TEXT) -> None:
    """查看运行环境与数据目录的状况并给出建议（没有数据目录也能用）。"""
    out = Output(form)
    found = find_home(home)
    checks = examine(found, home or default_root(), today())
    if out.is_json:
        out.document({"checks": [check.to_json() for check in checks]})
    else:
        rows = [{**check.to_json(), "status": _WORDS[check.status]} for check in checks]
        columns = {"name": "项目", "status": "状况", "detail": "详情", "advice": "建议"}
        out.table("体检", rows, columns)
    raise typer.Exit(EXIT_UNREADABLE if any(c.status == "error" for c in checks) else 0)


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for command in (demo, serve, templates, verify, doctor):
        app.command(cls=ChineseCommand)(command)
