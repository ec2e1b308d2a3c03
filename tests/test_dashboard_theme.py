"""The theme stays readable, and nothing on the server phones out or tells its insides."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from dashboard.charts import style
from dashboard.wording import LIGHTS

CONFIG = tomllib.loads(
    (Path(__file__).parents[1] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
)
COLOURS = ("red", "yellow", "green", "gray", "blue")
MODES = ("light", "dark")


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_right() -> None:
    assert round(contrast("#ffffff", "#000000"), 1) == 21.0


@pytest.mark.parametrize("mode", MODES)
def test_texts_stand_out(mode: str) -> None:
    theme = CONFIG["theme"][mode]
    grounds = (theme["backgroundColor"], theme["secondaryBackgroundColor"])
    for ground in grounds:
        assert contrast(theme["textColor"], ground) >= 4.5
        assert contrast(theme["linkColor"], ground) >= 4.5
    for colour in COLOURS:
        text = theme[f"{colour}TextColor"]
        assert contrast(text, theme[f"{colour}BackgroundColor"]) >= 4.5, colour
        assert contrast(text, theme["backgroundColor"]) >= 4.5, colour


@pytest.mark.parametrize("mode", MODES)
def test_marks_of_charts_stand_out(mode: str) -> None:
    ground = CONFIG["theme"][mode]["backgroundColor"]
    for colour in (*style.SERIES, style.RED, style.GREEN, style.GREY):
        assert contrast(colour, ground) >= 3, colour


def test_lights_differ_without_colour() -> None:
    marks = [mark for mark, _, _ in LIGHTS.values()]
    words = [word for _, word, _ in LIGHTS.values()]
    assert len(set(marks)) == len(set(words)) == len(LIGHTS)


def test_the_server_keeps_to_itself() -> None:
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["browser"]["serverAddress"]  # else it asks a public service for its address
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["client"]["toolbarMode"] == "viewer"
    # The built-in export would leave out the sample mark.
    assert CONFIG["client"]["disableDataExport"] is True
    assert CONFIG["server"]["fileWatcherType"] == "none"
