"""The frame of every page: configuration, navigation, the plan and period, the marks."""

from __future__ import annotations

import logging
import traceback
from typing import Any

import duckdb

# Loaded before anything is drawn: streamlit loads it on first use, and two sessions that open at
# once on a fresh server would meet it half loaded.
import pandas as pd  # noqa: F401
import streamlit as st

from dashboard import uploads
from dashboard.components.arrival import note_arrival
from dashboard.components.frame import (
    draw_facts,
    draw_failure,
    draw_no_period,
    draw_nothing_published,
    draw_older_version,
    draw_unusable_home,
)
from dashboard.components.narrow import draw_frame_style
from dashboard.filters import View, choose_view
from dashboard.navigation import FIRST_PAGES, build_pages
from dashboard.source import open_source
from warehouse.home import HomeError

LOGGER = logging.getLogger("citycredit.dashboard")

# Drawn here: a named icon would be fetched from a public font server by every visitor's browser.
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="6" fill="#1f4e8c"/>'
    '<path d="M6 21l6-6 5 4 9-10" fill="none" stroke="#fff" stroke-width="3"/></svg>'
)


def draw() -> None:
    """One rerun: the frame, then the chosen page; a failure in words of our own."""
    st.set_page_config(page_title="城市信用建设监测台", page_icon=ICON, layout="wide")
    page = st.navigation(build_pages(), position="top")
    draw_frame_style()
    try:
        _draw_frame(page)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        # A table or column that our own statements name is not there.
        _log(page.title, error)
        draw_older_version()
    except Exception as error:  # noqa: BLE001  a visitor never sees the server's own English box
        _log(page.title, error)
        draw_failure(error)


def _draw_frame(page: Any) -> None:
    uploads.prepare()
    try:
        source = open_source()
    except HomeError as error:
        draw_unusable_home(str(error))
        return
    is_first = page.url_path in FIRST_PAGES
    if source.version is None and not is_first:
        draw_nothing_published()
        return
    choices, facts = st.columns([1, 4], vertical_alignment="center")
    with choices:
        view = choose_view(source)
    with facts:
        draw_facts(view)
    note_arrival(page.url_path)
    if is_first or isinstance(view, View):
        page.run()
    else:
        draw_no_period(view)


def _log(page: str, error: Exception) -> None:
    """Kind and places of an error; never its text, which may quote a value of a record."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    LOGGER.error("page failed: %s: %s at %s", page, type(error).__name__, places)


draw()
