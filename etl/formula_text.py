"""Texts that a spreadsheet would take for a formula: marked when a CSV is written, taken as texts
when it is read.

The mark is the apostrophe, which spreadsheets themselves use. A text that already has the form of
a marked one gets another, so that reading gives back exactly what was written.
"""

from __future__ import annotations

import re

import polars as pl

from warehouse.normalise import NUMBER

_STARTS = r"[=+\-@\t\r]"
_DANGEROUS = rf"^'*{_STARTS}"
_MARKED = rf"^'+{_STARTS}"
_NUMBER = rf"^(?:{NUMBER})$"


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet might run this text, or take its mark away."""
    return bool(re.match(_DANGEROUS, text)) and not re.fullmatch(NUMBER, text)


def marked(text: pl.Expr) -> pl.Expr:
    """Texts as they are written into a CSV. Numbers are no formulas, whatever their sign."""
    harmless = ~text.str.contains(_DANGEROUS) | text.str.contains(_NUMBER)
    return pl.when(harmless).then(text).otherwise("'" + text)


def without_marks(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts as they were before `marked`; a frame without any mark is given back as it is."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.Utf8]
    hits = frame.select(pl.col(texts).str.starts_with("'").any()) if texts else frame.clear()
    found = [name for name in texts if hits.height and hits[name][0]]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(_MARKED))
        .then(pl.col(name).str.slice(1))
        .otherwise(pl.col(name))
        .alias(name)
        for name in found
    )
