"""城市信用监测: the city's official rank and score, points lost, what-if, assessments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from dashboard.components.index_card import index_card_of
from dashboard.components.index_points import draw_points, draw_what_if
from dashboard.components.index_standing import (
    draw_assessments,
    draw_own_standing,
    draw_owned,
    draw_parent_standing,
    draw_sources,
)
from dashboard.components.parts import draw_parts
from dashboard.components.texts import draw_note
from dashboard.filters import View, current_view
from dashboard.index_words import CONFIDENTIAL
from dashboard.wording import period_words

PARTS: dict[str, dict[str, Callable[[View], None]]] = {
    "own": {
        "名次与分差": draw_own_standing,
        "失分": draw_points,
        "追回测算": draw_what_if,
        "上级考核": draw_assessments,
        "数据来源": draw_sources,
    },
    "parent": {
        "所在市名次": draw_parent_standing,
        "本级承担指标": draw_owned,
        "上级考核": draw_assessments,
        "数据来源": draw_sources,
    },
}

view = replace(current_view(), handling=CONFIDENTIAL)
card = index_card_of(view)
title = f"城市信用监测 · {period_words(view.label)}"
if card["index_scope"] in PARTS:
    draw_parts(view, title, PARTS[card["index_scope"]])
else:
    st.title(title, anchor=False)
    st.info(
        "本方案所在地不在国家城市信用监测范围内，也没有指定所在市，这里没有指数和名次可看。",
        icon=":material/info:",
    )
    draw_assessments(view)
draw_note(view.handling)
