"""Error types, most frequent first."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.style import BLUE, finish


def draw_error_types(types: pl.DataFrame, *, is_sample: bool) -> go.Figure:
    """One bar per rule (columns rule_id, title, record_count), the most frequent on top.

    Clicking a bar gives the rule's id as `customdata[0]`.
    """
    figure = go.Figure()
    figure.add_bar(
        y=[f"{r['title']}（{r['rule_id']}）" for r in types.iter_rows(named=True)],
        x=types["record_count"].to_list(),
        orientation="h",
        marker={"color": BLUE},
        text=types["record_count"].to_list(),
        textposition="outside",
        cliponaxis=False,
        customdata=types.select("rule_id").rows(),
        hovertemplate="%{y}：%{x} 条<extra></extra>",
    )
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    return finish(figure, 50 + 26 * max(types.height, 2), is_sample=is_sample, has_axis=False)
