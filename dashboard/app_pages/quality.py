"""质量趋势: rates and errors over the months, causes, files, refused rows, repeats."""

from __future__ import annotations

import streamlit as st

from dashboard.components.parts import choose_part_and_unit, units_of
from dashboard.components.quality import Chosen, Part, draw_causes, draw_repeats, draw_trend
from dashboard.components.quarantine import draw_files, draw_quarantine
from dashboard.filters import current_view
from dashboard.navigation import draw_link
from dashboard.quality_words import SPANS, months_asked, months_begun
from dashboard.queries.frame import read_periods
from dashboard.source import ask

PARTS: dict[str, Part] = {
    "走势": draw_trend,
    "原因": draw_causes,
    "文件": draw_files,
    "不可报的行": draw_quarantine,
    "反复出现": draw_repeats,
}
FIRST = next(iter(PARTS))

view = current_view()
part, of = choose_part_and_unit(view, "质量趋势", PARTS)
span = None
if part != FIRST:
    span = st.segmented_control(
        "期间", SPANS, default=SPANS[0], required=True, key="span", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
months = months_begun(ask(view.source, read_periods, view.plan_id))
first, last = months_asked(months, view.period, span)
PARTS[part](view, Chosen(first, last, tuple(months), units_of(view).get(of or ""), of))
draw_link("rules", "规则目录：每条规则查什么、怎样改 →")
