"""`citycredit scores` on the place counted by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from etl import cli
from tests.departments_home import OWN_POINTS, PERIOD, WEIGHTS, build, near
from tests.semantics.rows import MARKET, SAFETY


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("scores")).home.root


def run(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = cli.run(["scores", *arguments, "--home", str(home)])
    return code, capsys.readouterr().out


def rows(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> list[dict[str, Any]]:
    code, out = run(capsys, home, *arguments, "--format", "json")
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out)
    return found


def test_every_unit_with_its_parts(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = {row["unit_id"]: row for row in rows(capsys, home, "--plan", "BC")}
    assert len(found) == 17
    market = found["BC-U04"]
    assert (market["period"], market["unit"], market["basis"]) == (PERIOD, MARKET[0], "测算")
    assert market["score"] == near(100 * OWN_POINTS / WEIGHTS)
    assert (market["rank"], market["ranked_units"]) == (2, 2)
    assert [part["part_id"] for part in market["parts"]] == [
        "report", "compliance", "on_time", "ledger", "task",
    ]  # fmt: skip
    points = sum(part["points"] for part in market["parts"] if part["state"] == "applied")
    assert points == near(OWN_POINTS)
    assert market["parts"][4]["points"] is None


def test_one_unit_of_one_period(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ("--plan", "BC", "--unit", "BC-U05", "--period", "2022")
    [row] = rows(capsys, home, *chosen)
    assert (row["period"], row["unit"]) == ("2022", SAFETY[0])
    assert rows(capsys, home, "--plan", "BC", "--period", "2021") == []


def test_the_table_says_it_is_an_estimate(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, home, "--plan", "BC", "--period", PERIOD)
    assert code == 0
    assert "测算分（初步，不是上级考核结果）" in out
    assert "只列不排" in out


def test_without_a_home_there_is_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rows(capsys, tmp_path / "none") == []


def test_no_period_is_a_usage_error(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, home, "--period", "june")[0] == 64
