"""The row of cards of the first page: which ones a plan has a use for, and how wide they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.cards import (
    draw_duty_card,
    draw_lights_card,
    draw_missed_card,
    draw_must_leave_card,
    draw_overdue_card,
    draw_rates_card,
    draw_routine_card,
    notice_words,
)
from dashboard.components.index_card import draw_index_card, index_card_of
from dashboard.filters import View
from dashboard.findings import Rate
from dashboard.queries.must_leave import read_must_leave_counts
from dashboard.queries.records import read_unreported
from dashboard.queries.tasks import read_task_tree
from dashboard.source import ask

Draw = Callable[[], None]
# Side by side on 1440 pixels: room for 未达标 差 12 条 under each rate and for 应报未报（待核）.
_RATES_WIDTH, _BARE_RATES_WIDTH, _WIDTH, _COUNT_WIDTH = 3.0, 2.4, 1.0, 1.17
_INDEX_WIDTHS = {"own": 1.6, "parent": 1.1}


def draw_first_row(
    view: View,
    *,
    rates: list[Rate],
    notices: pl.DataFrame,
    targets: pl.DataFrame,
    clauses: pl.DataFrame,
    tasks: pl.DataFrame,
    hand_ins: pl.DataFrame,
    unreported: pl.DataFrame,
    metrics: dict[str, dict[str, Any]],
) -> None:
    """The three rates, lights, overdue tasks, hand-ins, unreported decisions, what must leave
    publication, the city's rank.

    A plan without dated tasks or hand-ins due has its routine tasks there instead; one that looks
    at no index has no card for it. Frames: official_notices.sql, targets.sql, clause_lights.sql,
    task_states.sql, obligations.sql, unreported.sql.
    """
    before = view.period["previous_period"]

    def draw_missed() -> None:
        earlier = None
        if before:
            earlier = ask(view.source, read_unreported, view.plan_id, before)
        draw_missed_card(
            unreported,
            earlier,
            view.judging_date,
            is_known="publicity_missed_count" in metrics,
            told_above=notices["missed_count"][0],
            counts_official=view.counts_official,
        )

    has_lines = any(rate.target is not None for rate in rates)
    rates_width = _RATES_WIDTH if has_lines else _BARE_RATES_WIDTH
    cards: list[tuple[float, Draw]] = [
        (rates_width, lambda: draw_rates_card(rates, notice_words(notices))),
        (_WIDTH, lambda: draw_lights_card(clauses)),
    ]
    if not tasks.is_empty():
        cards.append((_WIDTH, lambda: draw_overdue_card(tasks, metrics, view.judging_date)))
    if not hand_ins.is_empty():
        cards.append((_WIDTH, lambda: draw_duty_card(hand_ins, metrics, targets)))
    tree = ask(view.source, read_task_tree, view.plan_id, view.label)
    routine: list[str] = tree["routine_state"].drop_nulls().to_list()
    if routine and (tasks.is_empty() or hand_ins.is_empty()):
        cards.append((_WIDTH, lambda: draw_routine_card(metrics, routine)))
    cards.append((_COUNT_WIDTH, draw_missed))
    day = view.judging_date
    leaving = ask(view.source, read_must_leave_counts, view.plan_id, view.source.root, day)
    [counts] = leaving.rows(named=True)
    if counts["has_records"]:
        cards.append((_COUNT_WIDTH, lambda: draw_must_leave_card(counts, day)))
    index = index_card_of(view)
    if index["index_scope"] in _INDEX_WIDTHS:
        width = _INDEX_WIDTHS[index["index_scope"]]
        cards.append((width, lambda: draw_index_card(view, index)))
    columns = st.columns([width for width, _ in cards], gap="xsmall")
    for column, (_, draw) in zip(columns, cards, strict=True):
        with column:
            draw()
