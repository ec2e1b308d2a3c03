"""The commands around plans: what they print, and how they end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl.cli import run
from tests.homes import make_home
from warehouse.home import Home
from warehouse.plans import SHIPPED_PLANS

Answer = tuple[int, str, str]
Command = Callable[..., Answer]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs one command in this process: (exit code, stdout, stderr)."""

    def invoke(*arguments: str | Path) -> Answer:
        code = run([*map(str, arguments)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return invoke


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return make_home(tmp_path, monkeypatch)


def plans_of(answer: Answer) -> dict[str, dict[str, Any]]:
    assert answer[0] == 0, answer
    return {row["plan"]: row for row in json.loads(answer[1])}


def test_plans_are_listed_without_a_home(command: Command) -> None:
    rows = plans_of(command("plan", "list", "--format", "json"))
    assert rows.keys() == {"BC", "CC", "YC", "GQ", "HY"}
    assert rows["BC"] == {
        "plan": "BC",
        "place": "BC",
        "title": "白城经济开发区2022年社会信用体系建设工作实施方案",
        "year": 2022,
        "period_start": "2022-01-01",
        "period_end": "2022-12-31",
        "cutoff": "2023-01-10",  # 24:00 on the tenth of the month after the year
        "origin": "shipped",
        "state": "open",
        "closed_as_of": None,
        "closed_reason": None,
        "late_batches": [],
    }
    code, text, _ = command("plan", "list")
    assert (code, "未定稿" in text, "随程序" in text) == (0, True, True)


def test_a_good_folder_is_summed_up(command: Command) -> None:
    code, text, _ = command("plan", "check", SHIPPED_PLANS / "BC", "--format", "json")
    answer = json.loads(text)
    assert (code, answer["ok"], answer["plan"], answer["problems"]) == (0, True, "BC", [])
    assert (answer["units"], answer["tasks"], answer["targets"]) == (17, 82, 68)
    code, text, _ = command("plan", "check", SHIPPED_PLANS / "BC")
    assert code == 0
    assert "方案 BC 无误" in text
    assert "目标 68 条" in text


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "reason"),
    [
        # Line 1 is the header, so the first target stands on line 2.
        ("targets.csv", "BC-T001,BC-03-a", "BC-T001,BC-99", 2, "BC-99"),
        ("aliases.csv", "BC-U01,示例单位01", "BC-U01,示例单位02", 3, "属于两个单位"),
        ("plan.toml", 'holiday_policy = "extend"', 'holiday_policy = "never"', None, "holiday"),
    ],
)
def test_a_contradiction_is_told_with_file_line_and_reason(
    command: Command, tmp_path: Path, file: str, old: str, new: str, line: int | None, reason: str
) -> None:
    folder = Path(shutil.copytree(SHIPPED_PLANS / "BC", tmp_path / "BC"))
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    code, out, err = command("plan", "check", folder, "--format", "json")
    answer = json.loads(out)
    [problem] = answer["problems"]
    assert (code, answer["ok"]) == (2, False)
    assert (Path(problem["file"]).name, problem["line"]) == (file, line)
    assert reason in problem["reason"]
    assert file in err
    assert command("plan", "check", folder)[:2] == (2, "")


def test_a_folder_that_is_not_there_cannot_be_read(command: Command, tmp_path: Path) -> None:
    code, out, err = command("plan", "check", tmp_path / "nothing")
    assert (code, out) == (2, "")
    assert "plan.toml" in err


def test_the_next_plan_is_written_and_listed(command: Command, home: Home) -> None:
    code, out, err = command("plan", "next", "BC", "--home", home.root, "--format", "json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["plan"], answer["from"], answer["year"]) == ("BC-2023", "BC", 2023)
    assert answer["carried_over"] == []
    assert "没有结转" in err  # nothing was ever published, so nobody knows what is open
    folder = home.plans / "BC-2023"
    assert answer["folder"] == str(folder)
    assert command("plan", "check", folder)[0] == 0
    rows = plans_of(command("plan", "list", "--home", home.root, "--format", "json"))
    assert rows["BC-2023"]["origin"] == "home"
    assert (rows["BC-2023"]["place"], rows["BC-2023"]["cutoff"]) == ("BC", "2024-01-10")
    code, _, err = command("plan", "next", "BC", "--home", home.root)
    assert (code, "BC-2023 已经有了" in err) == (64, True)
    # From that one the year after is made, under the place's own id.
    code, out, _ = command("plan", "next", "BC-2023", "--home", home.root, "--format", "json")
    assert (code, json.loads(out)["plan"]) == (0, "BC-2024")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("plan close XX --reason x", "没有方案“XX”"),
        ("plan close BC --reason x", "还没有发布过任何数据"),
        ("plan close BC", "--reason"),
        ("plan reopen BC --reason x", "没有定稿"),
        ("plan next BC --year 2021", "应晚于 2022"),
        ("plan", "缺少命令"),
    ],
)
def test_what_makes_no_sense_is_refused(
    command: Command, home: Home, arguments: str, told: str
) -> None:
    words = arguments.split()
    code, out, err = command(*words, *(["--home", str(home.root)] if len(words) > 1 else []))
    assert (code, out) == (64, "")
    assert told in err
