"""The five plans as they are shipped: nothing of their texts is lost, every name leads to a unit,
and units keep the name of the day."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest

from warehouse.calendar import load_calendar
from warehouse.duties import obligations_of
from warehouse.identifiers import is_org_code
from warehouse.plans import Plan, Row, load_plans

PLANS = load_plans()
by_plan = pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)


def task_of(plan: str, task_id: str) -> tuple[Plan, Row]:
    chosen = PLANS[plan]
    return chosen, next(t for t in chosen.tasks if t["task_id"] == task_id)


def counted(rows: list[Row], column: str) -> dict[str, int]:
    return dict(Counter(row[column] for row in rows))


# What the five texts ask for, counted in them by hand: tasks, targets, targets with a day of their
# own, kinds of task, kinds of target, targets without the hardness `must`, those of older law.
ASKED = {
    "BC": (82, 68, 18, {"context": 7, "group": 19, "routine": 43, "deliverable": 6, "recurring": 7},
           {"stated": 17, "inferred": 20, "checkable": 24, "enumerated": 7}, 4, 2),
    "CC": (116, 58, 23, {"context": 5, "group": 30, "routine": 50, "deliverable": 17, "each": 10,
                         "recurring": 4},
           {"stated": 19, "checkable": 14, "inferred": 8, "enumerated": 8, "deadline": 9}, 2, 3),
    "YC": (105, 80, 75, {"context": 16, "group": 31, "deliverable": 38, "routine": 16, "each": 1,
                         "recurring": 3},
           {"stated": 15, "checkable": 12, "enumerated": 12, "deadline": 31, "inferred": 10}, 5, 1),
    "GQ": (61, 32, 2, {"context": 2, "deliverable": 3, "group": 15, "routine": 39, "each": 2},
           {"checkable": 10, "stated": 3, "inferred": 12, "enumerated": 7}, 2, 1),
    "HY": (53, 29, 2, {"context": 4, "routine": 37, "group": 12},
           {"inferred": 8, "checkable": 8, "stated": 7, "enumerated": 6}, 5, 0),
}  # fmt: skip


def test_all_tasks_and_targets_are_there() -> None:
    assert {plan.id for plan in PLANS.values()} == set(ASKED)
    assert sum(len(plan.tasks) for plan in PLANS.values()) == 417
    assert sum(len(plan.targets) for plan in PLANS.values()) == 267


@by_plan
def test_tasks_and_targets_by_kind(plan: Plan) -> None:
    targets = plan.targets
    assert (
        len(plan.tasks),
        len(targets),
        sum(bool(t["due_date"]) for t in targets),
        counted(plan.tasks, "task_kind"),
        counted(targets, "kind"),
        sum(t["hardness"] != "must" for t in targets),
        sum(t["legal_status"] == "historical" for t in targets),
    ) == ASKED[plan.id]


@pytest.mark.parametrize(
    ("plan", "target_id", "told"),
    [
        # one row of each plan, as its text has it
        (
            "CC",
            "CC-T010",
            ("by_date", "--06-30", "must", "deadline", date(2018, 6, 30), "once", ""),
        ),
        ("CC", "CC-T044", (">=", "30", "must", "stated", None, "continuous", "100")),
        ("YC", "YC-T001", ("<=", "100", "must", "stated", date(2020, 12, 31), "once", "80")),
        ("YC", "YC-T004", (">", "5000", "must", "stated", date(2020, 12, 31), "once", "")),
        ("GQ", "GQ-T002", (">=", "90", "must", "stated", date(2021, 12, 31), "once", "")),
        ("HY", "HY-T016", (">=", "33.33", "must", "stated", None, "continuous", "")),
        ("BC", "BC-T007", ("within_days", "1", "principle", "stated", None, "per_event", "")),
    ],
)
def test_a_target_is_what_the_text_says(
    plan: str, target_id: str, told: tuple[object, ...]
) -> None:
    target = next(t for t in PLANS[plan].targets if t["target_id"] == target_id)
    texts = (target[c] for c in ("comparator", "value", "hardness", "kind"))
    rest = (target["recurrence"], target["stretch_value"])
    assert (*texts, PLANS[plan].target_due(target), *rest) == told


@pytest.mark.parametrize(
    ("plan", "year", "starts", "ends", "limit", "figures", "scope", "city", "units"),
    [
        ("BC", 2022, date(2022, 1, 1), date(2022, 12, 31), (7, "workday"), "own", "parent",
         "白城市", {"department": 14, "street": 3}),
        ("CC", 2018, date(2018, 1, 1), date(2018, 12, 31), (7, "workday"), "own", "parent",
         "长春市", {"department": 40, "town": 3, "street": 6}),
        ("YC", 2020, date(2020, 1, 1), date(2020, 12, 31), (7, "workday"), "official", "own",
         "盐城市", {"department": 55, "county": 11}),
        ("GQ", 2021, date(2021, 5, 15), date(2021, 12, 31), (7, "workday"), "official", "parent",
         "淄博市", {"department": 30, "town": 8, "street": 2}),
        ("HY", 2021, date(2021, 1, 1), date(2021, 12, 31), (15, "natural"), "own", "parent",
         "济南市", {"department": 28, "street": 16}),
    ],
)  # fmt: skip
def test_a_plan_has_its_own_settings_and_roster(
    plan: str, year: int, starts: date, ends: date, limit: tuple[int, str], figures: str,
    scope: str, city: str, units: dict[str, int],
) -> None:  # fmt: skip
    chosen = PLANS[plan]
    assert (chosen.year, chosen.period_start, chosen.period_end) == (year, starts, ends)
    assert [(x["days"], x["kind"]) for x in chosen.limits] == [limit]
    assert (chosen.figures, chosen.index_scope) == (figures, scope)
    assert chosen.settings["index_city"] == city
    serving = [u for u in chosen.units if chosen.is_serving(u["unit_id"])]
    assert counted(serving, "kind") == units
    assert chosen.is_sample


@by_plan
def test_the_rosters_are_fictitious_and_their_codes_belong_to_nobody(plan: Plan) -> None:
    for unit in plan.units:
        assert unit["name"].startswith("示例")
        assert unit["uscc"].startswith("11990000" + plan.id)  # region 990000 is not assigned
        assert is_org_code(unit["uscc"][8:17])
    assert all(alias["alias"].startswith("示例") for alias in plan.aliases)


@by_plan
def test_names_that_mean_several_or_nobody_carry_no_result(plan: Plan) -> None:
    without = {c["clause_name"] for c in plan.clause_names if c["meaning"] != "unit"}
    assert not without & plan.unit_of_clause.keys()
    for clause in plan.clause_names:
        found = plan.units_named(clause["clause_name"])
        if clause["meaning"] == "unit":
            assert found[0] == plan.unit_of_clause[clause["clause_name"]]
        if clause["meaning"] in {"external", "truncated"}:
            assert found == []


@by_plan
def test_courts_party_organs_and_vertical_agencies_are_listed_only(plan: Plan) -> None:
    listed = ("法院", "检察院", "纪检", "组织", "宣传", "政法", "税", "人民银行", "银保监")
    for unit in plan.units:
        kind_of_office = unit["name"].partition("（")[2]
        if any(word in kind_of_office for word in listed):
            assert unit["ranking_group"] == "listed", unit["name"]
        if unit["kind"] != "department":
            assert unit["ranking_group"] == "street"


@by_plan
def test_every_counted_task_has_somebody_who_answers_for_it(plan: Plan) -> None:
    """BC-14 names only collective terms: nobody leads it, and nothing is counted."""
    nobody = {t["task_id"] for t in plan.tasks if t["task_kind"] not in {"context", "group"}}
    nobody -= {t["task_id"] for t in plan.tasks if plan.lead_of(t)}
    bc = {"BC-14-1-a", "BC-14-1-b", "BC-14-1-c", "BC-14-2"}
    assert nobody == (bc if plan.id == "BC" else set())


@pytest.mark.parametrize(
    ("plan", "task_id", "lead", "units"),
    [
        ("CC", "CC-07-T2", "CC-U02", 1),  # clause actor 区发改局 alone, of 30 named units
        ("CC", "CC-04-2-b", "CC-U15", 1),  # 区工商分局, as 工商分局
        ("CC", "CC-04-1-a", "CC-U01", 1),  # 区政府
        ("CC", "CC-03-R-a", "CC-U03", 2),  # 区绩效考核部门 and 区发改局
        ("CC", "CC-04-2-d", "CC-U02", 1),  # 市金融办 is no unit of the district
        # twelve names; 区国税局 and 区地税局 were merged in July, so that a thirteenth unit follows
        ("CC", "CC-08-R-a", "CC-U01", 13),
        ("YC", "YC-M3-1-b", "YC-U02", 1),
        ("YC", "YC-M5-1", "YC-U05", 16),
        ("YC", "YC-M4-1-a2", "YC-U01", 66),  # 市各相关成员单位: 55 departments and 11 counties
        (
            "GQ",
            "GQ-08-c1",
            "GQ-U01",
            18,
        ),  # actor 县相关行业主管(监管)部门, lead 县发展改革局: 18 with power
        ("GQ", "GQ-09-a1", "GQ-U19", 30),  # actors 县政务服务大厅 and 县直有关部门
    ],
)
def test_who_answers_for_a_task(plan: str, task_id: str, lead: str, units: int) -> None:
    chosen, task = task_of(plan, task_id)
    found = chosen.responsible_units(task)
    assert (chosen.lead_of(task), found[0], len(found)) == (lead, lead, units)


# The reform of 2018 and 2019


def test_two_tax_offices_answer_until_the_fifth_of_july_2018_then_one() -> None:
    plan, june = task_of("CC", "CC-01-Ta")  # each member unit, by 30 June
    _, august = task_of("CC", "CC-02-T2")  # each member unit, by 15 August
    taxes = {"CC-U23", "CC-U24", "CC-U25"}
    assert taxes & set(plan.responsible_units(june)) == {"CC-U23", "CC-U24"}
    assert taxes & set(plan.responsible_units(august)) == {"CC-U25"}
    assert [plan.heir_on("CC-U24", date(2018, 7, day)) for day in (4, 5)] == ["CC-U24", "CC-U25"]


def test_a_duty_passes_to_the_unit_that_it_was_merged_into() -> None:
    plan = PLANS["CC"]
    duty = next(d for d in plan.duties if d["duty_id"] == "CC-DU-APP")
    owed = [(o.due.label, o.unit_id) for o in obligations_of(plan, duty, load_calendar())]
    # eleven domains, eleven reports at the end of each even month: 区国税局 reports for taxes until
    # June (due on Saturday 30 June, before the merger), its successor from August on
    assert Counter(label for label, _ in owed) == dict.fromkeys(
        ("2018-02", "2018-04", "2018-06", "2018-08", "2018-10", "2018-12"), 11
    )
    assert [unit for _, unit in owed if unit in {"CC-U23", "CC-U25"}] == (
        ["CC-U23"] * 3 + ["CC-U25"] * 3
    )


def test_units_of_a_later_year_are_not_of_this_plan() -> None:
    plan = PLANS["CC"]
    assert not plan.is_serving("CC-U41")  # 市场监管, from 2019 on
    assert plan.is_serving("CC-U15")
    _, task = task_of("CC", "CC-01-D-a")
    assert not {"CC-U41", "CC-U42"} & set(plan.responsible_units(task))


# HY names no units: its roster and who does what are the office's sample


def test_the_decomposition_of_hy_covers_every_leaf_and_says_that_it_is_a_sample() -> None:
    plan = PLANS["HY"]
    assert {row["note"] for row in plan.decomposition} == {"示例分解"}
    decomposed = {row["task_id"] for row in plan.decomposition}
    assert {t["task_id"] for t in plan.tasks if t["task_kind"] == "routine"} <= decomposed
    assert {t["task_id"] for t in plan.targets} <= decomposed
    for task in plan.tasks:
        named = task["lead_departments"] + task["responsible_departments"]
        assert named == ""  # the plan's own text stays as it is


def test_the_clause_comes_before_the_decomposition() -> None:
    plan, task = task_of("HY", "HY-2-1-1-a")  # clause actor 认定部门: units with power
    assert plan.lead_of(task) == "HY-U02"
    others = plan.responsible_units(task)
    assert {plan.roster[unit]["ranking_group"] for unit in others} == {"power"}
    plan, task = task_of("HY", "HY-5-1")  # clause actor 街道办事处
    assert len(plan.responsible_units(task)) == 17  # 16 streets and the lead


# Parts of the score, owners of indicators, duties


@by_plan
def test_sample_weights_say_that_they_are_samples(plan: Plan) -> None:
    parts = [(p["part_id"], float(p["weight"]), float(p["target"])) for p in plan.assessment]
    compliance = 98 if plan.id == "HY" else 100  # HY-1-3-c
    assert parts == [
        ("report", 25, 100), ("compliance", 25, compliance), ("on_time", 20, 100),
        ("ledger", 15, 100), ("task", 15, 100),
    ]  # fmt: skip
    assert {p["note"] for p in plan.assessment} == {"示例权重"}


def test_only_the_city_that_is_ranked_has_assigned_indicators() -> None:
    assigned = {p.id: len(p.index_owners) for p in PLANS.values() if p.index_owners}
    assert assigned == {"YC": 24}
    assert {row["doc_no"] for row in PLANS["YC"].index_owners} == {"示信办〔2020〕6号"}


@by_plan
def test_a_due_day_that_the_text_does_not_give_says_whose_it_is(plan: Plan) -> None:
    months = {d["duty_id"]: d["cadence"] for d in plan.duties if d["due_day"] == "end"}
    silent = {"YC-DU-ANALYSIS", "YC-DU-MEET", "YC-DU-ASSESS"}
    for duty in plan.duties:
        assert ("本办设定" in duty["basis"]) == (duty["duty_id"] in silent | {"CC-DU-APP"})
    assert plan.id != "CC" or months == {"CC-DU-CASE": "monthly", "CC-DU-APP": "even_month"}


def test_every_recurring_clause_with_a_day_is_a_duty() -> None:
    """Those left: BC-02-b, BC-04-2, BC-08-3, BC-13-4 give no day, and their figures come from
    ledgers."""
    recurring = {
        t["task_id"] for p in PLANS.values() for t in p.tasks if t["task_kind"] == "recurring"
    }
    owed = {d["task_id"] for p in PLANS.values() for d in p.duties}
    assert recurring - owed == {"BC-02-b", "BC-04-2", "BC-08-3", "BC-13-4"}
    assert owed <= recurring


@by_plan
def test_files_have_the_columns_that_the_format_tells(plan: Plan) -> None:
    told = {
        "duties": "duty_id title task_id metric_id ledgers cadence due_day due_month_offset "
        "first_due last_due until_task units basis",
        "assessment": "part_id title metric_id weight comparator target valid_from valid_to note",
        "index_owners": "indicator_id unit_id doc_no valid_from valid_to",
    }
    for name, columns in told.items():
        with (plan.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == columns.split()
