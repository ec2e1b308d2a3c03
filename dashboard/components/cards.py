"""Cards of the first page: a value, its target, what is missing, the change, a light in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.texts import draw_note
from dashboard.findings import count_lights
from dashboard.queries.figures import THREE_RATES
from dashboard.wording import change, light_badge, percent, quantity, target_words
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


def draw_rate(title: str, metric_id: str, metrics: dict[str, Row], targets: dict[str, Row]) -> None:
    """One rate with its parts, light, target and change; the formula behind the question mark."""
    metric, target = metrics.get(metric_id), targets.get(metric_id)
    value = metric["value"] if metric else None
    st.metric(title, percent(value), help=explain(metric_id, metric))
    if target is not None:
        st.markdown(light_badge(target["light"], target["status"], target["gap_text"]))
    parts = ""
    if metric is not None and metric["denominator"]:
        parts = f"{metric['numerator']}/{metric['denominator']}"
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
    """How many of the clauses that could be judged are met."""
    lights = count_lights(clauses)
    judged = clauses.height - lights["grey"]
    short = judged - lights["green"]
    with _card("lights"):
        st.metric(
            "到期目标达标",
            f"{lights['green']}/{judged}",
            help="一条款一灯，取该条款各目标中最差的一项；台账未到的条款不在分母里。",
        )
        light = "grey" if not judged else "red" if lights["red"] else "yellow" if short else "green"
        st.markdown(light_badge(light, None, f"差 {short} 项" if short else ""))
        draw_note(f"目标 {judged}/{judged}", f"另 {lights['grey']} 项台账未到")


def draw_overdue_card(tasks: pl.DataFrame, metrics: dict[str, Row]) -> None:
    """Overdue tasks, and of how many units."""
    overdue = tasks.filter(pl.col("is_overdue"))
    metric = metrics.get("task_overdue_count")
    with _card("overdue"):
        st.metric("逾期任务", f"{overdue.height} 件", help=explain("task_overdue_count", metric))
        units = overdue["unit"].n_unique()
        st.markdown(light_badge("red", None, f"涉 {units} 家") if units else light_badge("green"))
        before = metric["previous_value"] if metric else None
        draw_note("目标 0 件", change(float(overdue.height), before, is_rate=False))


def draw_ledger_card(targets: dict[str, Row], metrics: dict[str, Row]) -> None:
    """Ledgers handed in on time."""
    with _card("ledger"):
        draw_rate("台账按期", "publicity_ledger_submission_day", metrics, targets)


def draw_missed_card(metrics: dict[str, Row]) -> None:
    """Decisions that should have been reported and were not: registered, or found by others."""
    rows = [metrics.get("publicity_missed_count"), metrics.get("unreported_found_count")]
    known = [row for row in rows if row is not None and row["value"] is not None]
    with _card("missed"):
        total = sum(row["value"] for row in known) if known else None
        st.metric(
            "应报未报（待核）",
            quantity(total, "件"),
            help=explain("publicity_missed_count", rows[0]),
        )
        if total is None:
            st.markdown(light_badge("grey"))
            return
        light = "red" if total else "green"
        st.markdown(light_badge(light, None, f"差 {total:g} 件" if total else ""))
        before = [row["previous_value"] for row in known if row["previous_value"] is not None]
        draw_note("目标 0 件", change(total, sum(before) if before else None, is_rate=False))


@contextmanager
def _card(name: str) -> Iterator[None]:
    with st.container(border=True, height="stretch", gap="xxsmall", key=f"card_{name}"):
        yield


def words_of(target: Row) -> str:
    """What a target asks, without the ≥ that goes without saying beside a rate."""
    words = target_words(target["comparator"], target["threshold"], target["unit"], target["due"])
    return words.removeprefix("≥ ").removesuffix("，按期 100%")
