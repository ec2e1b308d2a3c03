"""Cards of the first page: a value, its target, what is missing, the change, a light in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.texts import draw_note
from dashboard.findings import LEDGER_METRIC, count_lights, ledger_words
from dashboard.queries.figures import THREE_RATES
from dashboard.wording import change, light_badge, percent, quantity, target_words
from warehouse.lights import Answer, Question, judge
from warehouse.metrics import load_metrics

Row = dict[str, Any]


def by_metric(frame: pl.DataFrame) -> dict[str, Row]:
    """metric id -> its first row; of targets with one metric, the one first in the plan."""
    found: dict[str, Row] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row["metric_id"], row)
    return found


def draw_rates_card(
    targets: dict[str, Row], metrics: dict[str, Row], *, is_narrow: bool = False
) -> None:
    """The three rates side by side; on a phone (`is_narrow`) with short titles."""
    with _card("rates"):
        columns = st.columns(3, wrap=not is_narrow)
        for column, (metric_id, title) in zip(columns, THREE_RATES.items(), strict=True):
            with column, st.container(gap="xxsmall"):
                if is_narrow:
                    _draw_short_rate(title, metrics.get(metric_id), targets.get(metric_id))
                else:
                    draw_rate(f"双公示{title}", metric_id, metrics, targets)


def _draw_short_rate(title: str, metric: Row | None, target: Row | None) -> None:
    st.metric(title, percent(metric["value"] if metric else None))
    if target is not None:
        st.markdown(light_badge(target["light"], target["status"]))
        draw_note(target["gap_text"], f"目标 {words_of(target)}")


def draw_rate(
    title: str,
    metric_id: str,
    metrics: dict[str, Row],
    targets: dict[str, Row],
    wanted: str = "",
) -> None:
    """One rate with its parts, light, target (`wanted` in other words) and change; the formula
    behind the question mark."""
    metric, target = metrics.get(metric_id), targets.get(metric_id)
    value = metric["value"] if metric else None
    st.metric(title, percent(value), help=explain(metric_id, metric))
    if target is not None:
        st.markdown(light_badge(target["light"], target["status"], target["gap_text"]))
    parts = ""
    if metric is not None and metric["denominator"]:
        parts = f"{metric['numerator']}/{metric['denominator']}"
    if not wanted:
        wanted = f"目标 {words_of(target)}" if target else "未设目标"
    before = metric["previous_value"] if metric else None
    draw_note("　".join(filter(None, [wanted, parts])), change(value, before, is_rate=True))


def explain(metric_id: str, metric: Row | None) -> str:
    """Formula, source and parts of a figure in one text, from the metric's definition."""
    definition = load_metrics()[metric_id]
    text = f"{definition.title} ＝ {definition.formula}"
    if metric is not None and metric["denominator"]:
        text += f" ＝ {metric['numerator']} ÷ {metric['denominator']}"
    return f"{text}。出处：{definition.source}。明细见“双公示”页“这个数怎么来的”。"


def draw_lights_card(clauses: pl.DataFrame) -> None:
    """How many of the clauses that could be judged are met, near, and missed."""
    lights = count_lights(clauses)
    judged = clauses.height - lights["grey"]
    with _card("wide_lights"):
        st.metric(
            "到期目标达标",
            f"{lights['green']}/{judged}",
            help="一条款一灯，取该条款各目标中最差的一项；接近的不算未达标。"
            "台账未到的条款不在分母里。",
        )
        light = next((name for name in ("red", "yellow", "green") if lights[name]), "grey")
        st.markdown(light_badge(light, None, f"{lights[light]} 项" if judged else ""))
        waiting = clauses.filter(pl.col("status") == "pending", pl.col("light") == "yellow").height
        near = lights["yellow"] - waiting
        draw_note(
            f"达标 {lights['green']}、接近 {near}、未达标 {lights['red']}"
            + (f"、未到期 {waiting}" if waiting else ""),
            f"另 {lights['grey']} 项台账未到",
        )


def draw_overdue_card(tasks: pl.DataFrame, metrics: dict[str, Row], judging_date: date) -> None:
    """Overdue tasks, and of how many units."""
    overdue = tasks.filter(pl.col("is_overdue"))
    metric = metrics.get("task_overdue_count")
    with _card("wide_overdue"):
        st.metric("逾期任务", f"{overdue.height} 件", help=explain("task_overdue_count", metric))
        units = overdue["unit"].n_unique()
        st.markdown(none_wanted(overdue.height, judging_date, f"涉 {units} 家"))
        before = metric["previous_value"] if metric else None
        draw_note("目标 0 件", change(float(overdue.height), before, is_rate=False))


def draw_ledger_card(
    targets: dict[str, Row], metrics: dict[str, Row], hand_ins: pl.DataFrame
) -> None:
    """Ledgers handed in on time: of which months, and by when (obligations.sql)."""
    title, due = ledger_words(hand_ins)
    with _card("wide_ledger"):
        draw_rate(title, LEDGER_METRIC, metrics, targets, wanted=due)


def draw_missed_card(
    unreported: pl.DataFrame, before: pl.DataFrame | None, judging_date: date, *, is_known: bool
) -> None:
    """Decisions that should have been reported and were not, registered or found by others: each
    counts once. Frames: unreported.sql of the period and of the one before. `is_known`: the period
    has decisions to judge."""
    count = unreported["decision_key"].n_unique() if is_known else None
    with _card("wide_missed"):
        st.metric(
            "应报未报（待核）",
            quantity(count, "件"),
            help="部门或执法系统登记、上级抽查或网站比对发现，到期仍未上报的决定；"
            "一个决定只算一次。明细见“双公示”页。",
        )
        if count is None:
            st.markdown(light_badge("grey"))
            return
        st.markdown(none_wanted(count, judging_date, f"{count} 件待核"))
        earlier = None if before is None else float(before["decision_key"].n_unique())
        draw_note("目标 0 件", change(float(count), earlier, is_rate=False))


def none_wanted(count: int, judging_date: date, words: str) -> str:
    """The badge of a count of which there should be none, judged as any other target."""
    status, light = judge(Question("<=", 0, "件"), Answer(count, judging_date))
    return light_badge(light, status, words if count else "")


@contextmanager
def _card(name: str) -> Iterator[None]:
    with st.container(border=True, height="stretch", gap="xxsmall", key=f"card_{name}"):
        yield


def words_of(target: Row) -> str:
    """What a target asks, without the ≥ that goes without saying beside a rate."""
    words = target_words(target["comparator"], target["threshold"], target["unit"], target["due"])
    return words.removeprefix("≥ ").removesuffix("，按期 100%")
