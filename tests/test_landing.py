"""Landing: the same bytes once, replaced batches checked, what is said about files heeded."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.landing import Incoming, Landed, Landing
from etl.received import Arrival, ReceivedError, gather, read_received
from tests.files import write_xlsx
from tests.homes import make_home, make_penalty_csv
from warehouse import files
from warehouse.contracts import load_contracts
from warehouse.files import sha256_of
from warehouse.home import Home
from warehouse.journal import Batch, Journal
from warehouse.plans import Plan, load_plans
from warehouse.store import Store

DAY = date(2022, 7, 5)
BC = load_plans()["BC"]
ELSEWHERE = replace(BC, id="XX", place_id="XX")
Land = Callable[..., Landed]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return make_home(tmp_path, monkeypatch)


@pytest.fixture
def land(home: Home) -> Land:
    """Lands files as one load and enters them in the journal."""

    def run(*paths: Path, plan: Plan = BC, received: date = DAY, **told: str) -> Landed:
        landed = Landed()
        with Store(home).writing(), Landing(home, load_contracts()) as landing:
            landing.land([Incoming(path, received, **told) for path in paths], plan, landed)
            landing.enter(landed)
        return landed

    return run


def only(landed: Landed) -> Batch:
    assert landed.problems == []
    (batch,) = landed.new
    return batch


def test_a_batch_keeps_its_file_and_where_it_came_from(
    home: Home, land: Land, tmp_path: Path
) -> None:
    path = make_penalty_csv(tmp_path / "六月处罚.csv", rows=4)
    batch = only(land(path, department="示例单位04"))
    assert (batch.batch_id, batch.sequence, batch.state) == ("B000001", 1, "landed")
    assert (batch.file_name, batch.ledger, batch.rows) == ("六月处罚.csv", "admin_penalty", 4)
    assert (batch.place_id, batch.plan_id, batch.department) == ("BC", "BC", "示例单位04")
    assert (batch.received_date, batch.header_row) == (DAY, 1)
    assert home.original(batch.sha256).read_bytes() == path.read_bytes()
    assert sha256_of(path) == batch.sha256
    rows = duckdb.read_parquet(str(home.landing / batch.landing)).pl()
    assert rows["row_number"].to_list() == [2, 3, 4, 5]
    assert rows["document_no"].to_list() == [f"示市监罚字〔2022〕{n}号" for n in (1, 2, 3, 4)]
    assert rows["decision_date__date"].to_list() == [date(2022, 6, 30)] * 4
    assert Journal(home).batches() == [batch]


def test_the_same_bytes_are_the_same_batch(land: Land, tmp_path: Path) -> None:
    path = make_penalty_csv(tmp_path / "a.csv")
    first = only(land(path))
    copy = tmp_path / "another name.csv"
    copy.write_bytes(path.read_bytes())
    again = land(copy, received=date(2022, 9, 9))
    assert again.new == []
    assert again.duplicates == [first]
    assert again.duplicates[0].received_date == DAY


def test_twice_in_one_load_is_once(land: Land, tmp_path: Path) -> None:
    path = make_penalty_csv(tmp_path / "a.csv")
    landed = land(path, path)
    assert len(landed.new) == 1
    assert landed.duplicates == landed.new


def test_the_same_bytes_in_another_place_are_another_batch(land: Land, tmp_path: Path) -> None:
    path = make_penalty_csv(tmp_path / "a.csv")
    here, there = only(land(path)), only(land(path, plan=ELSEWHERE))
    assert (here.place_id, there.place_id) == ("BC", "XX")
    assert here.sha256 == there.sha256


def test_after_withdrawal_the_same_bytes_land_anew(home: Home, land: Land, tmp_path: Path) -> None:
    path = make_penalty_csv(tmp_path / "a.csv")
    first = only(land(path))
    with home.writer():
        Journal(home).append("withdrawn", withdrawn=[first.batch_id], reason="错发")
    assert only(land(path)).batch_id == "B000002"


def test_each_recognised_sheet_is_a_batch_and_others_are_named(land: Land, tmp_path: Path) -> None:
    contracts = load_contracts()
    sheets = {
        name: [
            [c.title for c in contracts[ledger].columns if not c.is_extension],
            [c.example or "x" for c in contracts[ledger].columns if not c.is_extension],
        ]
        for name, ledger in (("处罚", "admin_penalty"), ("许可", "admin_permit"))
    }
    landed = land(write_xlsx(tmp_path / "双公示.xlsx", {**sheets, "说明": [["请认真填写"]]}))
    assert [(b.sheet_name, b.ledger) for b in landed.new] == [
        ("处罚", "admin_penalty"),
        ("许可", "admin_permit"),
    ]
    assert [s.sheet for s in landed.skipped] == ["说明"]


def test_of_an_unreadable_file_nothing_lands_and_the_others_go_on(
    home: Home, land: Land, tmp_path: Path
) -> None:
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    strange = tmp_path / "通讯录.csv"
    strange.write_text("姓名,电话\n甲,1\n", encoding="utf-8")
    good = make_penalty_csv(tmp_path / "好.csv")
    landed = land(broken, strange, good)
    assert [Path(p.file).name for p in landed.problems] == ["坏.xlsx", "通讯录.csv"]
    assert [b.file_name for b in landed.new] == ["好.csv"]
    assert len(list(home.originals.glob("*/*"))) == 1


def test_replacing_by_id_and_by_name(land: Land, tmp_path: Path) -> None:
    first = only(land(make_penalty_csv(tmp_path / "a.csv")))
    second = only(land(make_penalty_csv(tmp_path / "b.csv", first=50), replaces=first.batch_id))
    third = only(land(make_penalty_csv(tmp_path / "c.csv", first=90), replaces="b.csv"))
    assert second.replaces_batch_id == first.batch_id
    assert third.replaces_batch_id == second.batch_id


@pytest.mark.parametrize(
    ("told", "plan", "said"),
    [
        ("B000009", BC, "不存在"),
        ("别的.csv", BC, "不存在"),
        ("B000001", ELSEWHERE, "不属于"),
        ("B000002", BC, "台账 admin_permit"),
        ("B000003", BC, "已经撤回"),
    ],
)
def test_what_cannot_be_replaced(
    home: Home, land: Land, tmp_path: Path, told: str, plan: Plan, said: str
) -> None:
    land(make_penalty_csv(tmp_path / "a.csv"))
    contract = load_contracts()["admin_permit"]
    cells = [[c.title for c in contract.columns], [c.example or "x" for c in contract.columns]]
    land(write_xlsx(tmp_path / "许可.xlsx", {"Sheet1": cells}))
    withdrawn = only(land(make_penalty_csv(tmp_path / "w.csv", first=70)))
    with home.writer():
        Journal(home).append("withdrawn", withdrawn=[withdrawn.batch_id], reason="错发")
    landed = land(make_penalty_csv(tmp_path / "new.csv", first=30), plan=plan, replaces=told)
    assert landed.new == []
    assert said in landed.problems[0].message


def test_landing_holds_hashes_and_masks_beside_the_text(
    home: Home, land: Land, tmp_path: Path
) -> None:
    batch = only(land(make_penalty_csv(tmp_path / "a.csv", rows=1)))
    row = duckdb.read_parquet(str(home.landing / batch.landing)).pl().to_dicts()[0]
    assert row["legal_rep"] == "张三"
    assert row["legal_rep__masked"] == "张*"


def test_a_file_that_changes_meanwhile_is_not_landed(
    home: Home, land: Land, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_penalty_csv(tmp_path / "a.csv")
    copy = files.copy_atomically

    def changed_then_copied(source: Path, target: Path) -> None:
        make_penalty_csv(path, first=50)
        copy(source, target)

    monkeypatch.setattr(files, "copy_atomically", changed_then_copied)
    landed = land(path)
    assert landed.new == []
    assert "还在变动" in landed.problems[0].message
    assert [p for p in home.originals.rglob("*") if p.is_file()] == []


# What is told about files


def test_received_csv_is_read_and_orders_the_files(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "c.csv"):
        make_penalty_csv(tmp_path / name)
    (tmp_path / "~$b.xlsx").write_bytes(b"lock file of Excel")
    (tmp_path / "below").mkdir()
    (tmp_path / "received.csv").write_text(
        "file,received,department,replaces\n"
        "a.csv,2022-08-03,示例单位01,\nb.csv,2022-07-02,,a.csv\n",
        encoding="utf-8-sig",
    )
    incoming, problems = gather([tmp_path], Arrival(), today=date(2022, 12, 1))
    assert problems == []
    assert [(i.path.name, i.received, i.department, i.replaces) for i in incoming] == [
        ("b.csv", date(2022, 7, 2), None, "a.csv"),
        ("a.csv", date(2022, 8, 3), "示例单位01", None),
        ("c.csv", date(2022, 12, 1), None, None),  # not named: today
    ]


def test_what_the_command_says_goes_before_received_csv(tmp_path: Path) -> None:
    make_penalty_csv(tmp_path / "a.csv")
    (tmp_path / "received.csv").write_text("file,received\na.csv,2022-08-03\n", encoding="utf-8")
    incoming, _ = gather([tmp_path / "a.csv"], Arrival(received=DAY), today=date(2022, 12, 1))
    assert [i.received for i in incoming] == [DAY]


def test_paths_and_files_that_are_missing_are_named(tmp_path: Path) -> None:
    (tmp_path / "received.csv").write_text("file,received\nz.csv,2022-08-03\n", encoding="utf-8")
    incoming, problems = gather(
        [tmp_path, tmp_path / "nowhere.csv"], Arrival(), today=date(2022, 12, 1)
    )
    assert incoming == []
    assert [Path(p.file).name for p in problems] == ["z.csv", "nowhere.csv"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,received\na.csv,2022-08-03\n", "第 1 行缺少 file 列"),
        ("file,received\na.csv,2022-08-35\n", "第 2 行：收到日期 '2022-08-35' 不是日期"),
        ("file,received\na.csv,2022-12-02\n", "第 2 行：收到日期 2022-12-02 晚于今天"),
        ("file,received\na.csv,\na.csv,\n", "第 3 行：a.csv 重复出现"),
    ],
)
def test_a_wrong_received_csv_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "received.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ReceivedError, match=said):
        read_received(tmp_path, date(2022, 12, 1))


def test_received_csv_as_a_chinese_excel_writes_it(tmp_path: Path) -> None:
    text = "file,received,department\n处罚.csv,2022-12-01,示例单位04\n"
    (tmp_path / "received.csv").write_bytes(text.encode("gb18030"))
    # The day of the command itself is not yet to come.
    found = read_received(tmp_path, date(2022, 12, 1))
    assert found == {"处罚.csv": Arrival(date(2022, 12, 1), "示例单位04")}
    (tmp_path / "received.csv").write_bytes(b"file\n\xff\xff\n")
    with pytest.raises(ReceivedError, match="GB18030"):
        read_received(tmp_path, date(2022, 12, 1))


def test_a_received_csv_with_an_endless_cell_is_refused(tmp_path: Path) -> None:
    # A quote that is never closed takes all the rest for one cell.
    text = 'file,department\na.csv,"' + "x" * 2_000
    (tmp_path / "received.csv").write_text(text, encoding="utf-8")
    former = csv.field_size_limit(1_000)
    try:
        with pytest.raises(ReceivedError, match="不是完整的 CSV"):
            read_received(tmp_path, DAY)
    finally:
        csv.field_size_limit(former)
