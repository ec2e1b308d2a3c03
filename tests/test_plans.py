"""A plan is a folder. Good ones resolve names to units; a contradiction is refused with its file,
line and reason."""

import shutil
from datetime import date

import pytest

from warehouse.calendar import load_calendar
from warehouse.duties import moved_due, obligations_of
from warehouse.plans import SHIPPED_PLANS, PlanError, limit_ranges, load_plan, load_plans
from warehouse.reference import periods_of

BC = SHIPPED_PLANS / "BC"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(BC, tmp_path / "BC")


def change(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_bc_has_the_clauses_and_targets_of_the_plan():
    plan = load_plan(BC)
    kinds = [t["task_kind"] for t in plan.tasks]
    assert (len(plan.tasks), len(plan.targets), len(plan.units)) == (82, 68, 17)
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "context": 7,
        "group": 19,
        "routine": 43,
        "recurring": 7,
        "deliverable": 6,
    }
    stated = [t for t in plan.targets if t["kind"] in {"stated", "deadline"}]
    assert len(stated) == 17
    assert len({t["task_id"] for t in stated}) == 15  # one light per clause


@pytest.mark.parametrize(
    ("task_id", "lead"),
    [
        ("BC-01-2", "BC-U01"),  # 开发区党政办 is a clause name of unit 01
        ("BC-03-a", "BC-U02"),  # 开发区政务中心 comes first; 各部门 is collective
        ("BC-15", "BC-U03"),
        ("BC-14-2", None),  # collective names only: nobody leads, nothing is counted
    ],
)
def test_the_lead_is_the_first_name_that_is_a_unit(task_id, lead):
    plan = load_plan(BC)
    task = next(t for t in plan.tasks if t["task_id"] == task_id)
    assert plan.lead_of(task) == lead


def test_collective_names_expand_to_the_roster():
    plan = load_plan(BC)
    task = next(t for t in plan.tasks if t["task_id"] == "BC-03-a")
    assert len(plan.responsible_units(task)) == 17  # 14 departments and 3 streets
    assert plan.responsible_units(task)[0] == "BC-U02"


def test_the_matrix_takes_units_out_of_a_duty():
    plan = load_plan(BC)
    duty = next(d for d in plan.duties if d["duty_id"] == "BC-DU-PUB")
    owing = {owed.unit_id for owed in obligations_of(plan, duty, load_calendar())}
    assert len(owing) == 15
    assert "BC-U12" not in owing  # exempt: reports through its own system


def test_limits_cover_every_day_and_take_the_nearest_year(folder):
    other = shutil.copytree(folder, folder.parent / "BC24")
    for old, new in (
        ('id = "BC"', 'id = "BC24"'),
        ("year = 2022", "year = 2024"),
        ("valid_from = 2022-01-01", "valid_from = 2024-01-01"),
        ("days = 7", "days = 15"),
        ("period_start = 2022-01-01", "period_start = 2024-01-01"),
        ("period_end = 2022-12-31", "period_end = 2024-12-31"),
    ):
        change(other, "plan.toml", old, new)
    ranges = limit_ranges([load_plan(folder), load_plan(other)])
    # 2023 has no plan: its first half is nearer to 2022, its second to 2024
    assert [(r[2], r[3], r[4]) for r in ranges] == [
        (date(1900, 1, 1), date(2023, 7, 2), 7),
        (date(2023, 7, 2), date(2200, 1, 1), 15),
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("targets.csv", "BC-T001,BC-03-a", "BC-T001,BC-99", "不存在的任务 BC-99"),
        ("targets.csv", "publicity_report_rate,双公示上报率", "x,y,z", "列数与表头不一致"),
        ("bindings.csv", "duty:BC-DU-PUB", "duty:NOPE", "义务 NOPE"),
        ("bindings.csv", "BC-T068,ledger", "BC-T067,ledger", "没有写明怎样测量"),
        ("units.csv", "BC-U17,示例街道03", "BC-U17,各部门", "集合名称"),
        ("units.csv", "BC-U17,", "BC-U16,", "重复"),
        ("aliases.csv", "BC-U04,示例单位04", "BC-U99,示例单位04", "BC-U99"),
        ("tasks.csv", "开发区党政办;各部门", "开发区某办;各部门", "开发区某办"),
        ("duties.csv", "BC-U02,方案", "BC-U88,方案", "BC-U88"),
        ("plan.toml", 'holiday_policy = "extend"', 'holiday_policy = "later"', "holiday_policy"),
        ("plan.toml", "days = 7", "weeks = 7", "limits"),
        ("plan.toml", 'id = "BC"', 'id = "XX"', "文件夹名"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(folder, file, old, new, words):
    change(folder, file, old, new)
    with pytest.raises(PlanError) as error:
        load_plan(folder)
    assert "targets.csv" in str(error.value) if "没有写明" in words else file in str(error.value)
    assert words in str(error.value)
    if file.endswith(".csv"):
        assert error.value.line


def test_a_home_may_not_take_a_shipped_plan_id(folder):
    with pytest.raises(PlanError, match="已被占用"):
        load_plans(folder.parent)


def test_periods_have_their_cut_off_and_judging_day():
    rows = {p[2]: p for p in periods_of(load_plan(BC), date(2022, 8, 1))}
    # (start, end, cut-off, judging day, known until)
    assert rows["2022-06"][4:] == (
        date(2022, 6, 1), date(2022, 6, 30), date(2022, 7, 10), date(2022, 7, 10),
        date(2022, 6, 30),
    )  # fmt: skip
    assert rows["2022-07"][6:8] == (date(2022, 8, 10), date(2022, 8, 1))  # as-of comes first
    assert rows["2022-12"][6] == rows["2022"][6] == date(2023, 1, 10)
    assert rows["2022-Q2"][4:7] == (date(2022, 4, 1), date(2022, 6, 30), date(2022, 7, 10))
    assert rows["2022-01..2022-06"][4:6] == (date(2022, 1, 1), date(2022, 6, 30))


@pytest.mark.parametrize(
    ("due", "policy", "moved"),
    [
        (date(2022, 4, 10), "extend", date(2022, 4, 11)),  # a Sunday
        (date(2022, 9, 10), "extend", date(2022, 9, 13)),  # Saturday in the Mid-Autumn holiday
        (date(2022, 9, 10), "advance", date(2022, 9, 9)),
        (date(2022, 9, 10), "keep", date(2022, 9, 10)),
        (date(2022, 10, 8), "extend", date(2022, 10, 8)),  # a Saturday that is worked
        (date(2027, 7, 10), "extend", date(2027, 7, 10)),  # unpublished: nothing is guessed
    ],
)
def test_due_dates_follow_the_holiday_policy(due, policy, moved):
    assert moved_due(due, policy, load_calendar()) == moved
