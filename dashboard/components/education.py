"""Parts of 宣传培训: articles, meetings and trainings, models and demonstrations, who answers."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from dashboard.charts.education import draw_floors, draw_months
from dashboard.components.tables import show_records, show_table
from dashboard.components.texts import draw_note
from dashboard.education_words import (
    UNKNOWN,
    articles_by_month,
    articles_finding,
    asked_roles,
    coverage_of,
    coverage_words,
    floor_states,
    floors_finding,
    honours_by_kind,
    meetings_by_kind,
    roles_by_unit,
    roles_finding,
)
from dashboard.filters import View, choose_month
from dashboard.navigation import draw_link
from dashboard.plan_words import asked_words, clause_label, kind_of, parts_words, value_words
from dashboard.queries.education import (
    read_article_floors,
    read_articles,
    read_contacts,
    read_honours,
    read_meetings,
)
from dashboard.queries.evidence import read_parameters
from dashboard.queries.figures import read_targets, read_units
from dashboard.source import ask
from dashboard.terms import in_present_words
from dashboard.wording import TITLES, light_badge, months_words

QUIET = {"displayModeBar": False}
ARTICLES, MEETINGS, HONOURS, CONTACTS = (
    "publicity_article", "meeting_training", "honour", "contact",
)  # fmt: skip
_COVERED = {"publicity_field_count": "field", "education_node_count": "node"}
_WHOLE_YEAR, _THE_PERIOD = "全年", "本期"


def draw_articles(view: View) -> None:
    """Units against the floor, the months' totals, fields and nodes, repeats, every article."""
    articles = ask(view.source, read_articles, view.plan_id)
    floors = ask(view.source, read_article_floors, view.plan_id)
    if articles.is_empty():
        _draw_empty(view, ARTICLES)
        return
    months = _months_of(view)
    states = floor_states(floors)
    is_asked = not floors.is_empty()
    left, right = st.columns([1, 1] if is_asked else [0.01, 1], gap="medium")
    if is_asked:
        with left:
            _draw_floors(view, states, months)
    with right if is_asked else st.container():
        _draw_totals(view, articles, states)
        _draw_coverage(view, articles)
    others = _targets_of(view, ARTICLES).filter(
        ~pl.col("metric_id").is_in([*_COVERED, "publicity_article_count"])
    )
    _draw_targets(others)
    _draw_article_list(view, articles, months)


def _draw_floors(view: View, states: pl.DataFrame, months: list[str]) -> None:
    wanted = max(states["wanted"].drop_nulls().to_list(), default=0.0)
    st.markdown(f"**{floors_finding(states, months, view.label)}**")
    st.plotly_chart(draw_floors(states, is_sample=view.is_sample), key="floors", config=QUIET)
    draw_note(
        f"方案要求每家每月不少于 {wanted:g} 篇，达到即满，不比多少。"
        "✓ 达标；差1、差2：还差几篇；—：没有可判定的数据。按名册顺序，不排名。"
    )


def _draw_totals(view: View, articles: pl.DataFrame, states: pl.DataFrame) -> None:
    st.markdown(f"**{articles_finding(articles)}**")
    judged = states.filter(pl.col("state") != UNKNOWN)
    floor = None
    if not judged.is_empty():
        by_month = judged.group_by("month").agg(pl.col("wanted").sum())
        floor = float(by_month["wanted"].to_list()[-1])
    st.plotly_chart(
        draw_months(articles_by_month(articles), floor=floor, height=250, is_sample=view.is_sample),
        key="article_months",
        config=QUIET,
        on_select=partial(choose_month, "article_months"),
        selection_mode="points",
    )
    line = f"虚线：各单位下限合计 {floor:g} 篇。" if floor else ""
    draw_note(
        f"{line}原创、转载分开；同一篇（标题和正文相同）只计最先登记的一行。点一个月，改看那个月。"
    )


def _draw_coverage(view: View, articles: pl.DataFrame) -> None:
    """Fields and nodes: those the plan lists, met or not yet, and others that articles name."""
    targets = _targets_of(view, ARTICLES)
    until = view.period["end_date"]
    seen = articles.filter(pl.col("event_date") <= until)
    for metric_id, column in _COVERED.items():
        wanted: tuple[str, ...] = ()
        asking = targets.filter(pl.col("metric_id") == metric_id)
        if not asking.is_empty():
            target = asking.row(0, named=True)
            parameters = ask(view.source, read_parameters, view.plan_id, target["target_id"])
            wanted = parameters.get(column, ())
            _draw_targets(asking)
        rows = coverage_of(seen, column, wanted)
        if rows:
            name = "宣传领域" if column == "field" else "重要节点"
            st.markdown(f"{name}：{coverage_words(rows)}")


def _draw_article_list(view: View, articles: pl.DataFrame, months: list[str]) -> None:
    units = articles.sort("unit_order")["unit"].unique(maintain_order=True).to_list()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        span = st.segmented_control(
            "看哪几个月",
            [_THE_PERIOD, _WHOLE_YEAR],
            default=_THE_PERIOD,
            required=True,
            key="span",
            bind="query-params",
            label_visibility="collapsed",
        )
        unit = st.selectbox(
            "单位",
            units,
            index=None,
            key="of",
            bind="query-params",
            placeholder="全部单位",
            label_visibility="collapsed",
            width=330,
        )
        repeats = st.toggle("只看同文重复", key="repeats")
    rows = articles
    if span != _WHOLE_YEAR:
        rows = rows.filter(pl.col("month").is_in(months))
    if unit in units:
        rows = rows.filter(pl.col("unit") == unit)
    if repeats:
        rows = rows.filter(pl.col("is_repeat"))
    st.markdown(f"**稿件 {rows.height} 篇**")
    show_records(
        view,
        rows,
        ["event_date", "unit", "product", "article_kind", "media", "field", "node", "is_repeat",
         "file_name"],
        key="articles",
        title="宣传稿件",
        ledger=ARTICLES,
        empty="这几个月没有符合条件的稿件。",
    )  # fmt: skip


def draw_meetings(view: View) -> None:
    """Counts by kind beside the targets that ask for them; every meeting."""
    meetings = ask(view.source, read_meetings, view.plan_id)
    if meetings.is_empty():
        _draw_empty(view, MEETINGS)
        return
    months = _months_of(view)
    kinds = meetings_by_kind(meetings, months)
    for column, row in zip(st.columns(max(len(kinds), 4)), kinds, strict=False):
        with column, st.container(border=True, gap="xxsmall", key=f"kind_{row['kind']}"):
            st.metric(row["kind"], f"{row['year']} 次")
            people = f"{row['attendees']} 人次" if row["attendees"] else "人数未登记"
            draw_note(f"{months_words(months)} {row['period']} 次　{people}")
    _draw_targets(_targets_of(view, MEETINGS))
    st.markdown(f"**全年 {meetings.height} 次**")
    show_records(
        view,
        meetings.sort("event_date", descending=True),
        ["event_date", "kind", "product", "unit", "level", "topic", "attendee_count", "file_name"],
        key="meetings",
        title="会议培训",
        ledger=MEETINGS,
    )


def draw_honours(view: View) -> None:
    """Models and demonstrations against the targets; by kind and level; every one."""
    honours = ask(view.source, read_honours, view.plan_id, view.label)
    if honours.is_empty():
        _draw_empty(view, HONOURS)
        return
    _draw_targets(_targets_of(view, HONOURS))
    standing = honours.filter(pl.col("is_standing"))
    fresh = standing.filter(pl.col("is_new")).height
    revoked = honours.height - standing.height
    st.markdown(
        f"**期末有效 {standing.height} 个，其中当年认定 {fresh} 个"
        + (f"；已取消 {revoked} 个，不计" if revoked else "")
        + "**"
    )
    left, right = st.columns([2, 3], gap="medium")
    with left:
        show_table(
            view,
            honours_by_kind(honours),
            ["kind", "level", "standing", "new", "revoked"],
            key="honour_kinds",
            title="典型与示范_分类",
            titles={"standing": "期末有效", "new": "当年认定", "revoked": "已取消"},
        )
    with right:
        show_records(
            view,
            honours,
            ["holder_name", "kind", "level", "event_date", "doc_no", "status", "unit",
             "file_name"],
            key="honours",
            title="典型与示范",
            ledger=HONOURS,
        )  # fmt: skip


def draw_contacts(view: View) -> None:
    """Who answers in each unit, by role; names masked, no telephone numbers."""
    contacts = ask(view.source, read_contacts, view.plan_id, view.label)
    if contacts.is_empty():
        _draw_empty(view, CONTACTS)
        return
    targets = _targets_of(view, CONTACTS)
    asked = asked_roles(targets["metric_id"].to_list())
    units = ask(view.source, read_units, view.plan_id, view.label)
    roles = roles_by_unit(contacts, units["unit"].to_list(), asked)
    _draw_targets(targets)
    st.markdown(f"**{roles_finding(roles, asked)}**")
    draw_note("姓名已脱敏；办公电话不在页面显示，需要时由信用办查台账原件。")
    show_table(
        view,
        roles,
        roles.columns,
        key="roles",
        title="责任人与联络员",
        height=420,
    )
    st.markdown("**任职记录**（含已离任的，责任留在原任）")
    show_records(
        view,
        contacts.sort("valid_from", descending=True),
        ["unit", "role", "person_name", "post", "valid_from", "valid_to"],
        key="contacts",
        title="任职记录",
        titles={
            "person_name": "姓名",
            "post": "岗位",
            "valid_from": "任职起",
            "valid_to": "任职止",
        },
        ledger=CONTACTS,
    )


def _months_of(view: View) -> list[str]:
    """The months of the period looked at (`2022-04` …)."""
    start, end = view.period["start_date"], view.period["end_date"]
    return [f"{start.year}-{month:02d}" for month in range(start.month, end.month + 1)]


def _targets_of(view: View, ledger: str) -> pl.DataFrame:
    """Targets in force that are measured by a ledger, in the order of the plan."""
    targets = ask(view.source, read_targets, view.plan_id, view.label)
    return targets.filter(
        (pl.col("legal_status") == "in_force") & (pl.col("measured_by") == f"ledger:{ledger}")
    )


def _draw_targets(targets: pl.DataFrame) -> None:
    """Each target with its light, value and what is asked; opens its clause, and names it where
    several have one title."""
    titles = targets["title"].to_list()
    for row in targets.iter_rows(named=True):
        parts = parts_words(row)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"{light_badge(row['light'], row['status'], row['gap_text'])} "
                f"**{_title_of(row, titles.count(row['title']) > 1)}** {value_words(row)}"
                + (f"（{parts}）" if parts else "")
                + f"　要求 {asked_words(row)}"
                + ("" if row["is_counted"] else f"　:small[:gray[{kind_of(row)}]]"),
                width="content",
            )
            draw_link(
                "tasks",
                "看条款 →",
                {"part": "目标", "clause": clause_label(row["task_id"], row["clause_title"])},
            )


def _title_of(target: dict[str, Any], is_shared: bool) -> str:
    title = in_present_words(target["title"])
    return f"{title}（{in_present_words(target['clause_title'])}）" if is_shared else title


def _draw_empty(view: View, ledger: str) -> None:
    """The ledger has not come: what to do, and which targets wait for it."""
    title = TITLES[ledger]
    waiting = _targets_of(view, ledger).height
    asked = f"方案有 {waiting} 项目标等这份台账。" if waiting else "方案没有这方面的目标。"
    st.info(
        f"还没有收到“{title}”台账。{asked}请部门按模板（citycredit templates）填报，"
        f"再用 citycredit load 文件 --plan {view.plan_id} 载入。",
        icon=":material/inbox:",
    )
