"""Present words for the words of older plans (terms.csv). A plan's own words stand in quotes."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

TERMS_FILE = Path(__file__).parent / "terms.csv"


@cache
def load_terms() -> dict[str, str]:
    """old word -> present word, longest old word first."""
    with TERMS_FILE.open(encoding="utf-8", newline="") as file:
        found = {row["old"]: row["new"] for row in csv.DictReader(file)}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def in_present_words(text: str) -> str:
    """The text with every older word replaced by the present one."""
    for old, new in load_terms().items():
        text = text.replace(old, new)
    return text


def quoted(text: str) -> str:
    """The plan's own words, to the letter, in quotes."""
    return f"“{text}”"
