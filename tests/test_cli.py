"""The command line: exit codes, one JSON document, Chinese messages."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest

from etl import cli
from etl.demo import load_samples
from etl.pipeline import Pipeline, RequestError
from expectations import gate
from tests.conftest import run_citycredit
from tests.homes import make_penalty_csv
from tests.test_calendar import whole_year
from warehouse.home import KEY_VARIABLE, Home

pytestmark = pytest.mark.usefixtures("one_plan")

Run = Callable[..., tuple[int, str, str]]
COMMANDS = (
    *("demo", "load", "check", "build", "accept", "withdraw", "reland", "metrics", "targets"),
    *("scores", "export", "takedown"),
    *("templates", "serve", "versions", "rollback", "verify", "doctor", "calendar"),
)
METRIC_KEYS = {
    *("metric_id", "plan", "period", "scope_type", "scope_id", "scope_name"),
    *("numerator", "denominator", "value", "unit", "state"),
}
TARGET_KEYS = {
    *("target_id", "task_id", "metric_id", "kind", "hardness", "legal_status", "comparator"),
    *("threshold", "stretch", "scope_type", "scope_id", "period", "due", "value", "numerator"),
    *("denominator", "unit", "status", "light", "measured_by", "missing"),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Run]:
    """Runs a command in this process, on a home of the test, with a gate that passes."""
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "identity.key"))
    monkeypatch.setenv("CITYCREDIT_HOME", str(home))
    monkeypatch.setattr(gate, "judge", lambda con: gate.GateResult("passed", [], 1, 1))

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        streams = capsys.readouterr()
        return code, streams.out, streams.err

    yield command
    for handler in list(logging.getLogger("citycredit").handlers):
        handler.close()
        logging.getLogger("citycredit").removeHandler(handler)


def as_json(run: Run, *arguments: object) -> Any:
    code, out, err = run(*arguments, "--format", "json")
    assert code == 0, err
    return json.loads(out)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_chinese(run: Run, command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert "显示本说明" in out
    assert "Show this message" not in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], ""),
        (["frobnicate"], "没有命令 'frobnicate'"),
        (["load"], "缺少参数"),
        (["load", "a.xlsx"], "缺少选项 '--plan'"),
        (["load", "a.xlsx", "--plan", "ZZ"], "没有方案“ZZ”"),
        (["load", "a.xlsx", "--plan", "BC", "--received", "6月"], "不是日期"),
        (["load", "a.xlsx", "--plan", "BC", "--replaces", "B000009"], "没有批次“B000009”"),
        (["load", "a.xlsx", "--plan", "BC", "--received", "2999-01-01"], "晚于今天"),
        (["check", "a.xlsx", "--plan", "BC", "--received", "2999-01-01"], "晚于今天"),
        (["check", "a.xlsx", "--plan", "BC", "--reveal"], "还没有数据目录"),
        (["check", "a.xlsx", "--plan", "ZZ"], "没有方案“ZZ”"),
        (["metrics", "--metric", "nope"], "publicity_compliance_rate"),
        (["metrics", "--period", "2022-13"], "季 2022-Q2"),
        (["targets", "--period", "June"], "季 2022-Q2"),
        (["metrics", "--format", "yaml"], "--format"),
        (["metrics", "--plan", "ZZ"], "没有方案“ZZ”"),
        (["metrics", "--nope"], "没有选项 --nope"),
        (["withdraw", "B000001"], "缺少选项 '--reason'"),
        (["versions", "extra"], "多余的参数"),
        (["build", "--as-of", "2022-07-05"], "--as-of 与 --out 要一起用"),
        (["accept", "B000001", "--force"], "--force 须同时写明 --reason"),
        (["calendar"], "缺少命令"),
    ],
)
def test_wrong_usage_exits_64(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments)
    assert code == 64
    assert said in err
    assert out == "" or not arguments


def test_reading_without_a_home(run: Run, home: Path) -> None:
    for command in ("metrics", "targets", "versions"):
        assert as_json(run, command) == []
        code, out, _ = run(command)
        assert (code, "没有数据" in out) == (0, True)
    assert as_json(run, "verify") == {"ok": True, "findings": []}
    assert {c["status"] for c in as_json(run, "doctor")["checks"]} <= {"ok", "warning"}
    assert not home.exists()
    code, _, err = run("build")
    assert (code, "还没有数据目录" in err) == (2, True)
    assert run("load", "a.xlsx", "--plan", "ZZ")[0] == 64
    assert not home.exists()


def test_a_path_that_is_not_there_is_an_unreadable_file(
    run: Run, home: Path, tmp_path: Path
) -> None:
    code, out, err = run("load", tmp_path / "无.xlsx", "--plan", "BC", "--format", "json")
    assert code == 2
    document = json.loads(out)
    assert (document["batches"], document["version"]) == ([], None)
    assert document["gate"] == {"status": "not_run", "failed": []}
    assert "无.xlsx" in err
    assert "文件不存在" in err
    code, out, err = run("check", tmp_path / "无.xlsx", "--plan", "BC", "--format", "json")
    assert (code, "文件不存在" in err) == (2, True)
    document = json.loads(out)
    assert (document["plan"], document["ledger"], document["sheets"]) == ("BC", None, [])
    assert (document["rows"], document["rates"]["compliance"]) == (0, None)
    (problem,) = document["problems"]
    assert (problem["code"], "文件不存在" in problem["message"]) == ("unreadable", True)
    # Nothing was received, so there is nothing to keep.
    assert not home.exists()


def test_load_then_read(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    make_penalty_csv(folder / "a.csv", rows=4)
    (folder / "坏.csv").write_text("一列\n一行\n", encoding="utf-8")
    arguments = ("load", folder, "--plan", "BC", "--received", "2022-07-05")
    code, out, err = run(*arguments, "--format", "json")
    assert code == 2
    document = json.loads(out)
    (batch,) = document["batches"]
    assert set(batch) == {
        *("batch", "file", "sha256", "ledger", "sheet", "rows", "quarantined", "state"),
        "duplicate_of",
    }
    assert (batch["batch"], batch["file"], batch["rows"]) == ("B000001", "a.csv", 4)
    assert (batch["state"], batch["duplicate_of"]) == ("accepted", None)
    assert (document["version"], document["gate"]["status"]) == ("w000001", "passed")
    assert "坏.csv" in err
    # metrics
    rows = as_json(run, "metrics", "--plan", "BC", "--metric", "publicity_compliance_rate")
    assert {frozenset(row) for row in rows} == {frozenset(METRIC_KEYS)}
    assert {len(row["period"]) for row in rows} == {4, 7}
    june = as_json(run, "metrics", "--period", "2022-06", "--scope", "plan")
    assert {(row["period"], row["scope_type"]) for row in june} <= {("2022-06", "plan")}
    # targets: every one once at plan scope
    targets = as_json(run, "targets", "--plan", "BC")
    assert {frozenset(row) for row in targets} == {frozenset(TARGET_KEYS)}
    assert {row["scope_type"] for row in targets} == {"plan"}
    ids = [row["target_id"] for row in targets]
    assert len(ids) == len(set(ids)) == 68
    by_unit = as_json(run, "targets", "--plan", "BC", "--scope", "department")
    assert {row["target_id"] for row in by_unit} == set(ids)
    assert "department" in {row["scope_type"] for row in by_unit}
    # known on an earlier day: nothing
    rate = ("--metric", "publicity_compliance_rate", "--scope", "plan")
    assert any(row["denominator"] for row in as_json(run, "metrics", *rate))
    early = as_json(run, "metrics", *rate, "--as-of", "2022-03-01")
    assert not any(row["denominator"] for row in early)
    # text
    for command in ("metrics", "targets", "versions"):
        code, out, _ = run(command)
        assert (code, bool(out.strip())) == (0, True)
    assert [v["version"] for v in as_json(run, "versions")] == ["w000001"]
    code, out, _ = run("metrics", "--period", "1999-01")
    assert (code, out) == (0, "该期间没有数据：1999-01。\n")


def test_a_refused_gate_exits_3_and_accept_mends_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passing = gate.judge
    failing = gate.GateResult("failed", ["行数不平"], 1, 1)
    monkeypatch.setattr(gate, "judge", lambda con: failing)
    path = make_penalty_csv(tmp_path / "a.csv")
    code, out, err = run("load", path, "--plan", "BC", "--format", "json")
    assert code == 3
    assert json.loads(out)["batches"][0]["state"] == "held"
    assert json.loads(out)["gate"] == {"status": "failed", "failed": ["行数不平"]}
    assert "行数不平" in err
    assert run("accept", "B000001")[0] == 3
    monkeypatch.setattr(gate, "judge", passing)
    assert as_json(run, "accept", "B000001")["version"] == "w000001"
    path = make_penalty_csv(tmp_path / "b.csv", first=9)
    assert as_json(run, "load", path, "--plan", "BC")["version"] == "w000002"
    assert as_json(run, "rollback", 1) == {
        "version": "w000001",
        "held": ["B000002"],
        "withdrawn_again": [],
    }
    assert as_json(run, "verify") == {"ok": True, "findings": []}
    for version in ("7", "abc", "w000009"):
        code, _, err = run("rollback", version)
        assert (code, "可回滚的版本号：2、1" in err) == (64, True)


def test_a_rollback_names_what_was_withdrawn_and_is_back(run: Run, tmp_path: Path) -> None:
    as_json(run, "load", make_penalty_csv(tmp_path / "a.csv"), "--plan", "BC")
    as_json(run, "load", make_penalty_csv(tmp_path / "b.csv", first=9), "--plan", "BC")
    as_json(run, "withdraw", "B000001", "--reason", "错发")
    assert as_json(run, "rollback", 2)["withdrawn_again"] == ["B000001"]
    document = as_json(run, "verify")
    assert (document["ok"], [f["subject"] for f in document["findings"]]) == (True, ["B000001"])
    # Withdrawn anew, it is settled.
    as_json(run, "withdraw", "B000001", "--reason", "错发")
    assert as_json(run, "verify") == {"ok": True, "findings": []}


def test_verify_finds_what_is_wrong(run: Run, home: Path, tmp_path: Path) -> None:
    as_json(run, "load", make_penalty_csv(tmp_path / "a.csv"), "--plan", "BC")
    (original,) = (p for p in (home / "originals").rglob("*") if p.is_file())
    original.write_bytes(b"changed")
    (home / "landing" / "B000001.parquet").write_bytes(b"broken")
    (home / "current").write_text("w000009\n", encoding="utf-8")
    code, out, _ = run("verify", "--format", "json")
    assert code == 2
    found = json.loads(out)["findings"]
    assert {(f["subject"], f["level"]) for f in found} == {
        ("a.csv", "error"),
        ("B000001", "error"),
        ("current", "error"),
        ("current", "warning"),
    }
    (home / "versions" / "w000001.duckdb").write_bytes(b"broken")
    assert "w000001" in run("verify")[1]


def test_build_into_a_file_does_not_publish(run: Run, home: Path, tmp_path: Path) -> None:
    path = make_penalty_csv(tmp_path / "a.csv")
    as_json(run, "load", path, "--plan", "BC", "--received", "2022-07-05")
    target = tmp_path / "july.duckdb"
    document = as_json(run, "build", "--as-of", "2022-07-31", "--out", target)
    assert (document["as_of"], document["version"]) == ("2022-07-31", "w000001")
    assert target.exists()
    assert (home / "current").read_text(encoding="utf-8") == "w000001\n"


def test_logs_say_what_was_done_and_no_value(run: Run, home: Path, tmp_path: Path) -> None:
    as_json(run, "load", make_penalty_csv(tmp_path / "a.csv"), "--plan", "BC")
    log = (home / "logs" / "citycredit.log").read_text(encoding="utf-8")
    assert "1 new" in log
    assert "张三" not in log


def test_a_fault_of_the_program_is_no_finding(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = "1101051949" + "12310021"

    def fault(*_: object) -> None:
        raise ZeroDivisionError(number)

    monkeypatch.setattr(Pipeline, "load", fault)
    code, out, err = run("load", make_penalty_csv(tmp_path / "a.csv"), "--plan", "BC")
    assert (code, out) == (70, "")
    assert "程序出错（ZeroDivisionError）" in err
    log = (home / "logs" / "citycredit.log").read_text(encoding="utf-8")
    assert "ZeroDivisionError" in log
    assert number not in err + log


def test_calendar_add_is_merged_and_checked(run: Run, home: Path, tmp_path: Path) -> None:
    source = tmp_path / "2027.csv"
    head = "date,is_workday,kind,notice_no\n"
    source.write_text(head + "2027-01-01,0,元旦,国办发明电〔2026〕1号\n", encoding="utf-8")
    code, _, err = run("calendar", "add", source)
    assert (code, "2027 年缺少春节、清明节" in err) == (2, True)
    assert not home.exists()
    source.write_text(head + "\n".join(whole_year(2027)) + "\n", encoding="utf-8")
    days = len(whole_year(2027))
    assert as_json(run, "calendar", "add", source) == {"added": days, "days": days}
    source.write_text(head + '2027-10-04,0,"国庆,节",国办发明电〔2026〕1号\n', encoding="utf-8")
    assert as_json(run, "calendar", "add", source) == {"added": 1, "days": days + 1}
    source.write_text(head + "2027-13-01,0,x,y\n", encoding="utf-8")
    code, _, err = run("calendar", "add", source)
    assert (code, "第 2 行" in err) == (2, True)
    assert run("calendar", "add", tmp_path / "none.csv")[0] == 2


def test_samples_load_once_and_never_into_real_data(run: Run, home: Path, tmp_path: Path) -> None:
    samples = tmp_path / "samples"
    for month in ("2022-06", "2022-07"):
        (samples / "BC" / month).mkdir(parents=True)
        make_penalty_csv(samples / "BC" / month / "a.csv", first=int(month[-2:]))
    pipeline = Pipeline(Home.open(home, create=True), date(2022, 12, 1))
    first = load_samples(pipeline, samples)
    assert ([b.batch_id for b in first.new], first.outcome.version) == (
        ["B000001", "B000002"],
        "w000001",
    )
    again = load_samples(pipeline, samples)
    assert (again.new, len(again.duplicates), again.outcome.version) == ([], 2, "w000001")
    as_json(run, "load", make_penalty_csv(tmp_path / "own.csv", first=99), "--plan", "BC")
    with pytest.raises(RequestError, match="演示数据不能混入"):
        load_samples(pipeline, samples)


def test_templates(run: Run, tmp_path: Path) -> None:
    written = as_json(run, "templates", "--out", tmp_path / "模板")
    assert written
    assert all(Path(path).is_file() for path in written)


def test_templates_into_a_file_is_refused_without_a_traceback(run: Run, tmp_path: Path) -> None:
    (tmp_path / "模板").write_text("x", encoding="utf-8")
    code, out, err = run("templates", "--out", tmp_path / "模板")
    assert (code, out) == (2, "")
    assert err.startswith("错误：已有同名的文件")
    assert "Traceback" not in err


class Server:
    """A server that has been told how to start and ends at once."""

    told: ClassVar[dict[str, Any]] = {}

    def __init__(self, command: list[str], **told: Any) -> None:
        Server.told = {**told, "command": command}

    def wait(self) -> int:
        return 0

    poll = wait


def test_serve_starts_the_pages_of_this_home(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_json(run, "load", make_penalty_csv(tmp_path / "a.csv"), "--plan", "BC")
    monkeypatch.setattr("etl.cli_admin.subprocess.Popen", Server)
    port = free_port()
    code, _, err = run("serve", "--port", port)
    assert (code, "没有登录" in err) == (0, True)
    assert f"--server.port={port}" in Server.told["command"]
    assert "--server.address=127.0.0.1" in Server.told["command"]
    assert "--browser.gatherUsageStats=false" in Server.told["command"]
    assert Server.told["env"]["CITYCREDIT_HOME"] == str(home)
    code, _, err = run("serve", "--port", port, "--address", "0.0.0.0")
    assert "--server.address=0.0.0.0" in Server.told["command"]
    assert "别的机器也能打开" in err
    with socket.create_server(("127.0.0.1", port)):
        code, _, err = run("serve", "--port", port)
    assert (code, f"端口 {port} 已被占用" in err) == (2, True)


def test_the_demonstration_asks_for_its_port_before_it_loads(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.cli_admin.load_samples", lambda _: pytest.fail("loaded"))
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        code, _, err = run("demo", "--port", port)
    assert (code, f"端口 {port} 已被占用" in err) == (2, True)


def test_serve_makes_the_home_of_a_newcomer(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("etl.cli_admin.subprocess.Popen", Server)
    assert not home.exists()
    code, _, err = run("serve", "--port", free_port())
    assert (code, f"新建了数据目录 {home}" in err) == (0, True)
    assert (home / "home.toml").exists()
    code, _, err = run("serve", "--port", free_port())
    assert (code, "新建" in err) == (0, False)


def test_serve_takes_its_server_along_when_told_to_end(home: Path, tmp_path: Path) -> None:
    """In a process of its own, ended as a service manager does."""
    done = run_citycredit("load", make_penalty_csv(tmp_path / "a.csv"), "--plan", "BC", home=home)
    assert done.returncode == 0, done.stderr
    port = free_port()
    serving = subprocess.Popen(
        [sys.executable, "-m", "etl.cli", "serve", "--port", str(port)],
        env={**os.environ, "CITYCREDIT_HOME": str(home)},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        while not is_served(port):
            assert serving.poll() is None
            time.sleep(0.1)
        serving.terminate()
        assert serving.wait() == 0
        assert not is_served(port)
    finally:
        serving.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def is_served(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_program_itself(home: Path) -> None:
    """In a process of its own: nothing but the document on stdout."""
    done = run_citycredit("doctor", "--format", "json", home=home)
    assert done.returncode == 0
    assert json.loads(done.stdout)["checks"]
    assert run_citycredit("load", home=home).returncode == 64
