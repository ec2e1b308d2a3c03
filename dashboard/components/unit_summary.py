"""One unit on one screen: score and parts, rates beside the official ones, what it owes, what
mending is worth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from dashboard.charts.scores import draw_score_parts
from dashboard.components.cards import by_metric, notice_words
from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.queries.figures import read_metrics, read_official_notices, read_targets
from dashboard.queries.scores import (
    read_mending_worth,
    read_official_rates,
    read_score_parts,
    read_unit_events,
    read_unit_scores,
    read_unit_tasks,
    read_weights,
)
from dashboard.queries.tasks import read_obligations
from dashboard.score_words import (
    ESTIMATE,
    basis_words,
    movement_words,
    official_words,
    parts_finding,
    rank_words,
    score_words,
    worth_words,
)
from dashboard.source import ask
from dashboard.unit_words import count_targets, count_tasks, hand_in_words, roles_words, share
from dashboard.wording import LIGHTS, change, light_badge, percent

UNIT_RATES = {
    "publicity_report_rate": "上报率",
    "publicity_compliance_rate": "合规率",
    "publicity_first_pass_rate": "一次合格率",
    "publicity_timeliness_rate": "及时率",
    "duty_on_time_rate": "报送按期",
}
_PARTS_HEIGHT = 190
# On paper: the unit's screen without what only a screen can use. On a phone: two cards a line.
_STYLE = """<style>
@media (max-width: 640px) {
    .st-key-unit_cards [data-testid="stHorizontalBlock"] { flex-wrap: wrap; gap: 0.5rem; }
    .st-key-unit_cards [data-testid="stColumn"] { min-width: 45%; flex: 1 1 45%; width: auto; }
}
@media print {
    @page { size: A4 landscape; margin: 8mm; }
    [data-testid="stSidebar"], [data-testid="stHeader"], .st-key-part, .st-key-unit_details,
    .st-key-back { display: none; }
    [data-testid="stMain"] { overflow: visible; height: auto; }
    [data-testid="stMainBlockContainer"] { padding: 0; zoom: 0.75; }
    .st-key-unit_head [data-testid="stHorizontalBlock"],
    .st-key-unit_cards [data-testid="stHorizontalBlock"] {
        display: flex !important; flex-flow: row nowrap;
    }
    .st-key-unit_head [data-testid="stColumn"],
    .st-key-unit_cards [data-testid="stColumn"] { min-width: 0; width: auto; }
}
</style>"""

Row = dict[str, Any]


def draw_summary(view: View, unit: Row) -> None:
    """The unit (a row of units.sql) on one screen."""
    st.html(_STYLE)
    with st.container(key="unit_head"):
        left, right = st.columns([2, 3], gap="small")
        with left, _card("score"):
            _draw_score(view, unit["unit_id"])
        with right, _card("parts"):
            _draw_score_parts(view, unit["unit_id"])
    with st.container(key="unit_cards"):
        _draw_rates(view, unit)
        _draw_owed(view, unit["unit_id"])


def _draw_score(view: View, unit_id: str) -> None:
    scores = ask(view.source, read_unit_scores, view.plan_id, view.label, unit_id)
    if scores.is_empty():
        st.metric(f"{ESTIMATE}分", score_words(None))
        draw_note("方案没有写明本期的考核部分和权重，或这个单位本期不在名册里。")
        return
    row = scores.row(0, named=True)
    st.metric(f"{ESTIMATE}分", score_words(row["score"]))
    words = [rank_words(row), movement_words(row)]
    st.markdown(" ".join(f":gray-badge[{word}]" for word in words if word))
    weights = ask(view.source, read_weights, view.plan_id, view.label)
    parts = ask(view.source, read_score_parts, view.plan_id, view.label, unit_id)
    draw_note(f"{basis_words(parts, weights)}。本办测算，{view.standing}。")
    worth = ask(view.source, read_mending_worth, view.plan_id, view.label, unit_id).to_dicts()
    lines = worth_words(worth[0] if worth else None, view.facts["as_of"])
    st.markdown("**能补能改的**")
    draw_note(*lines, "迟报和逾期改不回来，不在其中。" if worth else "")


def _draw_score_parts(view: View, unit_id: str) -> None:
    parts = ask(view.source, read_score_parts, view.plan_id, view.label, unit_id)
    if parts.is_empty():
        draw_note("没有考核部分。")
        return
    st.markdown(f"**各部分得分（{ESTIMATE}）：{parts_finding(parts)}**")
    st.plotly_chart(
        draw_score_parts(parts, height=_PARTS_HEIGHT, is_sample=view.is_sample),
        key="score_parts",
        config={"displayModeBar": False},
    )
    out = [f"{row['title']}：{row['reason']}" for row in parts.to_dicts() if row["reason"]]
    official = [row["title"] for row in parts.to_dicts() if row["value_source"] == "official"]
    draw_note(
        f"不计：{'；'.join(out)}。" if out else "",
        f"按上级通报口径计：{'、'.join(official)}。" if official else "",
    )


def _draw_rates(view: View, unit: Row) -> None:
    unit_id = unit["unit_id"]
    metrics = by_metric(ask(view.source, read_metrics, view.plan_id, view.label, unit_id))
    targets = by_metric(ask(view.source, read_targets, view.plan_id, view.label, unit_id))
    told = by_metric(ask(view.source, read_official_rates, view.plan_id, view.label, unit_id))
    notices = ask(view.source, read_official_notices, view.plan_id, view.label, unit_id)
    for column, (metric_id, title) in zip(st.columns(5), UNIT_RATES.items(), strict=True):
        with column, _card(metric_id):
            metric, target = metrics.get(metric_id), targets.get(metric_id)
            value = metric["value"] if metric else None
            st.metric(title, percent(value))
            is_record_rate = metric_id != "duty_on_time_rate"
            if unit["is_small"] and is_record_rate:
                st.markdown(":gray-badge[○ 样本少，只供参考]" if value is not None else "")
            elif target is not None and draws_line(target):
                st.markdown(light_badge(target["light"], target["status"], target["gap_text"]))
            parts, before = "", None
            if metric is not None and value is not None:
                parts = f"{metric['numerator']}/{metric['denominator']}　"
                before = metric["previous_value"]
            official = official_line(told.get(metric_id), notice_words(notices))
            draw_note(parts + change(value, before, is_rate=True), official)


def draws_line(target: Row) -> bool:
    """A target that only asks the rate to be there draws no line and gives it no light."""
    return bool(target["comparator"] != "exists")


def official_line(told: Row | None, notices: str) -> str:
    """`上级通报 98.6%（120/122，示信通〔2020〕12号）｜本办测算 97.9%`, and the difference where
    it is large."""
    if told is None:
        return ""
    counts = ""
    if told["official_denominator"]:
        counts = f"{told['official_numerator']}/{told['official_denominator']}"
    basis = "，".join(filter(None, [counts, notices]))
    parts = f"（{basis}）" if basis else ""
    words = (
        f"上级通报 {percent(told['official_value'])}{parts}｜本办测算 {percent(told['own_value'])}"
    )
    apart = official_words(told)
    return f"{words}　**{apart}**" if apart else words


def _draw_owed(view: View, unit_id: str) -> None:
    tasks = count_tasks(ask(view.source, read_unit_tasks, view.plan_id, view.label, unit_id))
    hand_ins = ask(view.source, read_obligations, view.plan_id, view.label, unit_id)
    lights = count_targets(ask(view.source, read_targets, view.plan_id, view.label, unit_id))
    events = ask(view.source, read_unit_events, view.plan_id, view.label, unit_id).row(
        0, named=True
    )
    columns = st.columns(4)
    with columns[0], _card("tasks"):
        st.metric("到期任务完成", share(tasks["done"], tasks["due"]))
        if tasks["overdue"]:
            st.markdown(f":red-badge[✕ 逾期 {tasks['overdue']} 件]")
        draw_note(roles_words(tasks))
    with columns[1], _card("hand_ins"):
        st.metric("本期到期报送", f"{hand_ins.height} 份")
        missing = hand_ins["is_missing"].sum()
        if missing:
            st.markdown(f":red-badge[✕ 未交 {missing} 份]")
        draw_note(hand_in_words(hand_ins) or "本期没有到期的报送")
    with columns[2], _card("targets"):
        judged = sum(lights.values()) - lights["grey"]
        st.metric("目标达标", share(lights["green"], judged))
        shown = [name for name in ("red", "yellow") if lights[name]]
        if shown:
            st.markdown(" ".join(light_badge(n, None, f"{lights[n]} 项") for n in shown))
        if lights["grey"]:
            draw_note(f"{LIGHTS['grey'][0]} {LIGHTS['grey'][1]} {lights['grey']} 项")
        elif not judged:
            draw_note("方案没有要这个单位单独达到的目标")
    with columns[3], _card("events"):
        st.metric("宣传稿件", f"{events['articles']} 篇")
        draw_note(f"本期认定典型与示范 {events['honours']} 个")


@contextmanager
def _card(name: str) -> Iterator[None]:
    with st.container(border=True, height="stretch", gap="xxsmall", key=f"unit_card_{name}"):
        yield
