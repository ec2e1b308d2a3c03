"""Files for download. Every export of sample data says that it is one."""

from __future__ import annotations

import polars as pl

from dashboard.wording import PRELIMINARY, WATERMARK
from etl.formula_text import marked
from warehouse.marks import NOTE_COLUMN, SAMPLE_WORD

__all__ = ["NOTE_COLUMN", "file_name", "to_csv"]


def to_csv(frame: pl.DataFrame, *, is_sample: bool, standing: str = PRELIMINARY) -> bytes:
    """The frame as CSV that Excel opens (UTF-8 with BOM), a column at its end saying what it is.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    note = "；".join([WATERMARK, standing] if is_sample else [standing])
    texts = [name for name, kind in frame.schema.items() if kind == pl.Utf8]
    safe = frame.with_columns(marked(pl.col(name)).alias(name) for name in texts)
    noted = safe.with_columns(pl.lit(note).alias(NOTE_COLUMN))
    return b"\xef\xbb\xbf" + noted.write_csv().encode("utf-8")


def file_name(title: str, plan: str, period: str, *, is_sample: bool) -> str:
    """`演示数据_迟报_BC_2022-06.csv`."""
    parts = [SAMPLE_WORD] if is_sample else []
    return "_".join([*parts, title, plan, period]) + ".csv"
