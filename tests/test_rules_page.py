"""The page 规则目录 for two plans, the words of rules, and docs/rules.md."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.rule_words import (
    CRASHED,
    FAILED,
    FAMILIES,
    UNASKED,
    WAITING,
    catalogue,
    family_of,
    force_words,
    matching,
    plan_values,
    summary_words,
)
from etl.pipeline import Pipeline
from expectations.rules import load_catalogue, load_rules
from tests.homes import make_penalty_csv
from tests.page_support import open_page, texts
from tools import rule_docs
from warehouse.home import Home

WAITS = len(load_catalogue()) - len(load_rules())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """BC: five penalties received in July 2022, of which two have a wrong code; YC: two, in order,
    received in July 2020."""
    folder = tmp_path_factory.mktemp("rules")
    home = Home.open(folder / "home", create=True)
    pipeline = Pipeline(home, date(2026, 1, 1))
    wrong = make_penalty_csv(folder / "bc.csv", rows=5)
    lines = wrong.read_text(encoding="utf-8-sig").splitlines()
    lines[2:4] = [line.replace("91110000600037341L", "91110000600037341M") for line in lines[2:4]]
    wrong.write_text("\n".join(lines), encoding="utf-8-sig")
    assert not pipeline.load([wrong], "BC", received=date(2022, 7, 5)).problems
    right = make_penalty_csv(folder / "yc.csv", first=20, rows=2, day="2020/06/30")
    assert not pipeline.load([right], "YC", received=date(2020, 7, 3)).problems
    return home


def page(
    home: Home, monkeypatch: pytest.MonkeyPatch, plan: str, period: str, **more: str
) -> AppTest:
    return open_page(home.root, monkeypatch, "rules", plan=plan, period=period, **more)


def listed(app: AppTest) -> pl.DataFrame:
    return pl.DataFrame(app.dataframe[0].value.to_dict("records"), infer_schema_length=None)


def test_every_rule_is_listed_with_how_it_fared(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(home, monkeypatch, "BC", "2022-07")
    rules = {row["编号"]: row for row in listed(app).to_dicts()}
    assert set(rules) == {rule.id for rule in load_catalogue()}
    g05 = rules["G05"]
    assert (g05["本期"], g05["查出行数"], g05["检查行数"], g05["级别"]) == (
        FAILED,
        2,
        5,
        "不可报",
    )
    assert rules["R01"]["本期"] == WAITING
    assert rules["X01"]["本期"] == UNASKED  # no permits came in
    words = texts(app)
    assert f"共 {len(load_rules())} 条规则在用" in words
    assert f"另有 {WAITS} 条待台账接入后启用，现不检查、不计数" in words
    assert CRASHED not in words


def test_another_plan_and_another_period_have_their_own_counts(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {
        row["编号"]: row for row in listed(page(home, monkeypatch, "YC", "2020-07")).to_dicts()
    }
    assert (other["G05"]["查出行数"], other["G05"]["检查行数"]) == (0, 2)
    year = {row["编号"]: row for row in listed(page(home, monkeypatch, "BC", "2022")).to_dicts()}
    assert year["G05"]["查出行数"] == 2


@pytest.mark.parametrize(
    ("plan", "period", "limit"),
    [("BC", "2022-07", "7 个工作日"), ("YC", "2020-07", "7 个工作日")],
)
def test_the_only_rule_found_is_opened(
    plan: str, period: str, limit: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = texts(page(home, monkeypatch, plan, period, find="T01"))
    assert "T01 迟报" in words
    assert "迟报已成事实，请照实报送" in words
    assert "国办发〔2015〕51 号" in words
    assert f"报送期限 {limit}" in words


def test_a_rule_that_waits_says_so(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    words = texts(page(home, monkeypatch, "BC", "2022-07", find="r04"))
    assert "R04 修复办理超期" in words
    assert "这条规则的台账还没有接入" in words
    assert "把握：低，依据未能全部核实，只提示，不判错。" in words


def test_choices_narrow_the_list(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(home, monkeypatch, "BC", "2022-07", rule_severity="迟报")
    assert listed(app)["编号"].to_list() == ["T01"]
    app = page(home, monkeypatch, "BC", "2022-07", find="没有这样的词")
    assert not app.dataframe
    assert "没有这样的规则" in texts(app)


def test_words_are_looked_for_in_id_title_and_family() -> None:
    frame = catalogue(load_catalogue(), pl.DataFrame())
    assert matching(frame, text=" g05 ")["rule_id"].to_list() == ["G05"]
    assert set(matching(frame, text="罚款")["rule_id"]) == {"P02", "P03", "P08"}
    assert set(matching(frame, ledger="joint_case")["rule_id"]) == {"A01", "A02", "A03", "A04"}
    assert matching(frame, certainty="低")["rule_id"].to_list() == ["R04"]
    assert "C02" in matching(frame, certainty="中", severity="提示", kind="单行")["rule_id"]


def test_what_found_most_comes_first() -> None:
    ids = ["G04", "G05", "G06", "T01"]
    counts = pl.DataFrame(
        {
            "rule_id": ids,
            "checked": [9] * 4,
            "failed": [1, 0, 2, 2],
            "failed_batches": [1, 0, 1, 1],
            "errored_batches": [0] * 4,
            "error": [None] * 4,
        },
        schema_overrides={"error": pl.Utf8},
    )
    frame = catalogue([rule for rule in load_catalogue() if rule.id in ids], counts)
    # two and two in the order of the families, then one; without any at the end
    assert frame["rule_id"].to_list() == ["G06", "T01", "G04", "G05"]


def test_a_crashed_rule_is_neither_good_nor_bad() -> None:
    counts = pl.DataFrame(
        {
            "rule_id": ["G05", "G04"],
            "checked": [10, 20],
            "failed": [3, 0],
            "failed_batches": [1, 0],
            "errored_batches": [1, 0],
            "error": ["no column", None],
        }
    )
    rules = [rule for rule in load_catalogue() if rule.id in ("G04", "G05", "G06", "L01")]
    frame = catalogue(rules, counts)
    assert frame["state"].to_list() == [CRASHED, "没有问题", UNASKED, WAITING]
    assert summary_words(frame) == (
        "共 3 条规则在用，本期 0 条查出问题；1 条检查出错（不等于数据不合格，请联系系统管理员）；"
        "另有 1 条待台账接入后启用，现不检查、不计数。"
    )


def test_words_about_force_and_plan() -> None:
    rules = {rule.id: rule for rule in load_catalogue()}
    assert force_words(rules["P19"]) == "2026-04-01 起"
    assert force_words(rules["G05"]) == ""
    told = pl.DataFrame(
        {
            "limit_days": [7, 15, 7],
            "limit_kind": ["workday", "natural", "workday"],
            "subjects": ["complete"] * 3,
            "index_version": [None] * 3,
        }
    )
    assert plan_values(told) == {
        "limits": "7 个工作日、15 个自然日",
        "subjects": "完整，查无此码也提示",
    }
    assert {family_of(rule.id) for rule in load_catalogue()} == set(FAMILIES)


def test_the_page_of_the_rules_is_current() -> None:
    assert rule_docs.PAGE.read_text("utf-8") == rule_docs.render(), "run: make docs"
