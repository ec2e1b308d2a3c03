"""The card of the city index: official figures only, own and parent told apart."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.components.texts import draw_note
from dashboard.filters import View
from dashboard.index_words import (
    OWN_ESTIMATE,
    gap_words,
    line_state,
    movement_words,
    owned_words,
    rank_words,
)
from dashboard.navigation import draw_link
from dashboard.queries.index import read_index_card
from dashboard.source import ask

Row = dict[str, Any]
NOT_OWN = "本级不单独监测"


def index_card_of(view: View) -> Row:
    """What the plan sees of its city's index in the period (index_card.sql)."""
    card: Row = ask(view.source, read_index_card, view.plan_id, view.label).row(0, named=True)
    return card


def draw_index_card(view: View, card: Row) -> None:
    """The card of the first page; nothing where the plan looks at no index."""
    if card["index_scope"] == "none":
        return
    with st.container(border=True, height="stretch", gap="xxsmall", key="card_wide_index"):
        if card["index_scope"] == "own":
            draw_rank(card)
            draw_note(line_state(card, view.judging_date), _target_gap(card))
        else:
            st.metric("所在市名次", rank_words(card["rank"]))
            draw_note(card["index_city"], NOT_OWN, owned_words(card))
        draw_link("index", "城市信用监测 →")


def draw_rank(card: Row) -> None:
    """The official rank with its change, and what it is of."""
    st.metric("官方名次", rank_words(card["rank"]))
    draw_note(movement_words(card), published_words(card))


def published_words(card: Row) -> str:
    """Which month, group and version a figure is of."""
    if card["index_period"] is None:
        return "还没有官方数"
    size = f" {card['group_size']} 城" if card["group_size"] else ""
    return f"{card['index_period']} · {card['group_name']}{size} · {card['index_version']} 版"


def _target_gap(card: Row) -> str:
    if card["target_rank"] is None:
        return ""
    words = gap_words(
        card["target_state"],
        card["target_low"],
        card["target_high"],
        is_reached=card["is_target_reached"],
    )
    return f"距第 {card['target_rank']} 名：{words}（{OWN_ESTIMATE}）"
