"""Targets as rows of a table, in words: one place for the pages that list them."""

from __future__ import annotations

import polars as pl

from dashboard.plan_words import HARDNESS, asked_words, kind_of, ledgers_words, value_words
from dashboard.unit_words import is_assisting
from dashboard.wording import NOTHING, light_word

_COLUMNS = (
    "clause_title", "title", "target", "actual", "gap", "light", "hardness", "kind", "missing",
)  # fmt: skip


def targets_as_table(targets: pl.DataFrame) -> pl.DataFrame:
    """Targets (targets.sql) in words: clause_title, title, target, actual, gap, light, hardness,
    kind, missing."""
    return pl.DataFrame(
        [
            {
                "clause_title": row["clause_title"],
                "title": row["title"],
                "target": asked_words(row),
                "actual": value_words(row),
                "gap": row["gap_text"] or "",
                "light": "协助，不计"
                if is_assisting(row)
                else light_word(row["light"], row["status"]),
                "hardness": HARDNESS[row["hardness"]],
                "kind": kind_of(row),
                "missing": ledgers_words(row["missing"]) or NOTHING,
            }
            for row in targets.iter_rows(named=True)
        ],
        schema=dict.fromkeys(_COLUMNS, pl.Utf8),
    )
