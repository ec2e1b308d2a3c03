"""What all charts share: colours that also differ in lightness, margins, the sample mark."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.wording import WATERMARK

# Middle tones that stand 3:1 and more against the light and the dark ground alike.
BLUE, TEAL, ORANGE, VIOLET = "#4a7ebb", "#23917f", "#c77414", "#9a63b5"
RED, GREEN, GREY, PALE = "#cf4b43", "#2e9a66", "#858d99", "#8b929c"
SERIES = (BLUE, TEAL, ORANGE, VIOLET)


def finish(figure: go.Figure, height: int, *, is_sample: bool, has_axis: bool = True) -> go.Figure:
    """The figure with our margins and legend; a sample says in the picture that it is one.

    `has_axis`: month or percent marks stand below the plot, so the sample mark stands below them
    (above the plot it would meet the legend in a narrow window).
    """
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 12, "t": 24, "b": 42 if has_axis else 18},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "title": None},
        hovermode="closest",
        bargap=0.35,
        dragmode=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    if is_sample:
        figure.add_annotation(
            text=WATERMARK,
            xref="paper",
            yref="paper",
            x=1,
            xanchor="right",
            y=0,
            yanchor="top",
            yshift=-22 if has_axis else 0,
            showarrow=False,
            font={"size": 11, "color": GREY},
        )
    return figure
