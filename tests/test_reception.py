"""Files taken in as `load` takes them, or given back with a note; whose they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from etl import demo
from etl.check import check_file
from etl.check_trace import UNKNOWN_UNIT
from etl.pipeline import RequestError
from etl.reception import (
    Delivery,
    check_mixing,
    give_back,
    own_names,
    return_of,
    take_back,
)
from etl.return_note import return_note
from tests.homes import make_batch, make_home
from tests.semantics.rows import ENVIRONMENT, MARKET, Row, broken, permit, uscc
from warehouse.marks import SAMPLE_MARK
from warehouse.plans import load_plans
from warehouse.returns import replay_returns, returns_in_force
from warehouse.store import Store

pytestmark = pytest.mark.usefixtures("one_plan")

BC = load_plans()["BC"]
DAY = date(2022, 7, 8)


def csv_of(rows: list[Row], above: str = "") -> bytes:
    lines = [*([above] if above else []), ",".join(rows[0]), *(",".join(r.values()) for r in rows)]
    return ("﻿" + "\n".join(lines) + "\n").encode()


def checked(tmp_path: Path, content: bytes, day: date = DAY, **more: str):  # type: ignore[no-untyped-def]
    path = tmp_path / "6月.csv"
    path.write_bytes(content)
    return check_file(path, BC, day, is_traced=True, **more)  # type: ignore[arg-type]


WRONG = {"行政相对人代码_1(统一社会信用代码)": broken(uscc("91", 2))}
FAULTY = csv_of([permit(1, 上报时间="2022/06/20"), permit(2, 上报时间="2022/06/10", **WRONG)])


def test_whose_rows_and_what_they_answer(tmp_path: Path) -> None:
    rows = [permit(1), permit(2), permit(3, unit=ENVIRONMENT, 许可决定日期="2022/05/31")]
    found = checked(tmp_path, csv_of(rows)).trace
    assert found is not None
    [origin] = found.origins
    assert origin.unit_id is None  # of two units, so of none
    assert origin.units == (("BC-U04", MARKET[0], 2), ("BC-U06", ENVIRONMENT[0], 1))
    assert found.periods == ("2022-05", "2022-06")
    # Received on 8 July: May's ledger was due on 10 June, 28 days before; June's on 11 July.
    answers = [(a.unit_id, a.period_covered, a.due_date, a.is_late) for a in found.answers
               if a.duty_id == "BC-DU-PUB"]  # fmt: skip
    assert answers == [
        ("BC-U06", "2022-05", date(2022, 6, 10), True),
        ("BC-U04", "2022-06", date(2022, 7, 11), False),
    ]


@pytest.mark.parametrize(
    ("day", "is_late"),
    [(date(2022, 7, 10), False), (date(2022, 7, 11), False), (date(2022, 7, 12), True)],
)
def test_on_the_due_day_is_in_time(tmp_path: Path, day: date, is_late: bool) -> None:
    found = checked(tmp_path, csv_of([permit(1)]), day).trace
    assert found is not None
    assert [a.is_late for a in found.answers if a.duty_id == "BC-DU-PUB"] == [is_late]


def test_the_unit_above_the_header_and_the_clerk_go_before_the_rows(tmp_path: Path) -> None:
    content = csv_of([permit(1)], f"填报单位：{ENVIRONMENT[0]}")
    told = checked(tmp_path, content).trace
    clerk = checked(tmp_path, content, department=MARKET[0]).trace
    assert told is not None
    assert clerk is not None
    assert (told.unit_ids, clerk.unit_ids) == (("BC-U06",), ("BC-U04",))


def test_rows_of_nobody_on_the_roster(tmp_path: Path) -> None:
    stranger = ("某某局", uscc("11", 77))
    found = checked(tmp_path, csv_of([permit(1, unit=stranger)])).trace
    assert found is not None
    assert found.unit_ids == ()
    assert [unit for unit, _, _ in found.origins[0].units] == [UNKNOWN_UNIT]


def test_names_of_one_folder() -> None:
    told = ["a.csv", "A.csv", "received.csv", "~$a.csv", ".a", "a.csv"]
    # Names that differ by case only are one file on some disks.
    assert own_names(told) == [
        "a.csv", "A（2）.csv", "received（2）.csv", "a（3）.csv", "a", "a（4）.csv",
    ]  # fmt: skip


def test_a_return_and_its_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(make_home(tmp_path, monkeypatch))
    result = checked(tmp_path, FAULTY)
    told = Delivery("6月.csv", FAULTY, DAY)
    entered = give_back(store, return_of(told, result, BC, "BC-U04", "代码有错"))
    assert (entered.return_id, entered.ledger, entered.rules) == (
        "T000001", "admin_permit", {"G05": 1},
    )  # fmt: skip
    assert (entered.row_count, entered.wrong_row_count) == (2, 1)
    note = return_note(entered, BC, unit=MARKET[0], result=result, is_sample=True)
    assert note.startswith(f"【{SAMPLE_MARK}】\n退回函（T000001）")
    assert f"{MARKET[0]}：" in note
    assert "2022 年 7 月 8 日报送的“6月.csv”（行政许可信息，共 2 行，1 行有错）" in note
    assert "（G05）：1 行。改法：请对照营业执照改正。" in note
    # 8 to 11 July.
    assert "2022-06 期：2022 年 7 月 11 日到期，还有 3 天，请在此前报回。" in note
    # The first row was reported on the 20th, limit the 13th: told, and not to be mended.
    assert "1 行迟报已成事实，照实报送，不要改动日期" in note
    # No value of any row.
    for value in ("示例第1商贸有限公司", "张示一", uscc("91", 2), WRONG.popitem()[1]):
        assert value not in note


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2022, 7, 11), "今天到期，请今天报回"),
        (date(2022, 7, 13), "已过 2 天，请改好后立即报回"),
    ],
)
def test_the_note_on_and_after_the_due_day(tmp_path: Path, day: date, words: str) -> None:
    result = checked(tmp_path, FAULTY, day)
    told = return_of(Delivery("6月.csv", FAULTY, day), result, BC, None, "有错")
    note = return_note(told, BC, result=result)
    assert words in note
    assert "报送单位：" in note
    assert SAMPLE_MARK not in note
    # What the unit had handed in before is not pressed for.
    june = ("BC-DU-PUB", "BC-U04", "2022-06")
    note = return_note(told, BC, result=result, answered=[june])
    assert words not in note
    assert "这一期此前已经报过" in note


def test_a_file_that_cannot_be_read_goes_back_too() -> None:
    told = return_of(Delivery("照片.xlsx", b"png", DAY), None, BC, None, "不是表格")
    assert (told.ledger, told.row_count, told.rules) == (None, 0, {})
    note = return_note(told, BC, unreadable="是图片")
    assert "文件读不了：是图片" in note
    assert "随附的带标记工作簿" not in note


def test_what_is_given_back_once_a_day_and_never_when_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(make_home(tmp_path, monkeypatch))
    told = return_of(Delivery("a.csv", b"a", DAY), None, BC, None, "有错")
    give_back(store, told)
    with pytest.raises(RequestError, match="T000001"):
        give_back(store, told)
    # Sent again unmended on another day, it goes back again.
    again = give_back(store, replace(told, returned_date=date(2022, 7, 9)))
    assert again.return_id == "T000002"
    take_back(store, "T000001", "退错")
    assert [r.return_id for r in returns_in_force(store.journal.events())] == ["T000002"]
    with pytest.raises(RequestError, match="没有有效的退回记录"):
        take_back(store, "T000001", "再来")
    batch = make_batch(1, sha256=Delivery("b.csv", b"b", DAY).sha256)
    with store.writing():
        store.journal.append("landed", landed=[batch.to_json()])
    with pytest.raises(RequestError, match="B000001"):
        give_back(store, return_of(Delivery("b.csv", b"b", DAY), None, BC, None, "有错"))
    assert len(replay_returns(store.journal.events())) == 2


def test_invented_and_real_never_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    sample, other = make_batch(1), make_batch(2)
    monkeypatch.setattr(demo, "_shipped_hashes", lambda: frozenset({sample.sha256}))
    real = replace(BC, settings={**BC.settings, "is_sample": False})
    check_mixing([], real, is_practice=False)
    check_mixing([other], BC, is_practice=False)
    check_mixing([sample], BC, is_practice=True)
    check_mixing([replace(sample, state="withdrawn")], real, is_practice=False)
    with pytest.raises(RequestError, match="练习用"):
        check_mixing([sample, other], BC, is_practice=False)
    with pytest.raises(RequestError, match="真实台账不能混入"):
        check_mixing([sample], real, is_practice=True)


def test_the_shipped_samples_are_known() -> None:
    [(_, folder), *_] = demo.sample_folders()
    file = next(p for p in sorted(folder.iterdir()) if p.name != "received.csv")
    known = Delivery(file.name, file.read_bytes(), DAY).sha256
    assert demo.holds_samples([make_batch(1, sha256=known)])
    assert not demo.holds_samples([make_batch(1)])
