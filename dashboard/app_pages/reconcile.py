"""对账核查: what registers, receipts, spot checks and the platform above say beside the ledgers."""

from __future__ import annotations

import streamlit as st

from dashboard.components.official import draw_official
from dashboard.components.reconcile import draw_discrepancies
from dashboard.components.spot_checks import draw_spot_checks
from dashboard.filters import current_view, missing_choice
from dashboard.queries.figures import read_units
from dashboard.source import ask
from dashboard.wording import period_words

PARTS = {
    "四类差异": draw_discrepancies,
    "抽查清单": draw_spot_checks,
    "与上级通报": draw_official,
}

view = current_view()
units = dict(
    ask(view.source, read_units, view.plan_id, view.label).select("unit", "unit_id").rows()
)
missing = missing_choice("of", "单位", list(units), "全部单位")
title, choice, whom = st.columns([4, 4, 3], vertical_alignment="bottom")
with title:
    st.title(f"对账核查 · {period_words(view.label)}", anchor=False)
with choice:
    part = st.segmented_control(
        "看什么", [*PARTS], default=next(iter(PARTS)), required=True, key="part",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
with whom:
    of = st.selectbox(
        "单位", list(units), index=None, placeholder="全部单位", key="of", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
if missing:
    st.warning(missing, icon=":material/link_off:")
PARTS[part if part in PARTS else next(iter(PARTS))](view, units.get(of or ""))
