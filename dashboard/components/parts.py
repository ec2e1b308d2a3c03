"""A page of several parts: its title, and beside it the choice of the part, kept in the URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from dashboard.filters import View


def draw_parts(view: View, title: str, parts: Mapping[str, Callable[[View], None]]) -> None:
    """Draw the title and the chosen part; the first one where the URL names none that is here."""
    first = next(iter(parts))
    heading, choice = st.columns([2, 3], vertical_alignment="center")
    with heading:
        st.title(title, anchor=False)
    with choice:
        part = st.segmented_control(
            "看什么",
            list(parts),
            default=first,
            required=True,
            key="part",
            bind="query-params",
            label_visibility="collapsed",
        )
    parts[part if part in parts else first](view)
