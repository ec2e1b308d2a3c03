"""A plan folder that contradicts itself is refused: each test breaks one thing in a copy and asks
for the file, the line and the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plan_folders import add_row, copied, row_of, set_cell, set_line
from warehouse.plans import PlanError, load_plan

Break = Callable[[Path], int]
TRUNCATED = "区教(原文在此截断)"


def refused(folder: Path, table: str, line: int | None, words: str) -> None:
    with pytest.raises(PlanError) as error:
        load_plan(folder)
    assert (Path(error.value.file).name, error.value.line) == (table, line)
    assert words in error.value.reason
    assert table in str(error.value)


def cell(table: str, row: int, **cells: str) -> Break:
    return lambda folder: set_cell(folder, table, row, **cells)


def added(table: str, **cells: str) -> Break:
    return lambda folder: add_row(folder, table, **cells)


BROKEN: dict[str, list[tuple[Break, str]]] = {
    "units": [
        (cell("units", 2, unit_id="CC-U01"), "“CC-U01”重复"),
        (cell("units", 2, unit_id=""), "unit_id 为空"),
        (cell("units", 2, uscc="11990000CC000001X9"), "“11990000CC000001X9”重复"),
        (cell("units", 2, uscc="11990000CC00000280"), "校验不通过"),
        (cell("units", 2, kind="bureau"), "kind“bureau”不认识"),
        (cell("units", 2, ranking_group="court"), "ranking_group“court”不认识"),
        (cell("units", 2, valid_from="2018-07-01", valid_to="2018-07-01"), "valid_to 应晚于"),
        (cell("units", 2, valid_to="2018-6-1"), "不是日期：2018-6-1"),
        # 15 goes into 41 on the first day of 2019
        (cell("units", 15, successor="CC-U99"), "单位 CC-U99 不在名册"),
        (cell("units", 15, valid_to=""), "还要写 valid_to"),
        (cell("units", 15, successor="CC-U15"), "不能是单位自己"),
        (cell("units", 15, valid_to="2018-12-31"), "还没有设立"),
        # names that the text means for nobody in particular carry no result
        (cell("units", 2, clause_names="各单位"), "“各单位”是集合名称"),
        (cell("units", 2, clause_names="区发改局;相关单位"), "“相关单位”是集合名称"),
        (cell("units", 2, clause_names="市金融办"), "“市金融办”是外部单位"),
        (cell("units", 2, name=TRUNCATED), "是残缺名称"),
        (cell("units", 3, clause_names="区发改局"), "属于两个单位：CC-U02 和 CC-U03"),
    ],
    "aliases": [
        (cell("aliases", 2, unit_id="CC-U99"), "单位 CC-U99 不在名册"),
        (cell("aliases", 2, kind="short"), "kind“short”不认识"),
        (cell("aliases", 2, alias="示例单位01"), "属于两个单位：CC-U01 和 CC-U02"),
        (cell("aliases", 2, alias="各相关单位"), "是集合名称"),
        (
            added("aliases", unit_id="CC-U20", alias="示例第二个名称", kind="title"),
            "同一时期只有一个正式名称",  # 20 has a title from 2019 on already
        ),
    ],
    "clause_names": [
        (cell("clause_names", 1, meaning="somebody"), "meaning“somebody”不认识"),
        (added("clause_names", clause_name="区某局", meaning="unit"), "没有单位承担这个名称"),
        (added("clause_names", clause_name="区发改局", meaning="unit"), "“区发改局”重复"),
        (cell("clause_names", 1, expands_to="department"), "不是集合名称"),
        (
            added("clause_names", clause_name="各某", meaning="collective", expands_to="village"),
            "“village”对不上名册中的单位",
        ),
        (
            added("clause_names", clause_name="各某", meaning="collective", expands_to="group:x"),
            "“group:x”对不上名册中的单位",
        ),
        (cell("clause_names", 43, expands_to="clause:各镇"), "不能再写条款用名"),  # 各镇 itself
    ],
    "tasks": [
        (cell("tasks", 3, task_id="CC-G"), "“CC-G”重复"),
        (cell("tasks", 3, task_kind="goal"), "task_kind“goal”不认识"),
        (cell("tasks", 3, done_by="boss"), "done_by“boss”不认识"),
        (cell("tasks", 3, parent_id="CC-X"), "上级任务 CC-X 不存在"),
        (cell("tasks", 3, deadline="--13-01"), "不是日期"),
        (cell("tasks", 3, clause_actor="区某局"), "责任单位“区某局”不在名册"),
    ],
    "targets": [
        (cell("targets", 2, task_id="CC-99"), "目标挂在不存在的任务 CC-99 上"),
        (cell("targets", 2, metric_id="no_such_metric"), "没有指标“no_such_metric”"),
        (cell("targets", 2, comparator="<"), "comparator“<”不认识"),
        (cell("targets", 2, hardness="approx"), "hardness“approx”不认识"),
        (cell("targets", 2, kind="wish"), "kind“wish”不认识"),
        (cell("targets", 2, legal_status="old"), "legal_status“old”不认识"),
        (cell("targets", 2, value="many"), "value“many”应为数"),
        (cell("targets", 2, target_id="CC-T900"), "没有写明怎样测量"),
        (cell("targets", 2, target_id="CC-T001"), "同一目标的两个版本有效期重叠"),
        (cell("targets", 10, due_date=""), "要写 due_date"),  # CC-T010: by_date
    ],
    "bindings": [
        (added("bindings", target_id="CC-T900", measure="declaration"), "目标 CC-T900 不存在"),
        (added("bindings", target_id="CC-T001", measure="declaration"), "“CC-T001”重复"),
        (cell("bindings", 2, measure="opinion"), "测量方式“opinion”不认识"),
        (cell("bindings", 2, measure="duty:CC-DU-X"), "义务 CC-DU-X 不在"),
        (cell("bindings", 2, measure="ledger:declaration+rumour"), "台账“rumour”不认识"),
        (cell("bindings", 2, parameters="kind"), "看不懂"),
        (cell("bindings", 2, parameters="colour=red"), "参数“colour”不是"),
    ],
    "duties": [
        (added("duties", duty_id="CC-DU-PROG"), "“CC-DU-PROG”重复"),
        (cell("duties", 2, metric_id="no_such_metric"), "没有指标“no_such_metric”"),
        (cell("duties", 2, ledgers="admin_permit+rumour"), "台账“rumour”不认识"),
        (cell("duties", 2, units="clause:市金融办"), "“clause:市金融办”"),
        (cell("duties", 2, units=f"clause:{TRUNCATED}"), "原文在此截断"),
        (cell("duties", 2, units="CC-U99"), "“CC-U99”"),
    ],
    "applicability": [
        (
            added("applicability", unit_id="CC-U99", subject="duty", subject_id="CC-DU-PROG",
                  state="not", reason="无"),
            "单位 CC-U99 不在名册",
        ),
        (
            added("applicability", unit_id="CC-U01", subject="duty", subject_id="CC-DU-X",
                  state="not", reason="无"),
            "义务 CC-DU-X 不在",
        ),
        (
            added("applicability", unit_id="CC-U01", subject="metric", subject_id="no_such_metric",
                  state="not", reason="无"),
            "没有指标“no_such_metric”",
        ),
        (
            added("applicability", unit_id="CC-U01", subject="duty", subject_id="CC-DU-PROG",
                  state="exempt"),
            "要写明理由",
        ),
        (
            added("applicability", unit_id="CC-U01", subject="task", subject_id="CC-DU-PROG",
                  state="not", reason="无"),
            "subject“task”",
        ),
        (
            added("applicability", unit_id="CC-U01", subject="duty", subject_id="CC-DU-PROG",
                  state="maybe", reason="无"),
            "state“maybe”",
        ),
    ],
    "assessment": [
        (cell("assessment", 1, metric_id="no_such_metric"), "没有指标“no_such_metric”"),
        (cell("assessment", 1, comparator="="), "应为 >= 或 <="),
        (cell("assessment", 1, weight="-25"), "权重应大于 0"),
        (cell("assessment", 1, weight="much"), "weight“much”应为数"),
        (cell("assessment", 2, part_id="report"), "同一考核项的有效期重叠"),
        # the sum of five rows: the last one is named, or the one that begins or ends on the day
        (cell("assessment", 5, weight="5"), "2018-01-01 起有效的权重合计为 90，应为 100"),
        (cell("assessment", 5, valid_from="2018-02-01"), "2018-01-01 起有效的权重合计为 85"),
        (cell("assessment", 3, valid_to="2018-07-01"), "2018-07-01 起有效的权重合计为 80"),
    ],
    "index_owners": [
        (added("index_owners", indicator_id="C99", unit_id="CC-U01", doc_no="1"), "没有指标 C99"),
        (added("index_owners", indicator_id="C01", unit_id="CC-U99", doc_no="1"), "CC-U99"),
        (added("index_owners", indicator_id="C01", unit_id="CC-U01"), "要写明印发分解清单的文号"),
    ],
}  # fmt: skip
CASES = [(table, *case) for table, cases in BROKEN.items() for case in cases]


@pytest.mark.parametrize(
    ("table", "break_it", "words"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)]
)
def test_a_contradiction_is_refused_with_file_line_and_reason(
    tmp_path: Path, table: str, break_it: Break, words: str
) -> None:
    folder = copied("CC", tmp_path)
    line = break_it(folder)
    refused(folder, f"{table}.csv", line, words)


def test_a_target_needs_its_line_in_the_bindings(tmp_path: Path) -> None:
    folder = copied("CC", tmp_path)
    set_cell(folder, "bindings", 1, target_id="CC-T999")  # that of CC-T001
    refused(folder, "targets.csv", 2, "没有写明怎样测量")


def test_a_name_that_the_text_uses_must_be_known(tmp_path: Path) -> None:
    folder = copied("CC", tmp_path)
    number = row_of(folder, "clause_names", clause_name=TRUNCATED)
    set_cell(folder, "clause_names", number, clause_name="区教育")
    line = row_of(folder, "tasks", task_id="CC-08") + 1
    refused(folder, "tasks.csv", line, f"责任单位“{TRUNCATED}”不在名册")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('figures = "own"', 'figures = "both"', "figures 应为"),
        ('index_scope = "parent"', 'index_scope = "county"', "index_scope 应为"),
        ('index_city = "长春市"', 'index_city = ""', "要写明 index_city"),
        ('index_version = "2020"', 'index_version = "1999"', "没有 1999 版指标树"),
        ("period_end = 2018-12-31", "period_end = 2019-03-31", "应在 2018 年内"),
        ("period_start = 2018-01-01", "period_start = 2018-12-31", ""),  # a single day may be
        ("period_end = 2018-12-31", "period_end = 2017-12-31", "早于 period_start"),
    ],
)
def test_settings_are_checked(tmp_path: Path, old: str, new: str, words: str) -> None:
    folder = copied("CC", tmp_path)
    set_line(folder, old, new)
    if words:
        refused(folder, "plan.toml", None, words)
    else:
        load_plan(folder)


def test_the_decomposition_names_units_of_the_roster_and_moves_no_deadline(tmp_path: Path) -> None:
    folder = copied("HY", tmp_path)
    line = set_cell(folder, "decomposition", 2, lead="HY-U99")
    refused(folder, "decomposition.csv", line, "单位 HY-U99 不在名册")
    set_cell(folder, "decomposition", 2, lead="HY-U02", units="clause:金融机构")
    refused(folder, "decomposition.csv", line, "“clause:金融机构”对不上")
    set_cell(folder, "decomposition", 2, units="", task_id="HY-X")
    refused(folder, "decomposition.csv", line, "任务 HY-X 不存在")
    set_cell(folder, "decomposition", 2, task_id="HY-1-1")
    set_cell(folder, "tasks", row_of(folder, "tasks", task_id="HY-1-1"), deadline="2021-06-30")
    refused(folder, "decomposition.csv", line, "分解表不能另定")


def test_no_index_no_owners(tmp_path: Path) -> None:
    folder = copied("YC", tmp_path)
    set_line(folder, 'index_scope = "own"   ', 'index_scope = "none"  ')
    refused(folder, "index_owners.csv", 2, "不能分解监测指标")


# Amendments: two versions of a row, one after the other


def test_an_amended_target_has_versions_that_follow_each_other(tmp_path: Path) -> None:
    folder = copied("HY", tmp_path)
    number = row_of(folder, "targets", target_id="HY-T004")  # 98 % compliance
    target = dict(load_plan(folder).targets[number - 1])
    line = add_row(folder, "targets", **target | {"value": "99", "valid_from": "2021-07-01"})
    refused(folder, "targets.csv", line, "同一目标的两个版本有效期重叠")
    set_cell(folder, "targets", number, valid_from="", valid_to="2021-07-01")
    versions = [t for t in load_plan(folder).targets if t["target_id"] == "HY-T004"]
    assert [(t["value"], *map(str, t.validity)) for t in versions] == [
        ("98", "1900-01-01", "2021-07-01"),
        ("99", "2021-07-01", "2200-01-01"),
    ]
    set_cell(folder, "targets", line - 1, task_id="HY-1-3-d")
    refused(folder, "targets.csv", line, "各版本 task_id 应相同")


def test_weights_change_within_the_year_when_they_still_add_up(tmp_path: Path) -> None:
    folder = copied("CC", tmp_path)
    parts = {part["part_id"]: dict(part) for part in load_plan(folder).assessment}
    for number in (1, 2):  # 上报 25 and 合规 25 until the end of June, 30 and 20 after it
        set_cell(folder, "assessment", number, valid_to="2018-07-01")
    add_row(folder, "assessment", **parts["report"] | {"weight": "30", "valid_from": "2018-07-01"})
    changed = parts["compliance"] | {"weight": "20", "valid_from": "2018-07-01"}
    line = add_row(folder, "assessment", **changed)
    assert len(load_plan(folder).assessment) == 7
    set_cell(folder, "assessment", line - 1, weight="19.5")
    with pytest.raises(PlanError, match=r"2018-07-01 起有效的权重合计为 99\.5"):
        load_plan(folder)


def test_a_plan_without_an_assessment_has_no_score(tmp_path: Path) -> None:
    folder = copied("CC", tmp_path)
    (folder / "assessment.csv").unlink()
    assert load_plan(folder).assessment == []
