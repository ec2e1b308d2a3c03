"""The next year's plan: this year's tree and roster, days moved, open items carried over."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.pipeline import Pipeline, RequestError
from etl.year import make_next_plan
from tests.homes import make_home, make_penalty_csv
from warehouse.calendar import load_calendar
from warehouse.carry_over import CarriedItem, read_open_items
from warehouse.duties import dues_of
from warehouse.home import Home
from warehouse.next_plan import moved, write_next_plan
from warehouse.plans import SHIPPED_PLANS, Plan, PlanError, Row, load_plan, load_plans
from warehouse.reference import load_reference

PLANS = ("BC", "CC", "YC", "GQ", "HY")
OPEN_TASK = CarriedItem(
    "task", "BC-01-2", "制定贯彻落实文件", "BC-U01", "进行中", date(2022, 12, 31)
)
DEBT = CarriedItem("debt", "示欠〔2022〕3号", "示例工程欠款", "BC-U11", "未结清", date(2022, 5, 9))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return make_home(tmp_path, monkeypatch)


def ids_of(plan: Plan) -> set[str]:
    return {
        *(row["task_id"] for row in plan.tasks),
        *(row["target_id"] for row in plan.targets),
        *(row["duty_id"] for row in plan.duties),
    }


def row_of(rows: list[Row], key: str, value: str) -> Row:
    return next(row for row in rows if row[key] == value)


@pytest.mark.parametrize("plan_id", PLANS)
def test_every_plan_has_a_next_one_beside_which_it_lives(home: Home, plan_id: str) -> None:
    old = load_plan(SHIPPED_PLANS / plan_id)
    made = write_next_plan(old, old.year + 1, [], home, [old]).plan
    new_id = f"{plan_id}-{old.year + 1}"
    assert (made.id, made.place_id, made.year) == (new_id, plan_id, old.year + 1)
    assert (made.period_start, made.period_end) == (
        date(old.year + 1, 1, 1),
        date(old.year + 1, 12, 31),
    )
    assert made.folder == home.plans / new_id
    # Ids of one place never clash, and all show whose they are; units are the place's own.
    assert ids_of(old) & ids_of(made) == set()
    assert all(one.startswith(f"{new_id}-") for one in ids_of(made))
    assert made.roster.keys() <= old.roster.keys()
    assert len(made.tasks) == len(old.tasks)
    assert [t["title"] for t in made.tasks] == [t["title"] for t in old.tasks]
    assert {b["target_id"] for b in made.bindings} == {t["target_id"] for t in made.targets}
    # Both fill one set of reference tables.
    both = load_plans(home.plans)
    with duckdb.connect() as con:
        load_reference(con, both, load_calendar(), date(old.year + 1, 6, 30), "build")
        counts = con.sql(
            "select plan_id, count(*) from ref.tasks where plan_id like $like "
            "group by 1 order by 1",
            params={"like": f"{plan_id}%"},
        ).fetchall()
        # Of a unit that was dissolved before the new year only the old plan knows.
        dissolved = con.sql(
            "select unit_id from ref.units where plan_id = $plan and valid_to <= $start",
            params={"plan": new_id, "start": made.period_start},
        ).fetchall()
    assert counts == [(plan_id, len(old.tasks)), (new_id, len(old.tasks))]
    assert dissolved == []


def test_days_move_by_a_year_and_open_tasks_say_so(home: Home) -> None:
    old = load_plan(SHIPPED_PLANS / "BC")
    made = write_next_plan(old, 2023, [OPEN_TASK, DEBT], home, [old])
    new = made.plan
    task = row_of(new.tasks, "task_id", "BC-2023-01-2")
    assert (task["parent_id"], task["deadline"]) == ("BC-2023-01", "2023-12-31")
    assert task["note"].startswith("上年结转（原期限 2022-12-31）")
    done = row_of(new.tasks, "task_id", "BC-2023-01-3")  # not in the list of open ones
    assert (done["deadline"], "结转" in done["note"]) == ("2023-12-31", False)
    moved_dues = {
        t["target_id"].removeprefix("BC-2023-"): t["due_date"] for t in new.targets if t["due_date"]
    }
    assert moved_dues == {
        t["target_id"].removeprefix("BC-"): t["due_date"].replace("2022", "2023")
        for t in old.targets
        if t["due_date"]
    }
    assert row_of(new.bindings, "target_id", "BC-2023-T010")["measure"] == "duty:BC-2023-DU-PUB"
    matrix = [row["subject_id"] for row in new.applicability if row["subject"] == "duty"]
    assert set(matrix) == {"BC-2023-DU-PUB", "BC-2023-DU-REG"}
    assert "2023" in new.title
    assert "2022" not in new.title
    assert new.settings["carried_from"] == "BC"
    assert [(x["valid_from"], x["days"], x["kind"]) for x in new.limits] == [
        (date(2023, 1, 1), 7, "workday")
    ]
    assert [(row["kind"], row["id"], row["unit"], row["state"], row["since"])
            for row in new.carried_over] == [
        ("task", "BC-2023-01-2", "BC-U01", "进行中", "2022-12-31"),
        ("debt", "示欠〔2022〕3号", "BC-U11", "未结清", "2022-05-09"),
    ]  # fmt: skip
    with duckdb.connect() as con:
        load_reference(con, {new.id: new}, load_calendar(), date(2023, 2, 1), "build")
        assert con.sql("from ref.carried_over").fetchall() == [
            ("BC-2023", "task", "BC-2023-01-2", OPEN_TASK.title, "BC-U01", "进行中",
             date(2022, 12, 31)),
            ("BC-2023", "debt", DEBT.item_id, DEBT.title, "BC-U11", "未结清", date(2022, 5, 9)),
        ]  # fmt: skip


def test_duties_go_on_without_a_gap(home: Home) -> None:
    old = load_plan(SHIPPED_PLANS / "BC")
    new = write_next_plan(old, 2023, [], home, [old]).plan
    duty = row_of(new.duties, "duty_id", "BC-2023-DU-PUB")
    dues = dues_of(new, duty, load_calendar())
    # BC began in February 2022 (for January); December 2022 falls due on 10 January 2023.
    assert [(d.label, d.nominal) for d in dues][:2] == [
        ("2022-12", date(2023, 1, 10)),
        ("2023-01", date(2023, 2, 10)),
    ]
    assert len(dues) == 12


@pytest.mark.parametrize(("open_tasks", "stays"), [(["CC-04-T1"], True), ([], False), (None, True)])
def test_a_duty_until_a_task_ends_with_it(
    home: Home, open_tasks: list[str] | None, stays: bool
) -> None:
    """CC reports each Friday until its site is live (CC-04-T1). None: nobody knows."""
    old = load_plan(SHIPPED_PLANS / "CC")
    items = open_tasks and [CarriedItem("task", t, "", "CC-U01", "未报", None) for t in open_tasks]
    made = write_next_plan(old, 2019, items if open_tasks is not None else None, home, [old])
    weekly = [d["duty_id"] for d in made.plan.duties if d["cadence"] == "weekly"]
    bound = [b["measure"] for b in made.plan.bindings if b["measure"].endswith("CC-2019-DU-WEEK")]
    assert (weekly == ["CC-2019-DU-WEEK"], bool(bound)) == (stays, stays)
    assert bool(made.ended) is not stays
    assert made.is_open_known is (open_tasks is not None)


def test_what_was_amended_away_stays_behind(home: Home, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED_PLANS / "BC", tmp_path / "BC"))
    path = folder / "targets.csv"
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    first = next(line for line in lines if line.startswith("BC-T002,"))
    second = next(line for line in lines if line.startswith("BC-T003,"))
    others = [line + ",," for line in lines if line not in (first, second)]
    amended = [
        first + ",,2022-07-01",
        first.replace(",>=,100,", ",>=,98,") + ",2022-07-01,",
        second + ",,2022-10-01",  # dropped by the plan in October
    ]
    path.write_text("\n".join([header + ",valid_from,valid_to", *amended, *others]) + "\n", "utf-8")
    old = load_plan(folder)
    new = write_next_plan(old, 2023, [], home, [old]).plan
    kept = [t for t in new.targets if t["target_id"] in ("BC-2023-T002", "BC-2023-T003")]
    assert [(t["target_id"], t["value"]) for t in kept] == [("BC-2023-T002", "98")]
    assert "BC-2023-T003" not in {b["target_id"] for b in new.bindings}


def test_a_plan_that_clashes_is_not_written(home: Home) -> None:
    old = load_plan(SHIPPED_PLANS / "BC")
    units = [
        Row({**u, "unit_id": "BC-U99"}, u.file, u.line, u.year) if u["unit_id"] == "BC-U04" else u
        for u in old.units
    ]
    # Another plan of the place that gives the name of unit 04 to a unit 99.
    other = replace(old, id="BC-X", units=units, aliases=[], targets=[], tasks=[], duties=[],
                    applicability=[], assessment=[], index_owners=[], bindings=[])  # fmt: skip
    with pytest.raises(PlanError, match="同一时期属于两个单位"):
        write_next_plan(old, 2023, [], home, [old, other])
    assert list(home.plans.iterdir()) == []
    assert list(home.scratch.iterdir()) == []


def test_leap_days() -> None:
    assert moved(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert moved(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert moved(date(2022, 12, 31), 1) == date(2023, 12, 31)


def test_what_a_dissolved_unit_left_open_is_its_successors(home: Home) -> None:
    """CC's two tax offices were merged on 5 July 2018 (U23, U24 into U25)."""
    old = load_plan(SHIPPED_PLANS / "CC")
    debt = replace(DEBT, unit_id="CC-U23")
    new = write_next_plan(old, 2019, [debt], home, [old]).plan
    assert [row["unit"] for row in new.carried_over] == ["CC-U25"]


def test_open_tasks_are_those_without_a_completion() -> None:
    with duckdb.connect() as con:
        con.execute("create schema marts")
        con.execute(
            """
            create table marts.task_units as
            select * from (values
                ('BC', 'BC-1', '甲', 'BC-U01', date '2022-06-30', '进行中', false, null),
                ('BC', 'BC-2', '乙', 'BC-U01', date '2022-06-30', '已完成', false,
                    date '2022-06-01'),
                ('BC', 'BC-3', '丙', 'BC-U02', date '2022-12-31', null, false, null),
                ('BC', 'BC-3', '丙', 'BC-U03', date '2022-12-31', null, true, null),
                ('YC', 'YC-1', '丁', 'YC-U01', date '2020-12-31', null, false, null)
            ) as t (plan_id, task_id, title, unit_id, deadline, last_status, is_unmeasured,
                completed_date)
            """
        )
        found = read_open_items(con, "BC", {"task_status", "admin_permit"})
        assert read_open_items(con, "BC", {"admin_permit"}) == []
    assert found == [
        CarriedItem("task", "BC-1", "甲", "BC-U01", "进行中", date(2022, 6, 30)),
        CarriedItem("task", "BC-3", "丙", "BC-U02", "未报", date(2022, 12, 31)),
        CarriedItem("task", "BC-3", "丙", "BC-U03", "缺台账", date(2022, 12, 31)),
    ]


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """BC with a file of December; its next plan, and a file of January under that."""
    folder = tmp_path_factory.mktemp("years")
    with pytest.MonkeyPatch.context() as patch:
        home = make_home(folder, patch)
        today = date(2023, 2, 8)
        december = make_penalty_csv(folder / "12月.csv", first=1, rows=3, day="2022/12/20")
        Pipeline(home, today).load([december], "BC", received=date(2023, 1, 5))
        make_next_plan(Pipeline(home, today), "BC", None)
        january = make_penalty_csv(folder / "1月.csv", first=50, rows=2, day="2023/01/16")
        pipeline = Pipeline(home, today)
        result = pipeline.load([january], "BC-2023", received=date(2023, 2, 6))
        assert result.outcome.gate_status == "passed"
        yield pipeline


def test_records_belong_to_the_plan_of_their_decision_date(two_years: Pipeline) -> None:
    with two_years.store.reader() as con:
        counts = con.sql(
            "select plan_id, period, value from marts.metric_values "
            "where metric_id = 'publicity_record_count' and scope_type = 'plan' "
            "and period in ('2022', '2023') and plan_id like 'BC%' and value > 0 order by 1"
        ).fetchall()
        units = con.sql(
            "select distinct plan_id, unit_id from marts.publicity_records order by 1"
        ).fetchall()
        places = con.sql("select distinct place_id from staging.admin_penalty").fetchall()
    assert counts == [("BC", "2022", 3.0), ("BC-2023", "2023", 2.0)]
    assert len({unit for _, unit in units}) == 1  # the same unit in both years
    assert places == [("BC",)]


def test_open_tasks_of_the_old_year_stand_in_the_new_one(two_years: Pipeline) -> None:
    with two_years.store.reader() as con:
        carried = con.sql(
            "select item_id, unit_id from ref.carried_over where plan_id = 'BC-2023'"
        ).fetchall()
        # Nobody reported a task, so every dated task of every unit that owes it is open.
        owed = con.sql(
            "select 'BC-2023-' || substr(task_id, 4), unit_id from marts.task_units "
            "where plan_id = 'BC'"
        ).fetchall()
    assert sorted(carried) == sorted(owed)
    assert carried


def test_a_year_that_is_not_later_or_taken_is_refused(two_years: Pipeline) -> None:
    pipeline = Pipeline(two_years.home, date(2023, 2, 8))
    with pytest.raises(RequestError, match="应晚于 2022"):
        make_next_plan(pipeline, "BC", 2022)
    with pytest.raises(RequestError, match="BC-2023 已经有了"):
        make_next_plan(pipeline, "BC", None)
    with pytest.raises(RequestError, match="没有方案“XX”"):
        make_next_plan(pipeline, "XX", None)
