"""What a suite is: a frame computed by DuckDB and the expectations asked of it. Imports no GX."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

SUBJECT = "subject"
"""The column that names what a row of a frame is about; failures are reported by it."""


@dataclass(frozen=True)
class Check:
    """One expectation: the class (of Great Expectations, or our own), its arguments, and what it
    means when it fails (Chinese)."""

    expectation: str
    meaning: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Suite:
    """A frame (with a `subject` column) and its checks. An empty frame is not judged."""

    name: str
    frame: pd.DataFrame
    checks: tuple[Check, ...]

    @property
    def expected(self) -> int:
        """How many expectations must be evaluated."""
        return 0 if self.frame.empty else len(self.checks)


def equal(column_a: str, column_b: str, meaning: str) -> Check:
    """Both columns hold the same value in every row."""
    return Check(
        "ExpectColumnPairValuesToBeEqual",
        meaning,
        {"column_A": column_a, "column_B": column_b, "ignore_row_if": "neither"},
    )


def not_above(lower: str, upper: str, meaning: str) -> Check:
    """`lower` is at most `upper` in every row that has both."""
    return Check(
        "ExpectColumnPairValuesAToBeGreaterThanB",
        meaning,
        {
            "column_A": upper,
            "column_B": lower,
            "or_equal": True,
            "ignore_row_if": "either_value_is_missing",
        },
    )


def all_zero(column: str, meaning: str) -> Check:
    """The column counts faults, and there is none."""
    return Check("ExpectColumnValuesToBeInSet", meaning, {"column": column, "value_set": [0]})


def unique(column: str, meaning: str) -> Check:
    """No two rows share a value."""
    return Check("ExpectColumnValuesToBeUnique", meaning, {"column": column})
