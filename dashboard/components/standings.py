"""How the units stand against the lines of the three rates; named only on demand."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components.cards import by_metric
from dashboard.filters import View
from dashboard.findings import STANDINGS, rate_lines, standing_of_units
from dashboard.navigation import draw_link
from dashboard.queries.figures import read_targets, read_units
from dashboard.source import ask
from dashboard.wording import GROUPS


def read_lines(view: View) -> dict[str, float]:
    """The line of each of the three rates that a unit is held against (`rate_lines`)."""
    return rate_lines(by_metric(ask(view.source, read_targets, view.plan_id, view.label)))


def read_standings(view: View) -> pl.DataFrame:
    """The frame of units.sql with `standing`, by the plan's lines."""
    units = ask(view.source, read_units, view.plan_id, view.label)
    return standing_of_units(units, read_lines(view))


def draw_unit_names(units: pl.DataFrame) -> None:
    """Names by standing behind a button; each opens the unit's page. Listed units are not shown as
    standing anywhere."""
    with st.popover("看单位名单", type="tertiary", key="unit_names"):
        for standing in STANDINGS:
            found = units.filter(pl.col("standing") == standing)
            if found.is_empty():
                continue
            st.markdown(f"**{standing}**（{found.height} 家）")
            for row in found.iter_rows(named=True):
                label = f"{row['unit']} · {GROUPS[row['ranking_group']]}"
                draw_link("departments", label, {"unit": row["unit"]})
