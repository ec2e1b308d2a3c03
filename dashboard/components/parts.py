"""A page of several parts: its title, and beside it the choice of the part, kept in the URL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import streamlit as st

from dashboard.filters import View, missing_choice
from dashboard.queries.figures import read_units
from dashboard.source import ask
from dashboard.wording import period_words


def draw_parts(view: View, title: str, parts: Mapping[str, Callable[[View], None]]) -> None:
    """Draw the title and the chosen part; the first one where the URL names none that is here."""
    heading, choice = st.columns([2, 3], vertical_alignment="center")
    with heading:
        st.title(title, anchor=False)
    with choice:
        part = _choose_part(parts)
    parts[part](view)


def choose_part_and_unit(view: View, title: str, parts: Iterable[str]) -> tuple[str, str | None]:
    """Draw the title with the period, the choice of the part and that of the unit; gives the part
    and the chosen unit's name (None: all), both from the URL. What a link asks for and is not there
    is told."""
    units = list(units_of(view))
    missing = missing_choice("of", "单位", units, "全部单位")
    heading, choice, whom = st.columns([4, 5, 3], vertical_alignment="bottom")
    with heading:
        st.title(f"{title} · {period_words(view.label)}", anchor=False)
    with choice:
        part = _choose_part(parts)
    with whom:
        of = st.selectbox(
            "单位", units, index=None, placeholder="全部单位", key="of", bind="query-params",
            label_visibility="collapsed",
        )  # fmt: skip
    if missing:
        st.warning(missing, icon=":material/link_off:")
    return part, of


def units_of(view: View) -> dict[str, str]:
    """The units of the period: name → id."""
    found = ask(view.source, read_units, view.plan_id, view.label)
    return dict(found.select("unit", "unit_id").rows())


def _choose_part(parts: Iterable[str]) -> str:
    names = list(parts)
    part = st.segmented_control(
        "看什么",
        names,
        default=names[0],
        required=True,
        key="part",
        bind="query-params",
        label_visibility="collapsed",
    )
    return part if part in names else names[0]
