"""`citycredit upgrade`: an older home for this program."""

from __future__ import annotations

import typer

from etl.build import product_version
from etl.cli_common import EXIT_GATE, ChineseCommand, FormatOption, HomeOption, open_home
from etl.cli_data import say_outcome
from etl.edge import today
from etl.logs import LOGGER
from etl.output import Format, Output
from etl.pipeline import Pipeline
from warehouse.closing import CLOSED_TABLES
from warehouse.home import FORMAT_VERSION, Home
from warehouse.models import LAYERS, load_models
from warehouse.upgrade import upgrade as upgrade_home


def upgrade(home: HomeOption = None, form: FormatOption = Format.TEXT) -> None:
    """把旧版数据目录升级到本程序的格式；中断后可再次运行，已是新格式则无改动。"""
    out = Output(form)
    with out.working() as progress:
        steps = upgrade_home(Home.open_older(home))
        pipeline = Pipeline(open_home(home), today(), progress)
        outcome = pipeline.live_outcome()
        if is_outdated(pipeline):
            outcome = pipeline.build()
    LOGGER.info("upgraded by %d steps, version %s", len(steps), outcome.version)
    titles = [step.title for step in steps]
    if out.is_json:
        facts = {"format_version": FORMAT_VERSION, "steps": titles}
        out.document({**facts, "version": outcome.version, "gate": outcome.gate_json()})
    else:
        for title in titles:
            out.line(f"已升级：{title}。")
        out.line(f"数据目录的格式版本是 {FORMAT_VERSION}。")
    say_outcome(out, outcome)
    raise typer.Exit(EXIT_GATE if outcome.is_refused else 0)


def is_outdated(pipeline: Pipeline) -> bool:
    """Whether the live version was published by another release, or lacks tables of this one."""
    if pipeline.store.current() is None:
        return False
    with pipeline.store.reader() as con:
        [(told,)] = con.sql("select product_version from meta.version_info").fetchall()
        present = con.sql(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_catalog = current_database()"
        ).fetchall()
    wanted = {model.relation for layer in LAYERS for model in load_models(layer)}
    wanted |= {f"marts.{table}" for table in CLOSED_TABLES} | {"meta.closed_plans"}
    return bool(told != product_version() or wanted - {name for (name,) in present})


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(cls=ChineseCommand)(upgrade)
