"""Every page of all five plans over the sample: it opens, it wears its marks, and it says nothing
that a credit office may not say. One test per plan, since a page is slow to open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.navigation import PAGES
from dashboard.terms import in_present_words, older_words_in, without_quotes
from dashboard.wording import WATERMARK
from tests.dashboard_home import build_town
from tests.page_support import open_page, texts
from warehouse.home import Home
from warehouse.store import Store

PLANS = ("BC", "CC", "YC", "GQ", "HY")
PLAN_TEXT = ("tasks", "方案原文对照")
# The views of a page that are drawn one at a time.
VIEWS = {
    "departments": ("list", ["总体", "测算分", "各率", "适用矩阵"]),
    "tasks": ("part", ["目标", "任务进度", "时间轴", "方案原文对照"]),
    "education": ("part", ["宣传稿件", "会议培训", "典型与示范", "责任人与联络员"]),
    "quality": ("part", ["走势", "原因", "文件", "不可报的行", "反复出现"]),
    "reconcile": ("part", ["四类差异", "抽查清单", "与上级通报"]),
}
THREE = ["双公示上报率", "双公示合规率", "双公示及时率"]
# What the first page of each plan counts: a plan without hand-ins or dated tasks has its routine
# tasks there, one with a limit on late reports the share of late ones.
LIGHTS, OVERDUE, DUTIES, ROUTINE = "到期目标达标", "逾期任务", "台账按期", "常态任务正常率"
MISSED, PARENT = ["应报未报（待核）", "应下未下"], "所在市名次"
CARDS = {
    "BC": [*THREE, LIGHTS, OVERDUE, DUTIES, *MISSED, PARENT],
    "CC": [*THREE, LIGHTS, OVERDUE, DUTIES, *MISSED, PARENT],
    "YC": [*THREE, LIGHTS, OVERDUE, DUTIES, *MISSED, "官方名次"],
    "GQ": [*THREE, LIGHTS, OVERDUE, ROUTINE, *MISSED, PARENT],
    "HY": [*THREE[:2], "双公示迟报率", LIGHTS, ROUTINE, *MISSED, PARENT],
}
FIRST_MONTHS = {"BC": "2022-01", "CC": "2018-01", "YC": "2020-01", "GQ": "2021-05", "HY": "2021-01"}
# Advice that would ask for more lists or cases.
_MORE = re.compile("名单数不足|缺口|增加名单|增加案例|多列|凑足")
_COLUMN = re.compile("[a-z_]+")  # the name of a column as the program has it
_OWN_SCORE = re.compile(r"\d分|\d 分")


@dataclass(frozen=True)
class Shown:
    """One view of a page: what it says, element by element, and the cells of its tables."""

    page: str
    part: str
    app: AppTest
    words: list[str]
    headings: list[str]
    cells: list[str]

    @property
    def own_words(self) -> list[str]:
        return [*self.words, *self.headings, *self.cells]


@pytest.mark.parametrize("plan", PLANS)
def test_every_page_of_a_plan(
    plan: str, sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = [*_open_all(plan, sample_home, monkeypatch)]
    history = _historical_words(sample_home, plan)
    names = _unit_names(sample_home, plan)
    for view in shown:
        where = (plan, view.page, view.part)
        assert WATERMARK in "\n".join(view.words), where
        # A unit is called what it was called on the day (示例单位39（银保监类）).
        told = [_without(names, text) for text in view.own_words]
        assert [w for text in told for w in older_words_in(text)] == [], where
        assert [name for name in view.headings if _COLUMN.fullmatch(name)] == [], where
        assert [text for text in view.own_words if _MORE.search(without_quotes(text))] == [], where
        if (view.page, view.part) != PLAN_TEXT:
            assert [t for t in view.own_words if any(h in t for h in history)] == [], where
        if view.page != "index":  # there scores are official ones, or say 测算 in their heading
            scored = [text for text in view.words if _OWN_SCORE.search(text)]
            assert [text for text in scored if "测算" not in text] == [], where
    [overview] = [view.app for view in shown if view.page == "overview"]
    _check_first_page(plan, overview)
    [plan_text] = [view for view in shown if (view.page, view.part) == PLAN_TEXT]
    _check_history(plan_text, history)


def _open_all(plan: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    for page in PAGES:
        choice, parts = VIEWS.get(page, ("", [""]))
        for part in parts:
            app = open_page(home, monkeypatch, page, plan=plan, **({choice: part} if part else {}))
            # What the plan calls its units in its own words is left aside.
            tables = [
                t.value.drop(columns=["方案责任方（原文）"], errors="ignore") for t in app.dataframe
            ]
            cells = [str(cell) for table in tables for row in table.to_numpy() for cell in row]
            headings = [str(name) for table in tables for name in table.columns]
            yield Shown(page, part, app, texts(app).split("\n"), headings, cells)


def _ask(home: Path, sql: str, plan: str) -> list[tuple[Any, ...]]:
    store = Store(Home.open(home))
    con = store.reader()
    rows = con.sql(sql, params=[plan]).fetchall()
    con.close()
    store.close()
    return rows


def _unit_names(home: Path, plan: str) -> list[str]:
    sql = "select title from ref.unit_titles where place_id = $1"
    return sorted({title for (title,) in _ask(home, sql, plan)}, key=len, reverse=True)


def _without(names: list[str], text: str) -> str:
    for name in names:
        text = text.replace(name, "")
    return text


def _historical_words(home: Path, plan: str) -> set[str]:
    """The titles of the plan's historical targets, as the plan has them and in present words,
    without those that a target in force shares."""
    sql = "select metric_name_zh, legal_status from ref.targets where plan_id = $1"
    rows = _ask(home, sql, plan)
    current = {title for title, status in rows if status == "in_force"}
    titles = {title for title, status in rows if status != "in_force"} - current
    return titles | {in_present_words(title) for title in titles}


def _check_first_page(plan: str, app: AppTest) -> None:
    assert [metric.label for metric in app.metric] == CARDS[plan]
    assert all(metric.value not in ("", "—") for metric in app.metric)
    [sentence] = [m.value for m in app.markdown if m.value.startswith("##### ")]
    month = max(
        app.selectbox(key="period").options, key=lambda o: (len(o) == 7 and "Q" not in o, o)
    )
    assert sentence.startswith(f"##### {int(month[:4])} 年 {int(month[5:])} 月：")
    assert ("省平台反馈上报率" in sentence) == (plan in ("YC", "GQ"))
    months = [o for o in app.selectbox(key="period").options if re.fullmatch(r"\d{4}-\d\d", o)]
    assert min(months) == FIRST_MONTHS[plan]
    assert app.selectbox(key="period").value == max(months)
    both = [m.value for m in app.markdown if "省平台反馈（" in m.value and "本办测算" in m.value]
    assert len(both) == 1


def _check_history(view: Shown, history: set[str]) -> None:
    lines = [text for text in view.words if text.startswith(":gray[“")]
    assert bool(lines) == bool(history)
    for line in lines:
        assert "badge" not in line
        assert not re.search(r"\d+ ?(%|名|家|件)", without_quotes(line))
        assert not any(word in without_quotes(line) for word in ("达标", "现值", "要求"))


def test_the_missed_clauses_open_from_the_first_page(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(sample_home, monkeypatch, "tasks", plan="YC", part="目标", light="未达标")
    [table] = [t.value for t in app.dataframe if t.key == "clauses"]
    assert set(table["灯"]) == {"✕ 未达标"}
    # One clause, one light: as many as the card of the first page counts.
    first = open_page(sample_home, monkeypatch, plan="YC")
    assert f"✕ 未达标 {len(table)} 项" in texts(first)
    # The first one stands open, with the units and the rows that show it.
    assert any(str(t.key).startswith("evidence_") for t in app.dataframe)


def test_targets_are_filtered_by_kind_and_unit(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clauses(**choices: str) -> list[str]:
        app = open_page(sample_home, monkeypatch, "tasks", plan="YC", part="目标", **choices)
        return [str(c) for t in app.dataframe if t.key == "clauses" for c in t.value["条款"]]

    every, wanted = clauses(kind="全部"), clauses(kind="工作要求（本办理解）")
    assert set(wanted) < set(every)
    unit = "示例单位02（发展改革类）"
    own = clauses(kind="全部", of=unit)
    assert 0 < len(own) < len(every)


def test_who_only_assists_is_no_gap(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the clause asks is done once, by the unit that leads it; the others of the roster assist.
    app = open_page(
        sample_home, monkeypatch, "tasks", plan="YC", clause="YC-M6-3 着力提升信用监测排名"
    )
    assert "按单位：1 家可判定" in texts(app)
    assert "54 家协助，办成由牵头单位计" in texts(app)
    [asked] = [t.value for t in app.dataframe if str(t.key).startswith("asked_")]
    assert len(asked) == 1
    assert "○ 无数据" not in set(asked["灯"])


def test_a_clause_that_is_not_there_is_named(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(sample_home, monkeypatch, "tasks", plan="YC", clause="YC-没有这一条")
    assert "链接里的条款“YC-没有这一条”不存在" in texts(app)


def test_a_part_whose_ledger_has_not_come_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = build_town(tmp_path)
    for part, title in (
        ("宣传稿件", "宣传稿件"),
        ("会议培训", "会议培训"),
        ("典型与示范", "典型与示范"),
    ):
        words = texts(open_page(town.home.root, monkeypatch, "education", part=part))
        assert f"还没有收到“{title}”台账" in words
        assert "citycredit templates" in words
