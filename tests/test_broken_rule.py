"""A rule broken on purpose is 检查出错 wherever it shows, never 不合格, and the others go on."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboard.queries.rules import read_rule_counts
from etl import cli
from etl.check import check_file
from expectations import rules as rule_files
from expectations import statements
from tests.homes import make_penalty_csv
from warehouse.home import KEY_VARIABLE, Home
from warehouse.plans import load_plans
from warehouse.store import Store

pytestmark = pytest.mark.usefixtures("one_plan")

RECEIVED = date(2022, 7, 5)
# Each breaks P17 (处罚依据没有法律名称), which no row of the file violates.
BREAKS = {
    "a column that is not there": ("not contains(penalty_basis, '《')", "no_such_column > 1"),
    "a cast that fails on the rows": (
        "not is_blank(penalty_basis) and not contains(penalty_basis, '《')",
        "cast(penalty_basis as integer) > 0",
    ),
    "a marked column that the ledger has not": (
        'marks = ["penalty_basis"]',
        'marks = ["permit_no"]',
    ),
}
Break = Callable[[str], None]


@pytest.fixture
def break_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Break:
    """Lets the product run with rule files of the test, one of them broken."""

    def break_it(how: str) -> None:
        folder = tmp_path / "rules"
        shutil.copytree(rule_files.RULES_DIR, folder)
        file = folder / "admin_penalty.toml"
        before, _, p17 = file.read_text(encoding="utf-8").partition('id = "P17"')
        right, wrong = BREAKS[how]
        assert p17.count(right) == 1
        file.write_text(f'{before}id = "P17"{p17.replace(right, wrong)}', encoding="utf-8")
        monkeypatch.setattr(rule_files, "RULES_DIR", folder)
        for module in (rule_files, statements):
            monkeypatch.setattr(module, "SQL_DIR", folder / "sql")

    return break_it


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str, str]]]:
    """Runs a command in this process, on a home of the test, with the real gate."""
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "identity.key"))
    monkeypatch.setenv("CITYCREDIT_HOME", str(tmp_path / "home"))

    def command(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        streams = capsys.readouterr()
        return code, streams.out, streams.err

    yield command
    for handler in list(logging.getLogger("citycredit").handlers):
        handler.close()
        logging.getLogger("citycredit").removeHandler(handler)


def penalties(folder: Path) -> Path:
    """Three rows, the second with a lawful code gone wrong (G05)."""
    path = make_penalty_csv(folder / "penalties.csv")
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    lines[2] = lines[2].replace("91110000600037341L", "91110000600037341M")
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


@pytest.mark.parametrize("how", BREAKS)
def test_the_check_says_which_rule_crashed_and_why(
    tmp_path: Path, break_rule: Break, how: str
) -> None:
    path = penalties(tmp_path)
    whole = check_file(path, load_plans()["BC"], RECEIVED)
    break_rule(how)
    broken = check_file(path, load_plans()["BC"], RECEIVED)
    assert whole.exit_code == 1
    assert broken.exit_code == 3
    assert set(broken.rule_errors) == {"P17"}
    assert broken.rule_errors["P17"]
    assert broken.verdict.startswith("检查出错")
    # Every other rule found what it found before, and no row is less compliant for it.
    assert broken.violations == whole.violations
    assert broken.compliant_rows == whole.compliant_rows == 2
    others = [rule for rule in whole.rules if rule.rule != "P17"]
    assert [rule for rule in broken.rules if rule.rule != "P17"] == others
    [crashed] = [rule for rule in broken.rules if rule.rule == "P17"]
    assert (crashed.status, crashed.checked, crashed.failed) == ("errored", 0, 0)


def test_the_command_says_it_in_words_and_in_json(
    tmp_path: Path, break_rule: Break, run: Callable[..., tuple[int, str, str]]
) -> None:
    path = penalties(tmp_path)
    break_rule("a cast that fails on the rows")
    asked = ("check", path, "--plan", "BC", "--received", RECEIVED)
    code, text, _ = run(*asked)
    assert code == 3
    assert "【检查出错】P17 处罚依据没有法律名称" in text
    assert "【错误】G05" in text
    # The reason quotes nothing of the row.
    assert "食品安全法" not in text
    code, out, _ = run(*asked, "--format", "json")
    assert code == 3
    document = json.loads(out)
    assert list(document["rule_errors"]) == ["P17"]
    states = {rule["rule"]: rule["status"] for rule in document["rules"]}
    assert states["P17"] == "errored"
    assert states["G05"] == "failed"
    assert states["P01"] == "passed"
    assert {violation["rule"] for violation in document["violations"]} == {"G05"}


def test_the_gate_holds_the_batch_and_names_the_rule(
    tmp_path: Path, break_rule: Break, run: Callable[..., tuple[int, str, str]]
) -> None:
    first = make_penalty_csv(tmp_path / "first.csv", first=10)
    code, _, err = run("load", first, "--plan", "BC", "--received", RECEIVED)
    assert code == 0, err
    home = Home.open(tmp_path / "home")
    live = Store(home).current()
    break_rule("a column that is not there")
    asked = ("load", penalties(tmp_path), "--plan", "BC", "--received", RECEIVED)
    code, out, _ = run(*asked, "--format", "json")
    assert code == 3
    document = json.loads(out)
    assert document["gate"]["status"] == "failed"
    assert any("P17 admin_penalty" in reason for reason in document["gate"]["failed"])
    assert [batch["state"] for batch in document["batches"]] == ["held"]
    # What is live stays as it was: there the rule had run.
    assert Store(home).current() == live
    with closing(Store(home).reader()) as reader:
        [(errored,)] = reader.sql(
            "select count(*) from quality.rule_results where status = 'errored'"
        ).fetchall()
    assert errored == 0


def test_what_pages_are_told_keeps_crashed_and_failed_apart() -> None:
    con = duckdb.connect()
    con.execute(
        """
        create schema quality; create schema meta; create schema ref;
        create table ref.periods (plan_id varchar, period varchar, start_date date, end_date date);
        insert into ref.periods values ('BC', '2022-07', '2022-07-01', '2022-07-31');
        create table meta.batches
            (batch_id varchar, plan_id varchar, received_date date, is_replaced boolean);
        insert into meta.batches values
            ('B000001', 'BC', '2022-07-01', false), ('B000002', 'BC', '2022-07-31', false),
            ('B000003', 'BC', '2022-08-01', false), ('B000004', 'YC', '2022-07-05', false),
            ('B000005', 'BC', '2022-07-05', true);
        create table quality.rule_results (rule_id varchar, ledger varchar, batch_id varchar,
            severity varchar, kind varchar, status varchar, checked bigint, failed bigint,
            error varchar);
        insert into quality.rule_results values
            ('G05', 'admin_permit', 'B000001', 'error', 'row', 'failed', 10, 2, null),
            ('G05', 'admin_penalty', 'B000002', 'error', 'row', 'passed', 5, 0, null),
            ('G05', 'admin_permit', 'B000003', 'error', 'row', 'failed', 9, 9, null),
            ('G05', 'admin_permit', 'B000004', 'error', 'row', 'failed', 9, 9, null),
            ('G05', 'admin_permit', 'B000005', 'error', 'row', 'failed', 9, 9, null),
            ('P17', 'admin_penalty', 'B000002', 'warning', 'row', 'errored', 0, 0, 'no column'),
            ('X01', 'admin_permit', 'B000001', 'error', 'row', 'not_applicable', 0, 0, null);
        """
    )
    told = {row["rule_id"]: row for row in read_rule_counts(con, "BC", "2022-07").to_dicts()}
    # Received in July under BC and not replaced: 10 + 5 rows were asked, 2 failed, in one batch.
    assert told["G05"] == {
        "rule_id": "G05", "checked": 15, "failed": 2, "failed_batches": 1, "errored_batches": 0,
        "error": None,
    }  # fmt: skip
    assert told["P17"] == {
        "rule_id": "P17", "checked": 0, "failed": 0, "failed_batches": 0, "errored_batches": 1,
        "error": "no column",
    }  # fmt: skip
    assert told["X01"]["checked"] == 0
