"""The exported calendar, parsed back: what a mail program reads is what is owed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from icalendar import Calendar as File
from icalendar import Event

from etl.cli import run
from etl.duty_calendar import plan_owed, read_owed, render_calendar
from tests.duty_world import World, make_duty, make_plan
from warehouse.calendar import load_calendar
from warehouse.marks import SAMPLE_MARK
from warehouse.plans import Plan


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Two units, due on Friday 10 June (for May) and Monday 11 July 2022 (for June)."""
    duty = make_duty(
        title="双公示台账；每月10日前，长到一行放不下的报送事项名称也要能读回来",
        cadence="monthly", due_day="10", due_month_offset="1", basis="三（二）3④",
        first_due="2022-06-10", last_due="2022-07-10",
    )  # fmt: skip
    return make_plan(tmp_path, duty, year=2022)


def render(owed: pl.DataFrame, unit: str | None = None) -> bytes:
    return render_calendar(
        owed, plan_id="ZZ", title="示例 2022", known_on=date(2022, 6, 30), unit=unit, is_sample=True
    )


def events(content: bytes) -> list[Event]:
    return list(File.from_ical(content).events)


def test_the_file_is_an_icalendar(plan: Plan) -> None:
    content = render(plan_owed(plan, load_calendar(), "U1"), "示例单位一")
    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(len(line) for line in lines) <= 75  # folded, in octets
    assert all(line.decode("utf-8") is not None for line in lines)  # no letter is cut in two
    file = File.from_ical(content)
    assert (file["version"], file["calscale"]) == ("2.0", "GREGORIAN")
    assert file["x-wr-timezone"] == "Asia/Shanghai"
    assert file["x-wr-calname"] == "演示数据 · 示例 2022 报送日历 · 示例单位一"


def test_a_unit_gets_an_all_day_event_per_hand_in(plan: Plan) -> None:
    found = events(render(plan_owed(plan, load_calendar(), "U1"), "示例单位一"))
    assert [event["dtstart"].dt for event in found] == [date(2022, 6, 10), date(2022, 7, 11)]
    assert [event["dtend"].dt for event in found] == [date(2022, 6, 11), date(2022, 7, 12)]
    assert [str(event["uid"]) for event in found] == [
        "ZZ.D.2022-05.U1@citycredit",
        "ZZ.D.2022-06.U1@citycredit",
    ]
    assert found[0]["dtstamp"].dt == datetime(2022, 6, 30, tzinfo=UTC)
    assert str(found[0]["summary"]) == (
        "报送：双公示台账；每月10日前，长到一行放不下的报送事项名称也要能读回来（所属期 2022-05）"
    )
    told = str(found[0]["description"]).split("\n")
    assert told == ["依据：三（二）3④", "单位：示例单位一", SAMPLE_MARK]


def test_the_alarm_rings_the_day_before_at_nine(plan: Plan) -> None:
    [first, _] = events(render(plan_owed(plan, load_calendar(), "U1"), "示例单位一"))
    [alarm] = first.walk("VALARM")
    midnight = datetime.combine(first["dtstart"].dt, datetime.min.time())
    assert midnight + alarm["trigger"].dt == datetime(2022, 6, 9, 9, 0)
    assert alarm["trigger"].dt < timedelta(0)
    assert str(alarm["action"]) == "DISPLAY"


def test_the_whole_plan_gets_one_event_per_duty_and_period(plan: Plan) -> None:
    found = events(render(plan_owed(plan, load_calendar())))
    assert [str(event["uid"]) for event in found] == [
        "ZZ.D.2022-05.all@citycredit",
        "ZZ.D.2022-06.all@citycredit",
    ]
    assert "应报 2 家：示例单位一、示例单位二" in str(found[0]["description"])


def test_what_has_come_in_is_not_asked_for_again(plan: Plan) -> None:
    world = World(plan, "2022-06-30")
    world.submit("2022-06-09", "U1", "2022-05")
    world.submit("2022-06-09", "U2", "2022-05", "零报送")
    world.submit("2022-06-29", "U1", "2022-06")  # ahead of its time
    world.build()
    may, june = events(render(read_owed(world.con, "ZZ")))
    assert "按时 1 家：示例单位一" in str(may["description"])
    assert "零报送 1 家：示例单位二" in str(may["description"])
    assert may.walk("VALARM") == []
    assert "未到期 1 家：示例单位二" in str(june["description"])
    assert len(june.walk("VALARM")) == 1
    own = events(render(read_owed(world.con, "ZZ", "U1"), "示例单位一"))
    assert [event.walk("VALARM") for event in own] == [[], []]


def test_the_same_content_twice_is_the_same_file(plan: Plan) -> None:
    owed = plan_owed(plan, load_calendar())
    assert render(owed) == render(owed)


def test_a_plan_without_duties_is_an_empty_calendar(tmp_path: Path) -> None:
    bare = make_plan(tmp_path)
    assert events(render(plan_owed(bare, load_calendar()))) == []


# The command


def test_the_command_works_without_a_home(tmp_path: Path) -> None:
    target = tmp_path / "日历.ics"
    home = str(tmp_path / "none")
    code = run(["calendar", "export", "--plan", "BC", "--unit", "BC-U04", "--out", str(target),
                "--home", home])  # fmt: skip
    assert code == 0
    found = events(target.read_bytes())
    # the double-publicity ledger and the regulation material, each from February to December
    assert len(found) == 22
    assert all(SAMPLE_MARK in str(event["description"]) for event in found)


def test_the_command_writes_the_file_to_stdout(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["calendar", "export", "--plan", "BC", "--home", str(tmp_path / "none")]) == 0
    found = events(capfdbinary.readouterr().out)
    assert len(found) == 33  # three duties, eleven months


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [(["--plan", "QQ"], "没有方案“QQ”"), (["--plan", "BC", "--unit", "U99"], "没有单位“U99”")],
)
def test_an_unknown_plan_or_unit_is_a_usage_error(
    arguments: list[str], reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["calendar", "export", *arguments, "--home", str(tmp_path / "none")]) == 64
    assert reason in capsys.readouterr().err
