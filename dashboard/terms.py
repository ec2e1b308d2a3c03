"""Present words for the words of older plans (terms.csv). A plan's own words stand in quotes."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

TERMS_FILE = Path(__file__).parent / "terms.csv"
_QUOTES = re.compile("(“[^”]*”)")


@cache
def load_terms() -> dict[str, str]:
    """old word -> present word, longest old word first."""
    with TERMS_FILE.open(encoding="utf-8", newline="") as file:
        found = {row["old"]: row["new"] for row in csv.DictReader(file)}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def in_present_words(text: str) -> str:
    """The text with every older word replaced by the present one; what stands in quotes stays."""
    return "".join(part if part.startswith("“") else _renewed(part) for part in _QUOTES.split(text))


def without_quotes(text: str) -> str:
    """The text without what it quotes."""
    return _QUOTES.sub("", text)


def older_words_in(text: str) -> list[str]:
    """The older words that a text says in its own voice, not in quotes."""
    own = without_quotes(text)
    return [old for old in load_terms() if old in own]


def quoted_where_older(text: str) -> str:
    """A text as somebody handed it in: in quotes where it holds an older word."""
    return quoted(text) if older_words_in(text) else text


def _renewed(text: str) -> str:
    for old, new in load_terms().items():
        text = text.replace(old, new)
    return text


def quoted(text: str) -> str:
    """The plan's own words, to the letter, in quotes."""
    return f"“{text}”"
