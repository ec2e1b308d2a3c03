"""What changes with the width of the window, a phone's being narrow: decided in the browser."""

from __future__ import annotations

import streamlit as st

# Less air above and below than streamlit leaves: one screen of 1440 by 900 holds a first page.
_FRAME = """<style>
@media screen {
    [data-testid="stMainBlockContainer"] { padding-top: 4rem; padding-bottom: 0.5rem; }
}
</style>"""
# Cards named card_wide_… and containers named wide_… are left out, with the column they stand in.
# A link is one line that gets cut off elsewhere; in the list of things to push it wraps. In a card
# it stands in line with the words above it.
_STYLE = """<style>
.st-key-push a, .st-key-push a * {
    white-space: normal; overflow: visible; text-overflow: clip; height: auto;
}
[class*="st-key-card_"] [data-testid="stPageLink-NavLink"] { padding-left: 0; }
[class*="st-key-card_"] { padding: 0.6rem; }
@media (max-width: 640px) {
    [class*="st-key-wide_"], [class*="st-key-card_wide_"],
    [data-testid="stColumn"]:has([class*="st-key-wide_"], [class*="st-key-card_wide_"]) {
        display: none;
    }
    .st-key-card_rates [data-testid="stHorizontalBlock"] { flex-wrap: nowrap; gap: 0.5rem; }
    .st-key-card_rates [data-testid="stColumn"] { min-width: 0; flex: 1 1 0; width: auto; }
    .st-key-card_rates [data-testid="stMetricLabel"] * { white-space: normal; }
}
</style>"""


def draw_frame_style() -> None:
    """The rules for every page."""
    st.html(_FRAME)


def draw_narrow_style() -> None:
    """The rules for the first page: on a phone the sentence, the three rates, what to push."""
    st.html(_STYLE)
