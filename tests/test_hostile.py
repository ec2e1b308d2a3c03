"""Hostile input: refused or limited with a clear message, memory bounded, and work goes on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.uploads import plain_name
from etl.readers import Limits, UnreadableFile, check_workbook, read_file, shown_name, steady
from etl.readers.apart import read_apart
from etl.readers.model import RawSheet
from tests.conftest import run_citycredit
from tests.files import write_bytes, write_xls
from tests.homes import make_penalty_csv
from tests.hostile_cases import CASES, ROW, TITLES, Case
from tests.hostile_files import far, workbook, worksheet
from warehouse.home import KEY_VARIABLE

ROOT = Path(__file__).resolve().parent.parent
# Of the process that reads all cases one after another, the rectangle of ten million cells among
# them; of one that reads apart.
MOST_MIB, MOST_APART_MIB = 900, 4096


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """What came of every case, and once more of the first, in one process with bounded memory."""
    folder = tmp_path_factory.mktemp("hostile")
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile_cases", str(folder)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[shown_name(c.name) for c in CASES])
def test_each_is_refused_with_a_reason_or_read_as_it_is(outcomes: list[dict], number: int) -> None:
    case, told = CASES[number], outcomes[number]
    if case.reason is None:
        assert told["reason"] is None
        assert (told["rows"], tuple(told["remarks"])) == (case.rows, case.remarks)
    else:
        assert told["reason"], f"was read: {told['rows']} rows"
        assert told["reason"].startswith(f"{shown_name(case.name)}：")
        assert re.search(case.reason, told["reason"])
        assert "请" in told["reason"]  # how to mend it


def test_the_process_lives_on_within_its_memory(outcomes: list[dict]) -> None:
    last = outcomes[-1]
    assert (len(outcomes), last["reason"], last["rows"]) == (len(CASES) + 1, None, 1)
    assert last["peak"] < MOST_MIB
    assert last["peak_of_children"] < MOST_APART_MIB


# Commands


@pytest.fixture
def handed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of every case (of one without end only a link to it), and one good file."""
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "identity.key"))
    folder = tmp_path / "in"
    folder.mkdir()
    wanted = {
        "远处一格.xlsx", "少报大小.xlsx", "实体sst.xlsx", "没有地址.xlsx", "旧表远处.xls",
        "加密.xlsx", "程序.xlsx", "第一百行十万列.csv", "空字符.csv", "夹着国标.csv", "设备.csv",
        "管道.csv",
        "文件夹.xlsx", "换\n行.csv", "不是文字\udcff.csv",
    }  # fmt: skip
    chosen = [case for case in CASES if case.name in wanted]
    assert len(chosen) == len(wanted)
    for case in chosen:
        case.make(folder / case.name)
    make_penalty_csv(folder / "好.csv")
    return folder


def test_a_load_goes_on_with_the_others_and_leaves_nothing_of_the_hostile(handed_in: Path) -> None:
    home = handed_in.parent / "home"
    done = run_citycredit(
        "load", handed_in, "--plan", "BC", "--received", "2022-07-05", "--format", "json", home=home
    )
    assert done.returncode == 2, done.stderr
    [batch] = json.loads(done.stdout)["batches"]
    assert (batch["file"], batch["rows"], batch["state"]) == ("好.csv", 3, "accepted")
    for name in os.listdir(handed_in):  # noqa: PTH208 - names that are no text
        # A folder within a folder is none of the files handed in.
        if name not in ("好.csv", "文件夹.xlsx"):
            assert shown_name(name) in done.stderr, name
    assert "快捷方式" in done.stderr
    assert "不是普通文件" in done.stderr
    assert len([p for p in (home / "originals").rglob("*") if p.is_file()]) == 1
    assert len(list((home / "landing").iterdir())) == 1
    assert not list(home.rglob(".tmp-*"))
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["远处一格.xlsx", "不是文字\udcff.csv", "管道.csv", "设备.csv"])
def test_a_check_refuses_with_one_document(handed_in: Path, name: str) -> None:
    home = handed_in.parent / "none"
    done = run_citycredit("check", handed_in / name, "--plan", "BC", "--format", "json", home=home)
    assert done.returncode == 2, done.stderr
    document = json.loads(done.stdout)
    assert document["file"].endswith(shown_name(name))
    assert [problem["code"] for problem in document["problems"]] == ["unreadable"]
    assert (document["sheets"], document["violations"]) == ([], [])


@pytest.mark.parametrize("path", ["长" * 100 + ".csv", "没有/这里.csv", "好.csv/里面.csv"])
def test_paths_that_lead_nowhere_are_problems(handed_in: Path, path: str) -> None:
    home = handed_in.parent / "none"
    done = run_citycredit("load", handed_in / path, "--plan", "BC", home=home)
    assert done.returncode == 2
    assert "未收" in done.stderr
    assert "Traceback" not in done.stderr


def test_remarks_of_the_reader_are_problems_of_the_check(tmp_path: Path) -> None:
    titles = [t.strip() for t in TITLES.split(",")]
    cells = "".join(
        f'<c r="{"ABC"[k]}1" t="inlineStr"><is><t>{title}</t></is></c>'
        for k, title in enumerate(titles)
    )
    rows = f'<row r="1">{cells}</row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>A1</f></c></row>'
    sheet = worksheet("", rows)
    path = tmp_path / "a.xlsx"
    workbook(sheet1=sheet, **{"xl__vbaProject.bin": b"x"})(path)
    [raw] = read_file(path)
    assert [(r.code, r.cell) for r in raw.remarks] == [
        ("macros", None),
        ("formula_without_value", "B2"),
    ]


# Names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("许可.xlsx", "许可.xlsx"),
        ("a\u202eb", "a<U+202E>b"),
        ("a\nb\x1b[31m", "a<0A>b<1B>[31m"),
        ("\udcd0\udcc5.csv", "<U+DCD0><U+DCC5>.csv"),
        ("CON.xlsx", "CON.xlsx"),
    ],
)
def test_what_nobody_sees_in_a_name_is_written_out(name: str, shown: str) -> None:
    assert shown_name(name) == shown
    assert UnreadableFile(name, "理由").file_name == shown


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/许可.csv", "许可.csv"),
        ("C:\\报送\\许可.xlsx", "许可.xlsx"),
        ("a\0b\n.csv", "ab.csv"),
        ("示例\u202excl.exe", "示例xcl.exe"),
        ("..", "文件"),
    ],
)
def test_an_upload_stays_in_its_folder_whatever_its_name(name: str, kept: str) -> None:
    assert plain_name(name) == kept
    assert len(plain_name("长" * 300 + ".xlsx").encode()) < 255


def test_the_longest_name_and_names_like_paths_land_and_land_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "identity.key"))
    folder, home = tmp_path / "in", tmp_path / "home"
    folder.mkdir()
    # 83 signs of three bytes and ".csv": 253 bytes of 255 that a name may have.
    names = ["长" * 83 + ".csv", "a\\..\\..\\x.csv", "CON.csv"]
    for number, name in enumerate(names):
        make_penalty_csv(folder / name, first=10 * number)
    before = sorted(tmp_path.iterdir())
    loaded = run_citycredit(
        "load", folder, "--plan", "BC", "--received", "2022-07-05", "--format", "json", home=home
    )
    assert loaded.returncode == 0, loaded.stderr
    assert sorted(b["file"] for b in json.loads(loaded.stdout)["batches"]) == sorted(names)
    again = run_citycredit("reland", "--format", "json", home=home)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["problems"] == []
    assert set(tmp_path.iterdir()) == {*before, home, tmp_path / "identity.key"}


# Files that change


def test_a_file_that_changes_while_it_is_read_is_not_taken(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", (TITLES + ROW).encode())
    with pytest.raises(UnreadableFile, match="还在变动"), steady(path):
        path.write_bytes((TITLES + ROW * 2).encode())


def test_a_file_replaced_while_it_is_read_is_not_taken(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", (TITLES + ROW).encode())
    other = write_bytes(tmp_path / "b.csv", (TITLES + ROW).encode())
    with pytest.raises(UnreadableFile, match="还在变动"), steady(path):
        other.replace(path)


def test_a_file_that_goes_while_it_is_read_is_named(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "a.csv", (TITLES + ROW).encode())
    with pytest.raises(UnreadableFile, match="不存在"), steady(path):
        path.unlink()


# Reading apart


def test_what_is_read_apart_is_read_alike(tmp_path: Path) -> None:
    rows = [["甲", 12, None], [None, 220101199001011234, "丙"]]
    path = write_xls(tmp_path / "a.xls", {"表": rows, "二": [["丁"]]})
    first, second = read_file(path)
    assert first.rows.rows() == [(1, "甲", "12", None), (2, None, "220101199001011000", "丙")]
    assert [(c.row, c.column) for c in first.lost_ids] == [(2, 1)]
    assert (second.name, second.rows.rows()) == ("二", [(1, "丁")])


def test_a_workbook_written_in_another_way_is_read_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    far("<row><c t='n'><v>2</v></c><c><v>3</v></c></row>")(path)
    [sheet] = read_file(path)
    assert isinstance(sheet, RawSheet)
    assert sheet.rows.rows() == [(1, "1", None), (2, "2", "3")]


def test_reading_apart_ends_in_time(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", {"表": [["甲"]]})
    with pytest.raises(UnreadableFile, match="超过 0 秒"):
        read_apart(path, "xls", Limits(seconds=0))


# The check that others ask before they open a workbook


def case_named(name: str) -> Case:
    return next(case for case in CASES if case.name == name)


@pytest.mark.parametrize(
    "name", ["实体styles.xlsx", "少报大小.xlsx", "合并整张表.xlsx", "大部件.xlsx", "加密.xlsx"]
)
def test_whoever_opens_a_workbook_asks_first(tmp_path: Path, name: str) -> None:
    case = case_named(name)
    path = tmp_path / "a.xlsx"
    case.make(path)
    with pytest.raises(UnreadableFile, match=case.reason):
        check_workbook(path)


def test_a_look_counts_empty_cells_too(tmp_path: Path) -> None:
    make: Callable[[Path], None] = far('<row r="3"><c r="A3"/><c r="C3" s="1"/></row>')
    make(tmp_path / "a.xlsx")
    look = check_workbook(tmp_path / "a.xlsx")
    assert (look.cells, look.is_plain) == (3, True)
    assert (look.sheets["表1"].rows, look.sheets["表1"].columns) == (1, 1)
