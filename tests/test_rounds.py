"""The second round: which rows are the same record, and what became of their errors."""

from __future__ import annotations

import csv
import json
import random
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from etl import cli
from etl.check import check_file
from etl.check_result import CheckResult
from etl.rounds import FOLDABLE, Place, compare, identity_fields, match_rows
from tests.quality_support import CONTRACTS, PENALTY, PERSON, RECEIVED, TASK
from tests.test_check import rows_of, write_csv
from warehouse.plans import load_plans

BC = load_plans()["BC"]
Row = dict[str, str]


def penalty(number: int, **changes: str) -> Row:
    """A penalty of its own: another number, another company name."""
    return {
        **PENALTY, "document_no": f"示市监罚字〔2022〕{number}号",
        "counterparty_name": f"示例商贸{number}有限公司", **changes,
    }  # fmt: skip


def checked(path: Path, rows: Sequence[Row]) -> CheckResult:
    return check_file(write_csv(path, "admin_penalty", rows), BC, RECEIVED)


def test_what_became_of_the_errors(tmp_path: Path) -> None:
    """Lines of the files: the header is line 1, so row n of the list is line n + 1."""
    earlier = checked(
        tmp_path / "一.csv",
        [
            penalty(1),
            penalty(2, uscc="9111"),  # mended
            penalty(3, uscc="9112", fine_wan_yuan="x"),  # the code is mended, the amount is not
            penalty(4, uscc="9113"),  # gone
            penalty(5),  # right before, wrong afterwards
            penalty(6),  # gone without an error
        ],
    )
    later = checked(
        tmp_path / "二.csv",
        [
            penalty(7),  # new, in the first place: every row stands elsewhere now
            penalty(5, penalty_category="罚钱"),
            penalty(3, fine_wan_yuan="x"),
            penalty(2),
            penalty(1),
            penalty(8, uscc="9114"),  # new and wrong
        ],
    )
    found = compare(earlier, later)
    assert found.matched == 4
    assert (found.mended_rows, found.still_rows, found.newly_wrong_rows) == (1, 1, 1)
    assert found.gone == (Place("", 5), Place("", 7))
    assert found.gone_wrong == (Place("", 5),)
    assert found.added == (Place("", 2), Place("", 7))
    assert found.added_wrong == (Place("", 7),)
    states = {
        (c.state, c.violation.rule, c.earlier and c.earlier.row, c.later and c.later.row)
        for c in found.changes
    }
    assert {s for s in states if s[1] in ("G05", "P01", "P07")} == {
        ("mended", "G05", 3, 5),
        ("mended", "G05", 4, 4),
        ("still", "P07", 4, 4),
        ("new", "P01", 6, 3),
        ("new", "G05", None, 7),
    }
    assert "改好 1 行" in found.sentence
    assert "少了 2 行，其中 1 行原来有错" in found.sentence
    assert json.loads(json.dumps(found.to_json())) == found.to_json()


@pytest.mark.parametrize(
    "changes",
    [
        {"document_no": "示市监罚决〔2022〕2号"},
        {"uscc": "91110000600037341X"},
        {"decision_date": "2022/06/29"},
        {"authority_uscc": "1", "uscc": "2"},
        # All of the key at once: the place and the other cells tell.
        {"document_no": "甲", "uscc": "乙", "decision_date": "丙", "authority_uscc": "丁"},
    ],
)
def test_a_row_whose_key_was_corrected_is_the_same_row(tmp_path: Path, changes: Row) -> None:
    rows = [penalty(n) for n in range(1, 5)]
    earlier = checked(tmp_path / "一.csv", rows)
    later = checked(tmp_path / "二.csv", [*rows[:1], {**rows[1], **changes}, *rows[2:]])
    found = compare(earlier, later)
    assert (found.matched, found.gone, found.added) == (4, (), ())


def test_copies_of_a_row_are_paired_one_by_one(tmp_path: Path) -> None:
    row = penalty(1)
    earlier = checked(tmp_path / "一.csv", [row, row, row])
    later = checked(tmp_path / "二.csv", [row, penalty(2, uscc="9"), row])
    found = compare(earlier, later)
    assert found.matched == 2
    assert found.added == (Place("", 3),)
    assert len(found.gone) == 1


def test_one_decision_of_several_parties_stays_several_rows(tmp_path: Path) -> None:
    one = {**penalty(1), "counterparty_name": "示例甲有限公司"}
    two = {**penalty(1), **PERSON, "counterparty_name": "示例某"}
    earlier = checked(tmp_path / "一.csv", [one, two])
    later = checked(tmp_path / "二.csv", [two, one])
    assert match_rows(earlier.records, later.records) == [
        (Place("", 3), Place("", 2)),
        (Place("", 2), Place("", 3)),
    ]


def test_a_sorted_file_is_the_same_file(tmp_path: Path) -> None:
    rows = [penalty(n) for n in range(1, 30)]
    shuffled = rows[:]
    random.Random(1).shuffle(shuffled)
    earlier, later = checked(tmp_path / "一.csv", rows), checked(tmp_path / "二.csv", shuffled)
    pairs = match_rows(earlier.records, later.records)
    assert {(old.row, new.row) for old, new in pairs} == {
        (k + 2, shuffled.index(row) + 2) for k, row in enumerate(rows)
    }


def test_other_ledgers_are_matched_by_their_own_key(tmp_path: Path) -> None:
    first = [{**TASK, "status": "已完工"}, {**TASK, "task_id": "BC-01-2"}]
    second = [{**TASK, "task_id": "BC-01-2"}, TASK]
    earlier = check_file(write_csv(tmp_path / "一.csv", "task_status", first), BC, RECEIVED)
    later = check_file(write_csv(tmp_path / "二.csv", "task_status", second), BC, RECEIVED)
    found = compare(earlier, later)
    assert found.matched == 2
    assert {c.state for c in found.changes if c.violation.rule == "TK2"} == {"mended"}


def test_every_ledger_has_an_identity() -> None:
    for contract in CONTRACTS.values():
        fields = identity_fields(contract)
        assert fields
        assert set(fields) <= set(contract.fields)


def test_the_prints_of_rows_hold_no_values(tmp_path: Path) -> None:
    result = checked(tmp_path / "一.csv", [{**penalty(1), **PERSON}])
    assert result.records is not None
    assert result.records.select(pl.exclude("ledger", "sheet")).dtypes == [
        pl.Int64, *[pl.List(pl.UInt64)] * 3,
    ]  # fmt: skip


def test_a_missing_column_that_was_added_is_mended(tmp_path: Path) -> None:
    header, row = rows_of("admin_penalty", [penalty(1)])
    cut = header.index("处罚类别")
    path = tmp_path / "一.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header[:cut] + header[cut + 1 :], row[:cut] + row[cut + 1 :]])
    found = compare(check_file(path, BC, RECEIVED), checked(tmp_path / "二.csv", [penalty(1)]))
    assert [c.state for c in found.changes if c.violation.rule == "G01"] == ["mended"]


# ------------------------------------------------------------------------ the command


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return (
        write_csv(tmp_path / "一.csv", "admin_penalty", [penalty(1), penalty(2, uscc="9111")]),
        write_csv(tmp_path / "二.csv", "admin_penalty", [penalty(2), penalty(1)]),
    )


def run(*arguments: str | Path) -> int:
    return cli.run(["check", *map(str, arguments), "--plan", "BC", "--received", "2022-07-05"])


def test_the_command_tells_the_round(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = files
    assert run(new, "--against", old) == 0
    assert "与上一份（一.csv）相比：改好 1 行" in capsys.readouterr().out
    assert run(new, "--against", old, "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["round"]["mended_rows"], document["round"]["rows_gone"]) == (1, [])
    assert list(document)[-1] == "round"
    assert run(new, "--against", old.with_name("没有.csv"), "--format", "json") == 2
    assert json.loads(capsys.readouterr().out)["file"].endswith("没有.csv")


def test_the_command_writes_the_marked_copy_over_nobodys_work(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, _ = files
    target = tmp_path / "标记.xlsx"
    assert run(old, "--workbook", target) == 1
    assert target.read_bytes()[:2] == b"PK"
    assert run(old, "--workbook", target) == 1  # ours, and nobody has touched it
    others = tmp_path / "别人.xlsx"
    others.write_bytes(b"their work")
    assert run(old, "--workbook", others) == 64
    assert "已存在，没有覆盖" in capsys.readouterr().err
    assert others.read_bytes() == b"their work"
    assert run(target, "--workbook", target) == 64  # the file itself
    assert run(old, "--workbook", tmp_path / "标记.csv") == 64
    assert run(old, "--workbook", tmp_path / "没有" / "标记.xlsx") == 64


def test_a_text_that_is_not_folded_would_come_out_as_it_is() -> None:
    signs = [chr(k) for k in range(0x110000) if not 0xD800 <= k < 0xE000]
    steady = [s for s in signs if not re.search(FOLDABLE, s)]
    assert len(steady) > 20_000  # the characters of Chinese, digits, capitals
    assert all(unicodedata.normalize("NFKC", s).upper().strip() == s for s in steady)
