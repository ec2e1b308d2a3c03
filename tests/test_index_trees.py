"""The indicator trees: what is known of each version, and what a faulty file is told."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.pipeline import Pipeline
from tests.conftest import run_citycredit
from tests.homes import make_home
from warehouse.index_trees import SHIPPED_TREES, IndexTreeError, load_trees, tree_tables

HEADER = "indicator_id,parent_id,level,name,full_score,placement,legal_status,note\n"
VERSIONS = "index_version,title,issued_date,full_score,source,note\n"
GOOD = [
    "A1,,1,甲,6,stated,in_force,",
    "A2,,1,乙,4,stated,in_force,",
    "B1,A1,2,丙,2,stated,in_force,",
    "B2,A1,2,丁,4,inferred,in_force,",
    "B3,,2,,,unknown,in_force,",
]


def folder_of(tmp_path: Path, rows: list[str], version: str = "t,测试版,2021-01-01,10,,") -> Path:
    (tmp_path / "versions.csv").write_text(VERSIONS + version + "\n", encoding="utf-8")
    text = HEADER + "".join(f"{row}\n" for row in rows)
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_2020_version_as_published() -> None:
    tree = load_trees()["2020"]
    levels = {level: [i for i in tree.indicators if i.level == level] for level in (1, 2, 3)}
    assert [len(found) for found in levels.values()] == [4, 15, 25]
    for level in (1, 2):
        assert sum(i.full_score or 0 for i in levels[level]) == 100
    # 1 to 21 of the third level have names, none has a score.
    assert [bool(i.name) for i in levels[3]] == [True] * 21 + [False] * 4
    assert all(i.full_score is None and i.placement != "stated" for i in levels[3])
    assert [i.name for i in levels[2] if i.parent_id == "A3"] == [
        "事前监管",
        "事中监管",
        "事后监管",
    ]


def test_the_2019_version_knows_its_total_only() -> None:
    tree = load_trees()["2019"]
    assert tree.full_score == 140
    assert sum(i.level == 1 for i in tree.indicators) == 5
    assert all(i.full_score is None for i in tree.indicators)


def test_what_counts_lists_is_historical() -> None:
    names = {
        i.name
        for tree in load_trees().values()
        for i in tree.indicators
        if i.legal_status == "historical"
    }
    assert names == {"守信激励主体占比", "失信惩戒", "联合奖惩绩效"}


def test_historical_reaches_down_and_up(tmp_path: Path) -> None:
    rows = [
        "A1,,1,甲,6,stated,in_force,",
        "A2,,1,乙,4,stated,historical,",
        "B1,A1,2,丙,,stated,in_force,",
        "B2,A2,2,丁,4,stated,in_force,",  # below a historical one
        "C1,B1,3,戊,,stated,historical,",  # all that B1 consists of
        "C2,B2,3,己,,stated,in_force,",
    ]
    _, told = tree_tables([load_trees(folder_of(tmp_path, rows))["t"]])["index_tree"]
    # A1 has one part only, and that one is historical as a whole.
    assert {row[1]: row[7] for row in told} == dict.fromkeys(
        ["A1", "A2", "B1", "B2", "C1", "C2"], "historical"
    )
    _, shipped = tree_tables([load_trees()["2020"]])["index_tree"]
    # 企业守信 is known by 守信激励主体占比 alone; 事后监管 has more to it.
    assert [row[1] for row in shipped if row[7] == "historical"] == ["B07", "C11", "C16"]


def test_a_home_adds_a_version_of_its_own(tmp_path: Path) -> None:
    trees = load_trees(folder_of(tmp_path, GOOD))
    assert list(trees) == ["2019", "2020", "t"]
    assert [i.indicator_id for i in trees["t"].indicators] == ["A1", "A2", "B1", "B2", "B3"]
    _, rows = tree_tables([trees["t"]])["index_tree"]
    assert rows[4][:6] == ("t", "B3", None, 2, "", None)


def test_a_home_without_trees_has_those_shipped(tmp_path: Path) -> None:
    assert list(load_trees(tmp_path)) == ["2019", "2020"]


@pytest.mark.parametrize(
    ("number", "row", "line", "reason"),
    [
        (1, "A1,,1,乙,4,stated,in_force,", 3, "指标编号 A1 重复"),
        (1, ",,1,乙,4,stated,in_force,", 3, "indicator_id 为空"),
        (1, "A2,,1,乙,5,stated,in_force,", None, "下级分值合计 11，与总分 10 不等"),
        (2, "B1,A1,2,丙,1,stated,in_force,", 2, "下级分值合计 5，与上级 A1 的分值 6 不等"),
        (2, "B1,A1,2,丙,,stated,in_force,", 0, ""),  # a part is not known: nothing to add up
        (3, "B2,A1,2,丁,7,stated,in_force,", 2, "下级分值合计 9，与上级 A1 的分值 6 不等"),
        (2, "B1,A9,2,丙,2,stated,in_force,", 4, "上级指标 A9 不存在"),
        (2, "B1,A1,3,丙,2,stated,in_force,", 4, "上级指标 A1 是 1 级，应为 2 级"),
        (2, "B1,,2,丙,2,stated,in_force,", 4, "placement 应为 unknown"),
        (2, "B1,A1,2,丙,2,unknown,in_force,", 4, "placement 不能是 unknown"),
        (1, "A2,A1,1,乙,4,stated,in_force,", 3, "一级指标不能有上级"),
        (1, "A2,,5,乙,4,stated,in_force,", 3, "level 应为 1–4，现为“5”"),
        (1, "A2,,1,乙,四,stated,in_force,", 3, "full_score 应为大于 0 的数，现为“四”"),
        (1, "A2,,1,乙,4,sure,in_force,", 3, "placement 应为 inferred/stated/unknown"),
        (1, "A2,,1,乙,4,stated,old,", 3, "legal_status 应为 historical/in_force"),
        (1, "A2,,1,乙", 3, "列数与表头不一致"),
    ],
)
def test_a_faulty_row_is_named(
    tmp_path: Path, number: int, row: str, line: int | None, reason: str
) -> None:
    folder = folder_of(tmp_path, [*GOOD[:number], row, *GOOD[number + 1 :]])
    if line == 0:
        assert "t" in load_trees(folder)
        return
    with pytest.raises(IndexTreeError) as refused:
        load_trees(folder)
    assert refused.value.file == str(folder / "t.csv")
    assert refused.value.line == line
    assert reason in refused.value.reason


def test_parts_of_which_one_is_unknown_may_not_exceed_the_whole(tmp_path: Path) -> None:
    rows = [*GOOD[:2], "B1,A1,2,丙,7,stated,in_force,", "B2,A1,2,丁,,stated,in_force,"]
    with pytest.raises(IndexTreeError, match="下级分值合计 7，与上级 A1 的分值 6 不等"):
        load_trees(folder_of(tmp_path, rows))


@pytest.mark.parametrize(
    ("version", "reason"),
    [("2020,又一个,,100,,", "版本 2020 已有"), ("t,测试版,去年,10,,", "不是日期"),
     (",x,,,,", "为空"), ("u,没有文件,,10,,", "缺少这个文件")],
)  # fmt: skip
def test_a_faulty_list_of_versions_is_named(tmp_path: Path, version: str, reason: str) -> None:
    folder = folder_of(tmp_path, GOOD, version)
    if version.startswith("2020"):
        shutil.copy(SHIPPED_TREES / "2020.csv", folder / "2020.csv")
    with pytest.raises(IndexTreeError, match=reason):
        load_trees(folder)


def test_a_build_takes_the_versions_of_its_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(tmp_path, monkeypatch)
    folder_of(home.index_trees, GOOD)
    version = Pipeline(home, date(2026, 1, 1)).build().version
    with duckdb.connect(str(home.versions / f"{version}.duckdb"), read_only=True) as con:
        counts = con.sql("select index_version, count(*) from ref.index_tree group by 1 order by 1")
        assert counts.fetchall() == [("2019", 16), ("2020", 44), ("t", 5)]


def test_the_command_names_the_file_and_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_home(tmp_path, monkeypatch)
    folder_of(home.index_trees, [*GOOD[:1], "A1,,1,乙,4,stated,in_force,"])
    refused = run_citycredit("build", home=home.root)
    assert refused.returncode == 2
    assert "t.csv 第 3 行：指标编号 A1 重复" in refused.stderr


def test_missing_columns_are_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, [])
    (folder / "t.csv").write_text("indicator_id,level\n", encoding="utf-8")
    with pytest.raises(IndexTreeError, match="缺少列：full_score、legal_status、name"):
        load_trees(folder)
