"""质量趋势: rates and errors over the months, causes, files, refused rows, repeats."""

from __future__ import annotations

import streamlit as st

from dashboard.components.quality import Chosen, Part, draw_causes, draw_repeats, draw_trend
from dashboard.components.quarantine import draw_files, draw_quarantine
from dashboard.filters import current_view, missing_choice
from dashboard.navigation import draw_link
from dashboard.quality_words import SPANS, months_asked, months_begun
from dashboard.queries.figures import read_units
from dashboard.queries.frame import read_periods
from dashboard.source import ask
from dashboard.wording import period_words

PARTS: dict[str, Part] = {
    "走势": draw_trend,
    "原因": draw_causes,
    "文件": draw_files,
    "不可报的行": draw_quarantine,
    "反复出现": draw_repeats,
}
FIRST = next(iter(PARTS))

view = current_view()
units = dict(
    ask(view.source, read_units, view.plan_id, view.label).select("unit", "unit_id").rows()
)
missing = missing_choice("of", "单位", list(units), "全部单位")
title, choice, whom = st.columns([4, 5, 3], vertical_alignment="bottom")
with title:
    st.title(f"质量趋势 · {period_words(view.label)}", anchor=False)
with choice:
    part = st.segmented_control(
        "看什么", [*PARTS], default=FIRST, required=True, key="part", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
with whom:
    of = st.selectbox(
        "单位", list(units), index=None, placeholder="全部单位", key="of", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
if missing:
    st.warning(missing, icon=":material/link_off:")
span = None
if part in PARTS and part != FIRST:
    span = st.segmented_control(
        "期间", SPANS, default=SPANS[0], required=True, key="span", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
months = months_begun(ask(view.source, read_periods, view.plan_id))
first, last = months_asked(months, view.period, span)
PARTS[part if part in PARTS else FIRST](
    view, Chosen(first, last, tuple(months), units.get(of or ""), of)
)
draw_link("rules", "规则目录：每条规则查什么、怎样改 →")
