"""The mark that everything made from sample data wears: pages, pictures and files alike."""

from __future__ import annotations

from datetime import date

SAMPLE_MARK = "演示数据 · 纯属虚构，不代表任何单位"
SAMPLE_WORD = "演示数据"
NOTE_COLUMN = "数据说明"
"""The column at the end of a table for download that says what it is."""
PRELIMINARY = "初步数据，未定稿"
"""What figures are called until their plan is closed."""


def standing_words(closed_as_of: date | None) -> str:
    """Whether a plan's figures are final, in words; `closed_as_of`: the day of its closing."""
    return PRELIMINARY if closed_as_of is None else f"定稿，数据截至 {closed_as_of:%Y-%m-%d}"
