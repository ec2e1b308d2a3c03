"""Duties: due days by cadence over real calendars, who owes them, and how hand-ins are judged.

Weekdays and holidays in the comments are those of the published notices for 2018, 2021 and 2022.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.duty_world import World, make_duty, make_plan
from warehouse.calendar import load_calendar
from warehouse.duties import Due, dues_of, obligations_of
from warehouse.models import MODELS_DIR, load_models
from warehouse.plans import PlanError


def dues(folder: Path, year: int = 2018, policy: str = "extend", **cells: str) -> list[Due]:
    plan = make_plan(folder, make_duty(**cells), year=year, policy=policy)
    return dues_of(plan, plan.duties[0], load_calendar())


def days(found: list[Due]) -> dict[str, str]:
    """period covered -> `MM-DD` of the due day."""
    return {due.label: f"{due.day:%m-%d}" for due in found}


# Due days


def test_the_tenth_of_each_month(tmp_path: Path) -> None:
    found = dues(tmp_path, 2022, cadence="monthly", due_day="10", due_month_offset="1")
    # 10 April and 10 July are Sundays; 10 September a Saturday in the Mid-Autumn days, which end
    # on Monday the 12th; 10 December is a Saturday. The others are working days.
    assert days(found) == {
        "2021-12": "01-10", "2022-01": "02-10", "2022-02": "03-10", "2022-03": "04-11",
        "2022-04": "05-10", "2022-05": "06-10", "2022-06": "07-11", "2022-07": "08-10",
        "2022-08": "09-13", "2022-09": "10-10", "2022-10": "11-10", "2022-11": "12-12",
    }  # fmt: skip
    assert found[4].nominal == date(2022, 5, 10)
    assert (found[4].covered.first, found[4].covered.last) == (date(2022, 4, 1), date(2022, 4, 30))


def test_the_twentieth_of_each_month(tmp_path: Path) -> None:
    found = dues(tmp_path, 2022, cadence="monthly", due_day="20", due_month_offset="1")
    # Sundays: 20 February, 20 March, 20 November; Saturday: 20 August
    moved = {"2022-01": "02-21", "2022-02": "03-21", "2022-07": "08-22", "2022-10": "11-21"}
    assert {label: day for label, day in days(found).items() if day[3:] != "20"} == moved
    assert len(found) == 12


@pytest.mark.parametrize(
    ("policy", "third_of_october"),
    # The National Day is from Monday 1 to Sunday 7 October 2018; Saturday 29 and Sunday 30
    # September are worked for it.
    [("extend", "10-08"), ("advance", "09-30"), ("keep", "10-03")],
)
def test_a_holiday_moves_the_day_by_the_plans_policy(
    policy: str, third_of_october: str, tmp_path: Path
) -> None:
    found = dues(tmp_path, 2018, policy, cadence="monthly", due_day="3", due_month_offset="1")
    assert days(found)["2018-09"] == third_of_october


def test_a_make_up_saturday_is_a_working_day(tmp_path: Path) -> None:
    found = dues(tmp_path, 2018, cadence="monthly", due_day="29", due_month_offset="1")
    # Saturday 29 September 2018 is worked for the National Day: nothing moves
    assert days(found)["2018-08"] == "09-29"
    # Thursday 29 March is an ordinary day; February has 28 days, a Wednesday
    assert (days(found)["2018-02"], days(found)["2018-01"]) == ("03-29", "02-28")
    # Sunday 29 April begins the Labour days, which end on Tuesday 1 May
    assert days(found)["2018-03"] == "05-02"


def test_the_spring_festival_is_jumped_over(tmp_path: Path) -> None:
    found = dues(tmp_path, 2018, cadence="monthly", due_day="15", due_month_offset="0")
    # Thursday 15 February is New Year's Eve; free until Wednesday the 21st
    assert days(found)["2018-02"] == "02-22"
    assert days(found)["2018-04"] == "04-16"  # a Sunday


def test_each_friday(tmp_path: Path) -> None:
    found = dues(tmp_path, 2018, cadence="weekly", due_day="5")
    fridays = days(found)
    assert len(found) == 52  # 5 January to 28 December
    assert (found[0].label, fridays["2018-W01"]) == ("2018-W01", "01-05")
    assert (found[-1].label, fridays["2018-W52"]) == ("2018-W52", "12-28")
    moved = {due.label: f"{due.day:%m-%d}" for due in found if due.day != due.nominal}
    # 16 February (Spring Festival, free until the 21st), 6 April (Qingming; Sunday the 8th is
    # worked for it), 5 October (National Day, free until Sunday the 7th)
    assert moved == {"2018-W07": "02-22", "2018-W14": "04-08", "2018-W40": "10-08"}
    # the week before a Friday, Saturday to Friday, is covered: no day between two hand-ins is lost
    assert (found[1].covered.first, found[1].covered.last) == (date(2018, 1, 6), date(2018, 1, 12))


def test_weeks_over_a_years_end_have_their_iso_year(tmp_path: Path) -> None:
    found = dues(tmp_path, 2021, cadence="weekly", due_day="5")
    # Friday 1 January 2021 is in the 53rd week of 2020 and a holiday: Monday 4 January
    assert (found[0].label, found[0].nominal, found[0].day) == (
        "2020-W53",
        date(2021, 1, 1),
        date(2021, 1, 4),
    )
    assert found[0].covered.first == date(2020, 12, 26)
    assert (found[-1].label, found[-1].nominal) == ("2021-W52", date(2021, 12, 31))
    assert len(found) == 53


def test_the_fifteenth_of_even_months(tmp_path: Path) -> None:
    found = dues(tmp_path, 2018, cadence="even_month", due_day="15")
    # 15 February: Spring Festival; 15 April: Sunday; 15 December: Saturday
    assert days(found) == {
        "2018-02": "02-22", "2018-04": "04-16", "2018-06": "06-15",
        "2018-08": "08-15", "2018-10": "10-15", "2018-12": "12-17",
    }  # fmt: skip
    assert (found[1].covered.first, found[1].covered.last) == (date(2018, 3, 1), date(2018, 4, 30))


def test_the_end_of_even_months(tmp_path: Path) -> None:
    found = dues(tmp_path, 2018, cadence="even_month", due_day="end")
    # 30 April is a Labour day (free to 1 May); 30 June a Saturday; 31 December a New Year's day
    # (30 December to 1 January are free): due on 2 January, still of the plan of 2018
    assert [due.day for due in found] == [
        date(2018, 2, 28), date(2018, 5, 2), date(2018, 7, 2), date(2018, 8, 31),
        date(2018, 10, 31), date(2019, 1, 2),
    ]  # fmt: skip


def test_the_end_of_each_month(tmp_path: Path) -> None:
    found = dues(tmp_path, 2022, policy="keep", cadence="monthly", due_day="end")
    assert [due.day.day for due in found] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    leap = dues(tmp_path, 2020, policy="keep", cadence="monthly", due_day="end")
    assert leap[1].day == date(2020, 2, 29)


def test_quarters_end_or_the_month_after(tmp_path: Path) -> None:
    at_end = dues(tmp_path, 2022, policy="keep", cadence="quarterly", due_day="end")
    assert days(at_end) == {
        "2022-Q1": "03-31", "2022-Q2": "06-30", "2022-Q3": "09-30", "2022-Q4": "12-31",
    }  # fmt: skip
    after = dues(
        tmp_path, 2022, policy="keep", cadence="quarterly", due_day="15", due_month_offset="1"
    )
    assert days(after) == {
        "2021-Q4": "01-15", "2022-Q1": "04-15", "2022-Q2": "07-15", "2022-Q3": "10-15",
    }  # fmt: skip
    assert (after[1].covered.first, after[1].covered.last) == (date(2022, 1, 1), date(2022, 3, 31))


def test_a_day_of_the_year(tmp_path: Path) -> None:
    # 20 November 2022 is a Sunday
    same = dues(tmp_path, 2022, cadence="yearly", due_day="11-20")
    assert days(same) == {"2022": "11-21"}
    before = dues(tmp_path, 2022, cadence="yearly", due_day="01-25", due_month_offset="1")
    assert days(before) == {"2021": "01-25"}
    assert before[0].covered.first == date(2021, 1, 1)


def test_first_and_last_due_are_days_of_the_text(tmp_path: Path) -> None:
    found = dues(
        tmp_path, 2022, cadence="monthly", due_day="10", due_month_offset="1",
        first_due="2022-04-10", last_due="--07-10",
    )  # fmt: skip
    # both ends are Sundays and move to the Monday after; they are inside all the same
    assert days(found) == {
        "2022-03": "04-11", "2022-04": "05-10", "2022-05": "06-10", "2022-06": "07-11",
    }  # fmt: skip


def test_a_plan_that_starts_in_may_asks_from_then_on(tmp_path: Path) -> None:
    duty = make_duty(cadence="monthly", due_day="10", due_month_offset="1")
    plan = make_plan(tmp_path, duty, year=2021, start="2021-05-15")
    found = dues_of(plan, plan.duties[0], load_calendar())
    assert found[0].nominal == date(2021, 6, 10)  # 10 May came before


def test_in_an_unpublished_year_the_day_stays(tmp_path: Path) -> None:
    found = dues(tmp_path, 2027, cadence="monthly", due_day="10", due_month_offset="1")
    assert days(found)["2027-09"] == "10-10"  # a Sunday, and nobody knows yet what is worked


# Who owes


def test_the_matrix_holds_from_day_to_day(tmp_path: Path) -> None:
    plan = make_plan(
        tmp_path,
        make_duty(cadence="monthly", due_day="10"),
        year=2022,
        # half open: exempt on 10 March and 10 April, not on 10 May
        matrix=["U2,D,exempt,2022-03-10,2022-05-10"],
    )
    owed = obligations_of(plan, plan.duties[0], load_calendar())
    assert [o.due.label for o in owed if o.unit_id == "U1"] == [
        f"2022-{month:02d}" for month in range(1, 13)
    ]
    free = {"2022-03", "2022-04"}
    assert {o.due.label for o in owed if o.unit_id == "U2"} == {
        f"2022-{month:02d}" for month in range(1, 13)
    } - free


def test_a_dissolved_unit_owes_nothing_and_its_successor_from_that_day(tmp_path: Path) -> None:
    plan = make_plan(
        tmp_path,
        make_duty(cadence="monthly", due_day="5"),
        units=["U1,示例单位一,,2018-07-05", "U2,示例单位二,2018-07-05,"],
    )
    owed = obligations_of(plan, plan.duties[0], load_calendar())
    by_unit = {unit: [o.due.label for o in owed if o.unit_id == unit] for unit in ("U1", "U2")}
    assert by_unit == {
        "U1": [f"2018-{month:02d}" for month in range(1, 7)],
        "U2": [f"2018-{month:02d}" for month in range(7, 13)],
    }


MERGED = ["U1,示例单位一,,2022-06-05,U2", "U2,示例单位二,2022-06-05,"]


def test_before_and_after_a_merger_one_answers_for_the_other(tmp_path: Path) -> None:
    """U1 owes April (due on 10 May), U2 owes May (due on 10 June, after the merger of 5 June)."""
    duty = make_duty(due_day="10", due_month_offset="1", ledgers="admin_permit",
                     first_due="2022-05-10", last_due="2022-06-10")  # fmt: skip
    world = World(make_plan(tmp_path, duty, year=2022, units=MERGED), "2022-07-01")
    # late, by the unit that came after
    world.receive(
        "2022-06-20", "admin_permit", {"unit_id": "U2", "decision_date__date": "2022-04-20"}
    )
    # what the old unit decided in May
    world.receive(
        "2022-06-08", "admin_permit", {"unit_id": "U1", "decision_date__date": "2022-05-20"}
    )
    assert world.states() == {("U1", "2022-04"): "迟交", ("U2", MAY): "按时"}


def test_a_nil_of_the_successor_answers_for_the_dissolved_unit(tmp_path: Path) -> None:
    duty = make_duty(due_day="10", due_month_offset="1", ledgers="admin_permit",
                     first_due="2022-05-10", last_due="2022-05-10")  # fmt: skip
    other = "U3,示例单位三,,"
    world = World(make_plan(tmp_path, duty, year=2022, units=[*MERGED, other]), "2022-07-01")
    world.submit("2022-06-09", "U2", "2022-04", "零报送")
    assert world.states() == {("U1", "2022-04"): "零报送（迟）", ("U3", "2022-04"): "未交"}


@pytest.mark.parametrize("named", ["department", "U1;U2", "clause:各部门", "clause:示例单位一;U2"])
def test_units_are_named_by_kind_id_or_clause(named: str, tmp_path: Path) -> None:
    plan = make_plan(tmp_path, make_duty(units=named))
    owed = obligations_of(plan, plan.duties[0], load_calendar())
    assert {o.unit_id for o in owed} == {"U1", "U2"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"cadence": "daily"}, "周期“daily”不认识"),
        ({"due_day": "0"}, "到期日“0”应为 1–31 或 end"),
        ({"cadence": "weekly", "due_day": "end"}, "到期日“end”应为 1–7"),
        ({"cadence": "yearly", "due_day": "13-01"}, "应为 月-日"),
        ({"due_month_offset": "-1"}, "due_month_offset“-1”"),
        ({"task_id": "T9"}, "任务 T9 不存在"),
        ({"until_task": "T9"}, "任务 T9 不存在"),
        ({"first_due": "2018-02-30"}, "first_due"),
        ({"units": ""}, "“units”为空"),
        ({"units": "clause:各单位"}, "“clause:各单位”"),
    ],
)
def test_a_duty_that_makes_no_calendar_is_refused(
    cells: dict[str, str], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(PlanError, match=r"duties\.csv 第 2 行") as refused:
        make_plan(tmp_path, make_duty(**cells))
    assert reason in refused.value.reason


# Handed in, late, nil, missing

MAY, MAY_DUE = "2022-05", "2022-06-10"  # for May, due on Friday 10 June


def monthly_world(folder: Path, as_of: str, ledgers: str = "admin_permit+admin_penalty") -> World:
    duty = make_duty(
        cadence="monthly", due_day="10", due_month_offset="1", ledgers=ledgers,
        first_due=MAY_DUE, last_due=MAY_DUE,
    )  # fmt: skip
    return World(make_plan(folder, duty, year=2022), as_of)


@pytest.mark.parametrize(
    ("as_of", "handed_in", "state"),
    [
        ("2022-06-09", None, "未到期"),
        ("2022-06-10", None, "未到期"),  # the due day is not over
        ("2022-06-11", None, "未交"),
        ("2022-06-11", "2022-06-09", "按时"),
        ("2022-06-11", "2022-06-10", "按时"),  # on the due day
        ("2022-06-11", "2022-06-11", "迟交"),
    ],
)
def test_before_on_and_after_the_due_day(
    as_of: str, handed_in: str | None, state: str, tmp_path: Path
) -> None:
    world = monthly_world(tmp_path, as_of)
    if handed_in:
        world.submit(handed_in, "U1", MAY)
    assert world.states()["U1", MAY] == state


def test_a_plan_that_nobody_runs_owes_nothing_for_the_past(tmp_path: Path) -> None:
    duty = make_duty(cadence="monthly", due_day="10", due_month_offset="1")
    plan = make_plan(tmp_path, duty, year=2022)
    # known on 10 November 2022, from other places: that day's and December's are still to come
    world = World(plan, "2022-11-10", is_running=False)
    assert set(world.states()) == {
        ("U1", "2022-10"), ("U2", "2022-10"), ("U1", "2022-11"), ("U2", "2022-11"),
    }  # fmt: skip
    world.submit("2022-11-09", "U1", "2022-10")
    assert len(world.states()) == 24  # from the first file on all of the year is asked


@pytest.mark.parametrize(
    ("handed_in", "kind", "state"),
    [
        ("2022-06-10", "零报送", "零报送"),
        ("2022-06-10", "无此类事项", "零报送"),
        ("2022-06-13", "零报送", "零报送（迟）"),
        ("2022-06-13", "报送", "迟交"),
    ],
)
def test_nil_is_told_apart(handed_in: str, kind: str, state: str, tmp_path: Path) -> None:
    world = monthly_world(tmp_path, "2022-07-01")
    world.submit(handed_in, "U1", MAY, kind)
    assert world.states() == {("U1", MAY): state, ("U2", MAY): "未交"}


def test_the_earliest_answer_counts_and_a_hand_in_before_a_nil(tmp_path: Path) -> None:
    world = monthly_world(tmp_path, "2022-07-01")
    world.submit("2022-06-01", "U1", MAY, "零报送")
    world.submit("2022-06-20", "U1", MAY)
    world.submit("2022-06-15", "U1", MAY)
    world.build()
    found = world.con.sql(
        "select state, answered_by, answered_date, answered_ledger, answered_row_id "
        "from marts.obligations where unit_id = 'U1'"
    ).fetchall()
    # the fourth batch (the world begins with one), row 2
    assert found == [("迟交", "submission", date(2022, 6, 15), "submission", 4_000_000_002)]


def test_another_duty_period_or_replaced_file_says_nothing(tmp_path: Path) -> None:
    world = monthly_world(tmp_path, "2022-07-01")
    world.submit("2022-06-01", "U1", MAY, duty="E")
    world.submit("2022-06-01", "U1", "2022-04")
    world.receive(
        "2022-06-01", "submission",
        {"unit_id": "U1", "duty_id__norm": "D", "period__norm": MAY,
         "submission_type__norm": "报送", "handed_in_date": "2022-06-01"},
        is_replaced=True,
    )  # fmt: skip
    assert world.states()["U1", MAY] == "未交"


def test_rows_of_the_period_are_a_hand_in(tmp_path: Path) -> None:
    world = monthly_world(tmp_path, "2022-07-01")
    # the last day of May and the first of it; 1 June and 30 April lie outside
    world.receive(
        "2022-06-09", "admin_permit", {"unit_id": "U1", "decision_date__date": "2022-06-01"}
    )
    world.receive(
        "2022-06-10", "admin_permit", {"unit_id": "U1", "decision_date__date": "2022-05-31"}
    )
    world.receive(
        "2022-06-08", "admin_penalty", {"unit_id": "U2", "decision_date__date": "2022-04-30"}
    )
    world.receive(
        "2022-06-13", "admin_penalty", {"unit_id": "U2", "decision_date__date": "2022-05-01"}
    )
    assert world.states() == {("U1", MAY): "按时", ("U2", MAY): "迟交"}


def test_rows_of_a_ledger_that_the_duty_does_not_name_are_none(tmp_path: Path) -> None:
    world = monthly_world(tmp_path, "2022-07-01", ledgers="admin_penalty")
    world.receive(
        "2022-06-09", "admin_permit", {"unit_id": "U1", "decision_date__date": "2022-05-10"}
    )
    assert world.states()["U1", MAY] == "未交"


def test_rows_without_a_day_stand_for_the_period_before_their_receipt(tmp_path: Path) -> None:
    world = monthly_world(tmp_path, "2022-08-01")
    world.receive("2022-06-10", "admin_permit", {"unit_id": "U1"})  # for May
    world.receive("2022-07-01", "admin_permit", {"unit_id": "U2"})  # for June
    assert world.states() == {("U1", MAY): "按时", ("U2", MAY): "未交"}


def test_one_row_with_a_day_speaks_for_the_units_others(tmp_path: Path) -> None:
    world = monthly_world(tmp_path, "2022-08-01")
    april = {"unit_id": "U1", "decision_date__date": "2022-04-10"}
    world.receive("2022-06-10", "admin_permit", april, {"unit_id": "U1"}, {"unit_id": "U2"})
    # U1 told a day in April, so its other row stands for no month; U2 told none
    assert world.states() == {("U1", MAY): "未交", ("U2", MAY): "按时"}


def test_a_nil_that_rows_contradict_is_none(tmp_path: Path) -> None:
    world = monthly_world(tmp_path, "2022-07-01")
    world.submit("2022-06-02", "U1", MAY, "零报送")
    world.receive(
        "2022-06-20", "admin_permit", {"unit_id": "U1", "decision_date__date": "2022-05-10"}
    )
    world.build()
    found = world.con.sql(
        "select state, is_nil_contradicted from marts.obligations where unit_id = 'U1'"
    ).fetchall()
    assert found == [("迟交", True)]


@pytest.mark.parametrize(
    ("ledger", "cells"),
    [
        ("admin_permit", {"decision_date__date": "2022-05-20"}),
        ("admin_penalty", {"decision_date__date": "2022-05-20"}),
        ("decision_register", {"decision_date__date": "2022-05-20"}),
        ("task_status", {"status_date": "2022-05-20"}),
        ("deliverable", {"event_date": "2022-05-20"}),
        ("meeting_training", {"event_date": "2022-05-20"}),
        ("publicity_article", {"event_date": "2022-05-20"}),
        ("honour", {"event_date": "2022-05-20"}),
        ("governance_case", {"event_date": "2022-05-31"}),
        ("gov_default_case", {"event_date": "2022-05-31"}),
        ("commitment", {"event_date": "2022-05-20"}),
        ("declaration", {"period__end": "2022-05-31"}),  # names the month itself
        ("contact", {}),  # tells no day: received in June, for May
        ("subject", {}),
    ],
)
def test_every_ledger_of_the_departments_can_answer(
    ledger: str, cells: dict[str, str], tmp_path: Path
) -> None:
    world = monthly_world(tmp_path, "2022-07-01", ledgers=ledger)
    world.receive("2022-06-03", ledger, {"unit_id": "U1", **cells})
    assert world.states() == {("U1", MAY): "按时", ("U2", MAY): "未交"}


def test_a_week_is_answered_by_its_days(tmp_path: Path) -> None:
    duty = make_duty(cadence="weekly", due_day="5", ledgers="admin_permit",
                     first_due="2018-03-02", last_due="2018-03-16")  # fmt: skip
    world = World(make_plan(tmp_path, duty), "2018-03-31")
    # W09 is due on Friday 2 March, W10 on the 9th, W11 on the 16th
    world.receive(
        "2018-03-09", "admin_permit",
        {"unit_id": "U1", "decision_date__date": "2018-03-02"},  # W09, a week late
        {"unit_id": "U1", "decision_date__date": "2018-03-03"},  # Saturday: of W10
    )  # fmt: skip
    world.receive("2018-03-12", "admin_permit", {"unit_id": "U2"})  # Monday, no day: W11
    assert world.states() == {
        ("U1", "2018-W09"): "迟交", ("U1", "2018-W10"): "按时", ("U1", "2018-W11"): "未交",
        ("U2", "2018-W09"): "未交", ("U2", "2018-W10"): "未交", ("U2", "2018-W11"): "按时",
    }  # fmt: skip


# Until a task is done


def weekly_until(folder: Path, as_of: str) -> World:
    duty = make_duty(cadence="weekly", due_day="5", until_task="T2",
                     first_due="2018-11-02", last_due="2018-11-30")  # fmt: skip
    return World(make_plan(folder, duty), as_of)


def report(unit: str, day: str, status: str, completed: str | None = None) -> dict[str, str]:
    cells = {"unit_id": unit, "status_date": day, "task_id__norm": "T2", "status__norm": status}
    return cells | ({"completed_date__date": completed} if completed else {})


def owed_days(world: World) -> list[str]:
    world.build()
    rows = world.con.sql(
        "select due_date from marts.obligations where unit_id = 'U2' order by 1"
    ).fetchall()
    return [f"{day:%m-%d}" for (day,) in rows]


FRIDAYS = ["11-02", "11-09", "11-16", "11-23", "11-30"]


def test_what_falls_due_after_the_task_is_done_falls_away(tmp_path: Path) -> None:
    world = weekly_until(tmp_path, "2018-12-31")
    # U1 leads the site; it was done on Friday 16 November, told on the 20th: the 16th is still owed
    world.receive("2018-11-20", "task_status", report("U1", "2018-11-20", "已完成", "2018-11-16"))
    assert owed_days(world) == FRIDAYS[:3]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [report("U2", "2018-11-20", "已完成", "2018-11-16")],  # not the lead
        [report("U1", "2018-11-20", "已完成")],  # no day
        # taken back by a later report
        [report("U1", "2018-11-20", "已完成", "2018-11-16"), report("U1", "2018-11-25", "延期")],
    ],
)
def test_until_its_lead_says_it_is_done_the_duty_goes_on(
    rows: list[dict[str, str]], tmp_path: Path
) -> None:
    world = weekly_until(tmp_path, "2018-12-31")
    if rows:
        world.receive("2018-11-26", "task_status", *rows)
    assert owed_days(world) == FRIDAYS


# Periods


def test_an_obligation_counts_in_the_month_of_its_due_day(tmp_path: Path) -> None:
    duty = make_duty(cadence="monthly", due_day="end", first_due="2018-04-30")
    world = World(make_plan(tmp_path, duty), "2019-02-01")
    world.submit("2018-05-02", "U1", "2018-04")
    world.submit("2019-01-02", "U1", "2018-12")
    world.build()
    rows = world.con.sql(
        "select period, period_covered, is_on_time from marts.obligation_periods "
        "where unit_id = 'U1' and period in ('2018-04', '2018-05', '2018-12') order by all"
    ).fetchall()
    # 30 April moves to 2 May and counts in May, beside 31 May; 31 December moves to 2 January
    # 2019, out of the plan's year, and stays in its month 12 (its own 30 November: a Friday)
    assert rows == [
        ("2018-05", "2018-04", True),
        ("2018-05", "2018-05", False),
        ("2018-12", "2018-12", True),
    ]


def test_judged_are_the_answered_and_those_over_by_the_judging_day(tmp_path: Path) -> None:
    world = monthly_world(tmp_path, "2022-06-10")
    world.submit("2022-06-08", "U1", MAY)
    world.build()
    rows = world.con.sql(
        "select unit_id, is_judged, is_on_time, is_missing from marts.obligation_periods "
        "where period = '2022-06' order by 1"
    ).fetchall()
    assert rows == [("U1", True, True, False), ("U2", False, False, False)]


def test_the_latest_due_day_is_the_newest_that_is_over(tmp_path: Path) -> None:
    duty = make_duty(cadence="even_month", due_day="15")
    # known on 20 June: 15 February (moved to the 22nd), 15 April (to the 16th) and 15 June are over
    world = World(make_plan(tmp_path, duty), "2018-06-20")
    world.submit("2018-06-14", "U1", "2018-06")
    world.submit("2018-06-18", "U2", "2018-08")  # ahead of its time
    world.build()
    rows = world.con.sql(
        "select period, unit_id, period_covered from marts.obligation_periods "
        "where is_latest_due and period in ('2018-04', '2018-Q2', '2018-08', '2018') order by all"
    ).fetchall()
    assert rows == [
        ("2018", "U1", "2018-06"),
        ("2018", "U2", "2018-06"),
        ("2018-04", "U1", "2018-04"),
        ("2018-04", "U2", "2018-04"),
        ("2018-08", "U2", "2018-08"),  # August has not begun: only who answered is there
        ("2018-Q2", "U1", "2018-06"),
        ("2018-Q2", "U2", "2018-06"),
    ]


def test_every_ledger_with_days_can_answer_a_duty() -> None:
    """A staging model that says on which day a row happened has its part in `ledger_days`."""
    dated = {path.stem for path in (MODELS_DIR / "staging").glob("*.sql")
             if "as event_date" in path.read_text("utf-8")}  # fmt: skip
    [model] = [model for model in load_models("marts") if model.name == "ledger_days"]
    assert {f"staging.{name}" for name in dated} <= model.reads
    assert dated >= {"deliverable", "meeting_training", "publicity_article", "honour"}
