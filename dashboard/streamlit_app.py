"""The frame of every page: configuration, navigation, the plan and period, the marks."""

from __future__ import annotations

import logging

import duckdb

# Loaded before anything is drawn: streamlit loads it on first use, and two sessions that open at
# once on a fresh server would meet it half loaded.
import pandas as pd  # noqa: F401
import streamlit as st

from dashboard.components.frame import (
    draw_facts,
    draw_failure,
    draw_no_period,
    draw_nothing_published,
    draw_unusable_home,
)
from dashboard.filters import choose_view
from dashboard.navigation import build_pages
from dashboard.source import open_source
from warehouse.home import HomeError

LOGGER = logging.getLogger("citycredit.dashboard")


def draw() -> None:
    """One rerun: the frame, then the chosen page."""
    st.set_page_config(
        page_title="城市信用建设监测台", page_icon=":material/monitoring:", layout="wide"
    )
    page = st.navigation(build_pages(), position="top")
    try:
        source = open_source()
    except HomeError as error:
        draw_unusable_home(str(error))
        return
    if source.version is None:
        draw_nothing_published()
        return
    choices, facts = st.columns([1, 4], vertical_alignment="center")
    with choices:
        view = choose_view(source)
    if view is None:
        draw_no_period("所选方案")
        return
    with facts:
        draw_facts(view)
    try:
        page.run()
    except (HomeError, duckdb.Error) as error:
        LOGGER.exception("page failed: %s", page.title)
        draw_failure(error)


draw()
