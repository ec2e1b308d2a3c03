"""An older home is refused by every command; `upgrade` brings it up, whenever that is killed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import date
from itertools import count
from pathlib import Path

import duckdb
import pytest

from etl.cli import run
from etl.pipeline import Pipeline
from tests.conftest import ROOT
from tests.homes import make_home, make_penalty_csv
from warehouse.home import FORMAT_VERSION, Home, HomeError
from warehouse.journal import Journal
from warehouse.upgrade import STEPS, upgrade

pytestmark = pytest.mark.usefixtures("one_plan")

# Ends the process, as a kill would, just before the n-th thing that changes the disk.
DIES_AT = """
import os, sys
from pathlib import Path
from warehouse import files, journal
from warehouse.home import Home
from warehouse.upgrade import upgrade

home, left = Home.open_older(sys.argv[1]), int(sys.argv[2])

def dying(call):
    def wrapped(*arguments, **named):
        global left
        if left == 0:
            os._exit(9)
        left -= 1
        return call(*arguments, **named)
    return wrapped

files.settle = dying(files.settle)
journal._append_line = dying(journal._append_line)
Path.mkdir = dying(Path.mkdir)
upgrade(home)
"""
# home.toml kept beside, three folders, a line of the journal, the new home.toml
CHANGES = 6


def make_older(home: Home) -> Path:
    """Take a home back to what format 1 was."""
    toml = home.root / "home.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("format_version = 2", "format_version = 1"), encoding="utf-8")
    for name in ("closed", "cache", "index"):
        shutil.rmtree(home.root / name)
    return home.root


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return make_home(tmp_path, monkeypatch)


@pytest.fixture
def older(home: Home) -> Path:
    return make_older(home)


@pytest.mark.parametrize(
    "command",
    [
        *("build", "metrics", "targets", "versions", "rollback 1", "verify", "doctor", "serve"),
        *("withdraw B000001 --reason x", "plan list", "plan close BC --reason x", "plan next BC"),
        *("load nothing.csv --plan BC", "reland", "demo --no-serve"),
    ],
)
def test_every_command_refuses_an_older_home(
    older: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(older.rglob("*"))
    assert run([*command.split(), "--home", str(older)]) == 2
    told = capsys.readouterr()
    assert "格式版本是 1" in told.err
    assert "citycredit upgrade" in told.err
    assert told.out == ""
    assert sorted(older.rglob("*")) == before  # nothing was touched


def test_upgrade_brings_it_up_once(older: Path, capsys: pytest.CaptureFixture[str]) -> None:
    original = (older / "home.toml").read_text(encoding="utf-8")
    assert run(["upgrade", "--home", str(older), "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {
        "format_version": FORMAT_VERSION,
        "steps": [step.title for step in STEPS],
        "version": None,
        "gate": {"status": "not_run", "failed": []},
    }
    home = Home.open(older)
    assert (older / "home.toml.format1").read_text(encoding="utf-8") == original
    assert home.closed.is_dir()
    assert run(["upgrade", "--home", str(older), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == []
    assert [e["to"] for e in Journal(home).events() if e["event"] == "upgraded"] == [2]


def test_a_kill_at_any_moment_leaves_a_home_that_upgrade_finishes(
    home: Home, tmp_path: Path
) -> None:
    pristine = make_older(home)
    original = (pristine / "home.toml").read_text(encoding="utf-8")
    for moment in count():
        root = Path(shutil.copytree(pristine, tmp_path / f"killed{moment}"))
        command = [sys.executable, "-c", DIES_AT, str(root), str(moment)]
        ended = subprocess.run(command, cwd=ROOT, check=False)
        if ended.returncode == 0:
            break  # there are no more moments
        assert ended.returncode == 9
        with pytest.raises(HomeError, match="citycredit upgrade"):
            Home.open(root)
        assert [step.to_format for step in upgrade(Home.open_older(root))] == [2]
        found = Home.open(root)
        assert (root / "home.toml.format1").read_text(encoding="utf-8") == original
        assert len([e for e in Journal(found).events() if e["event"] == "upgraded"]) == 1
        assert found.home_id == home.home_id
    assert moment >= CHANGES
    assert Home.open(root).format_version == 2


@pytest.mark.parametrize("version", ["3", '"2"', "0"])
def test_newer_or_senseless_formats_are_refused_by_upgrade_too(
    home: Home, version: str, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = home.root / "home.toml"
    text = toml.read_text(encoding="utf-8").replace("version = 2", f"version = {version}")
    toml.write_text(text, encoding="utf-8")
    assert run(["upgrade", "--home", str(home.root)]) == 2
    assert "只认 2" in capsys.readouterr().err
    assert toml.read_text(encoding="utf-8") == text


def test_it_publishes_anew_only_what_this_release_cannot_show(home: Home, tmp_path: Path) -> None:
    pipeline = Pipeline(home, date(2022, 7, 5))
    pipeline.load([make_penalty_csv(tmp_path / "处罚.csv")], "BC", received=date(2022, 7, 5))
    pipeline.store.close()
    older = make_older(home)
    assert run(["upgrade", "--home", str(older)]) == 0
    assert pipeline.store.current() == "w000001"
    # What an earlier release published lacks a table that pages of this one read.
    with duckdb.connect(str(pipeline.store.path("w000001"))) as con:
        con.execute("drop view marts.clause_lights")
    assert run(["upgrade", "--home", str(older)]) == 0
    assert pipeline.store.current() == "w000002"
