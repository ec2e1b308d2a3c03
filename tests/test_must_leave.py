"""应下未下: what must leave publication, why and since when. All days are worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from dashboard.queries.must_leave import read_must_leave_counts
from etl.pipeline import Pipeline
from etl.takedown import KEYS, read_takedowns
from tests.conftest import run_citycredit
from tests.penalty_rows import penalty, person
from tests.quality_support import PERSON, UNIT_CODE, Handed, stage
from tests.semantics.town import Town
from warehouse.home import KEY_VARIABLE, Home
from warehouse.models import run_models
from warehouse.store import Store

pytestmark = pytest.mark.usefixtures("one_plan")

Cells = dict[str, str]


def permit(number: int, **cells: str) -> Cells:
    """A permit decided on 30 June 2022, valid until 29 June 2027, published on 3 July."""
    return {"document_no": f"许{number}", "published_at": "2022/07/03", **cells}


def punished(number: int, **cells: str) -> Cells:
    """A penalty decided on 30 June 2022, published on 3 July, without a 公示截止期."""
    own = {"document_no": f"罚{number}", "published_at": "2022/07/03", "publicity_until": ""}
    return {**own, **cells}


def handed() -> list[Handed]:
    """What came in from 5 July to 25 July 2022."""
    ended = {"status": "2", "remark": "已注销"}
    return [
        Handed(
            "admin_permit",
            [
                permit(1),
                permit(2, valid_to="2022/07/31"),
                permit(3),  # invalid by the next file
                permit(4),  # revoked by the register
                permit(5, published_at="", valid_to="2022/07/10"),
                permit(6, status="2", remark="已撤销", valid_to="2022/07/05"),
            ],
        ),
        Handed(
            "admin_penalty",
            [
                punished(1),  # three years: until 30 June 2025
                punished(2, publicity_until="2022/08/01"),
                punished(3, publicity_until="2026/06/30"),  # longer than the law allows
                punished(4, remark="准予修复"),
                punished(5, **PERSON, publicity_until="2022/07/20"),
                punished(6, publicity_until="2022/06/01"),  # before the decision: not believed
            ],
        ),
        Handed("admin_permit", [permit(3, **ended)], received=date(2022, 7, 20)),
        Handed(
            "decision_register",
            [
                {
                    "decision_type": "行政许可",
                    "document_no": "许4",
                    "authority_uscc": UNIT_CODE,
                    "register_source": "部门自报",
                    "status": "撤销",
                    "status_date": "2022/07/28",
                }
            ],
            received=date(2022, 7, 21),
        ),
        Handed("admin_penalty", [punished(8), punished(9)], received=date(2022, 7, 22)),
        # 8 is mended in place (another name); 9 is left out of the file that replaced its own
        Handed(
            "admin_penalty",
            [punished(8, counterparty_name="示例贸易有限公司", uscc="91330106673959654P")],
            received=date(2022, 7, 25),
            replaces="B000005",
        ),
    ]


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with stage(*handed()) as con:
        con.execute("create schema quality")
        con.execute(
            "create table quality.violations (rule_id varchar, ledger varchar, batch_id varchar, "
            "severity varchar, row_id bigint, row_number bigint, field varchar, value varchar, "
            "message varchar)"
        )
        yield con


def rows_on(con: duckdb.DuckDBPyConnection, day: str) -> dict[str, dict[str, object]]:
    """document number -> row of the list, judged on a day; everything handed in is known."""
    con.execute("update ref.run set as_of = ?", [date.fromisoformat(day)])
    run_models(con, "marts", {"must_leave"})
    return {str(row["document_no"]): row for row in read_takedowns(con, "BC")}


def leaving(con: duckdb.DuckDBPyConnection, day: str) -> dict[str, tuple[str, str]]:
    """document number -> (reasons, since)."""
    return {
        number: ("+".join(row["reasons"]), str(row["since_date"]))  # type: ignore[arg-type]
        for number, row in rows_on(con, day).items()
    }


def test_what_must_leave_in_the_end(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert leaving(warehouse, "2022-08-02") == {
        "许2": ("expired", "2022-08-01"),
        "许3": ("ended", "2022-07-20"),
        "许4": ("revoked", "2022-07-28"),
        "许5": ("expired", "2022-07-11"),
        # its file came on 5 July; the validity was over a day later
        "许6": ("revoked+expired", "2022-07-05"),
        "罚2": ("expired", "2022-08-02"),
        "罚4": ("repaired", "2022-07-05"),
        "罚5": ("expired", "2022-07-21"),
        "罚9": ("replaced", "2022-07-25"),
    }


@pytest.mark.parametrize(
    ("last_day", "next_day", "document"),
    [
        # the last day of a term is a day of publication, the next one is not
        ("2022-07-31", "2022-08-01", "许2"),
        ("2022-08-01", "2022-08-02", "罚2"),
        # the register knew in advance of a revocation from the 28th on
        ("2022-07-27", "2022-07-28", "许4"),
        # three years after the decision, whatever later, earlier or no day was told
        ("2025-06-30", "2025-07-01", "罚1"),
        ("2025-06-30", "2025-07-01", "罚3"),
        ("2025-06-30", "2025-07-01", "罚6"),
        ("2027-06-29", "2027-06-30", "许1"),
    ],
)
def test_the_last_day_and_the_next(
    warehouse: duckdb.DuckDBPyConnection, last_day: str, next_day: str, document: str
) -> None:
    assert document not in leaving(warehouse, last_day)
    assert leaving(warehouse, next_day)[document][1] == next_day


def test_three_years_end_in_february_too() -> None:
    """Of 29 February the last day is 28 February of the third year: it has no 29th."""
    rows = [punished(1, decision_date="2020/02/29")]
    with stage(Handed("admin_penalty", rows)) as con:
        con.execute("create schema quality")
        con.execute(
            "create table quality.violations (rule_id varchar, severity varchar, row_id bigint)"
        )
        assert leaving(con, "2023-02-28") == {}
        assert leaving(con, "2023-03-01") == {"罚1": ("expired", "2023-03-01")}


@pytest.mark.parametrize(
    ("decided", "level", "last_day"),
    [
        ("2026/03/31", "一般", "2029-03-31"),  # a day before the new order: three years
        ("2026/04/01", "轻微", "2026-07-01"),
        ("2026/04/01", "一般", "2027-04-01"),
        ("2026/04/01", "严重", "2029-04-01"),
        ("2026/04/01", "", "2029-04-01"),  # nobody has said how grave it is
    ],
)
def test_the_longest_term_goes_by_the_order_in_force(
    decided: str, level: str, last_day: str
) -> None:
    rows = [punished(1, decision_date=decided, dishonesty_level=level)]
    with stage(Handed("admin_penalty", rows, received=date(2026, 4, 2))) as con:
        con.execute("create schema quality")
        con.execute(
            "create table quality.violations (rule_id varchar, severity varchar, row_id bigint)"
        )
        assert leaving(con, last_day) == {}
        after = date.fromisoformat(last_day) + timedelta(days=1)
        assert leaving(con, after.isoformat()) == {"罚1": ("expired", after.isoformat())}


def test_what_nobody_says_was_published_comes_last(warehouse: duckdb.DuckDBPyConnection) -> None:
    everything = rows_on(warehouse, "2022-08-02")
    assert [number for number, row in everything.items() if not row["is_shown"]] == ["许5"]
    assert list(everything)[-1] == "许5"
    shown = read_takedowns(warehouse, "BC", only_shown=True)
    days = [row["since_date"] for row in shown]
    assert days == sorted(days)  # the oldest first
    assert [row["document_no"] for row in shown] == list(everything)[:-1]
    # 25 July to 2 August
    assert everything["罚9"]["days"] == 8


def test_published_tomorrow_is_not_shown_today() -> None:
    rows = [permit(1, valid_to="2022/07/01", published_at="2022/07/06")]
    with stage(Handed("admin_permit", rows)) as con:
        con.execute("create schema quality")
        con.execute(
            "create table quality.violations (rule_id varchar, severity varchar, row_id bigint)"
        )
        assert rows_on(con, "2022-07-05")["许1"]["is_shown"] is False
        assert rows_on(con, "2022-07-06")["许1"]["is_shown"] is True


def test_persons_are_masked(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert rows_on(warehouse, "2022-08-02")["罚5"]["counterparty_name"] == "李*"


def test_a_record_counts_once_and_in_its_place_only(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows_on(warehouse, "2022-08-02")
    count = "select count(*), count(distinct record_key) from marts.must_leave"
    assert warehouse.sql(count).fetchall() == [(9, 9)]
    assert read_takedowns(warehouse, "YC") == []
    assert {row["plan"] for row in read_takedowns(warehouse)} == {"BC"}


def test_what_a_withdrawn_batch_had_published_must_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "identity.key"))
    town = Town(tmp_path)
    people = person("李示三", "19800101")
    town.receive("2022-06-06", [penalty(1), penalty(2), penalty(3, **people)])
    # 2 is in another file too: its decision lives on. 5 is over, though it was never published.
    over = {"公示截止期": "2022/06/02", "公示时间": ""}
    town.receive("2022-06-07", [penalty(2, 备注="更正"), penalty(5, **over)])
    town.load()
    Pipeline(town.home, date(2026, 1, 1)).withdraw("B000001", "示例：整份报错")
    done = run_citycredit("takedown", "--plan", "BC", "--format", "json", home=town.home.root)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert [tuple(row) for row in rows] == [KEYS] * 3
    found = {str(row["document_no"]).partition("〕")[2]: row for row in rows}
    assert {n: row["reasons"] for n, row in found.items()} == {
        "1号": ["withdrawn"], "3号": ["withdrawn"], "5号": ["expired"],
    }  # fmt: skip
    first = found["1号"]
    assert (first["is_shown"], first["unit_id"], first["row"]) == (True, "BC-U04", 2)
    assert (first["batch"], first["published_date"]) == ("B000001", "2022-06-03")
    assert found["3号"]["counterparty_name"] == "李*"
    assert "李示三" not in done.stdout
    words = run_citycredit("takedown", "--plan", "BC", "--shown", home=town.home.root)
    assert "批次已撤回" in words.stdout
    assert "期限已过" not in words.stdout
    # The card of the first page: the withdrawn ones from the day of the withdrawing on, a real one.
    with Store(town.home).reader() as con:
        june, later = (
            read_must_leave_counts(con, "BC", str(town.home.root), day).row(0)
            for day in (date(2022, 6, 14), date.max)
        )
    assert june == (1, 0, date(2022, 6, 3), 2, True)
    assert later == (3, 2, date(2022, 6, 3), 0, True)
    # handed in again, they are in a record once more
    again = [town.folder / "00.csv"]
    Pipeline(town.home, date(2026, 1, 1)).load(again, "BC", date(2022, 6, 8))
    with Store(town.home).reader() as con:
        left = read_takedowns(con, "BC", root=str(town.home.root))
    assert [row["reason"] for row in left] == ["expired"]


def test_a_place_without_permits_or_penalties_says_so(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    root = str(Home.open(tmp_path / "home", create=True).root)
    warehouse.begin()
    warehouse.execute(
        "insert into ref.plans select * replace ('ZZ' as plan_id, 'ZZ' as place_id) from ref.plans"
    )
    found = read_must_leave_counts(warehouse, "ZZ", root, date(2022, 8, 1)).row(0)
    warehouse.rollback()
    assert found == (0, 0, None, 0, False)


def test_the_command_on_nothing(tmp_path: Path) -> None:
    empty = run_citycredit("takedown", "--format", "json", home=tmp_path / "none")
    assert (empty.returncode, empty.stdout.strip()) == (0, "[]")
    wrong = run_citycredit("takedown", "--plan", "XX", home=tmp_path / "none")
    assert wrong.returncode == 64
