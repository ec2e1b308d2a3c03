"""The units behind a count of the first page, named only on demand."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.findings import STANDINGS
from dashboard.navigation import draw_link
from dashboard.wording import GROUPS


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
