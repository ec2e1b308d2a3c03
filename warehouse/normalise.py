"""Normal forms of cell texts: pure scalar functions, no state.

`warehouse.derive` does the same to whole columns in SQL, from the same constants;
`tests/test_derive.py` proves the two equal.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date

BLANK_WORDS = ("无", "/", "-", "null", "NULL", "—")
"""What departments write into a cell they leave empty (data standard practice, rule G02)."""

# Characters read as one and the same in names and document numbers, and what they become.
VARIANTS = "〔[【〕]】‐‑‒–—―−"
VARIANTS_BECOME = "((()))" + "-" * 7
_ONE_FORM = str.maketrans(VARIANTS, VARIANTS_BECOME)

SEPARATORS = r"[-‐‑‒–—―−_.·\s]+"
"""What people put between the characters of a code; a regular expression."""

# Regular expressions that mean the same to Python and to DuckDB (RE2).
DATE_TOKEN = (
    r"(?:[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"|[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|[0-9]{8})"
)
TIME_TAIL = (
    r"(?:(?: +|T)[0-9]{1,2}:[0-9]{1,2}(?::[0-9]{1,2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
    r"| *[0-9]{1,2}时[0-9]{1,2}分(?:[0-9]{1,2}秒)?)?"
)
MONTH_DAY = r"^[0-9]{4}[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})"
NUMBER = (
    r"[+-]?(?:(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
)

_SEPARATORS = re.compile(SEPARATORS)
_DATE = re.compile(f"{DATE_TOKEN}{TIME_TAIL}")
_MONTH_DAY = re.compile(MONTH_DAY)
_TIME_OF_DAY = re.compile(f"{DATE_TOKEN}(.*)", re.DOTALL)
_NUMBER = re.compile(NUMBER)


def fold(text: str) -> str:
    """Return the text in NFKC, trimmed: full-width letters, digits and brackets half-width."""
    return unicodedata.normalize("NFKC", text).strip()


def code_key(text: str | None) -> str | None:
    """Return the normal form of a coded value (NFKC, trimmed); None if blank."""
    folded = "" if text is None else fold(text)
    return None if not folded or folded in BLANK_WORDS else folded


def is_blank(text: str | None) -> bool:
    """Whether a cell counts as empty: nothing after trimming, or one of the BLANK_WORDS."""
    return code_key(text) is None


def name_key(text: str | None) -> str | None:
    """Return the form in which names are compared; None if blank.

    NFKC, all bracket kinds one, all dashes one, no blanks, upper case.
    """
    folded = code_key(text)
    return None if folded is None else "".join(folded.translate(_ONE_FORM).split()).upper()


def document_no_key(text: str | None) -> str | None:
    """Return the form in which document numbers are compared; None if blank.

    `〔2022〕`, `[2022]`, `（2022）`, `【2022】` become `(2022)`; dashes one kind; no blanks; upper
    case; a trailing 号 stays. Names and document numbers need the same folding.
    """
    return name_key(text)


def identifier_key(text: str | None) -> str | None:
    """Return an identifier in half-width upper case without separators; None if blank.

    A text of nothing but separators is no identifier, yet not blank: it stays as it is.
    """
    folded = code_key(text)
    return None if folded is None else (_SEPARATORS.sub("", folded) or folded).upper()


def parse_date(text: str | None) -> date | None:
    """Return the day a cell means, its time of day dropped; None if blank or not a real day.

    Accepts 2022/06/03, 2022-6-3, 2022.6.3, 20220603, 2022年6月3日, each with or without a time.
    """
    folded = code_key(text) or ""
    found = _MONTH_DAY.match(folded) if _DATE.fullmatch(folded) else None
    if not found:
        return None
    try:
        return date(int(folded[:4]), int(found[1]), int(found[2]))
    except ValueError:
        return None


def moment_key(text: str | None) -> str | None:
    """Return a date with its time of day as `2022-06-03 10:15`; other text folded; None if blank.

    Only for comparing: the time of day is kept as written.
    """
    folded = code_key(text)
    day = parse_date(folded)
    found = _TIME_OF_DAY.match(folded or "")
    return f"{day.isoformat()} {found[1].strip()}".strip() if day and found else folded


def parse_number(text: str | None) -> float | None:
    """Return the number a cell holds, thousands commas allowed; None if blank or no number."""
    folded = code_key(text) or ""
    if not _NUMBER.fullmatch(folded):
        return None
    number = float(folded.replace(",", ""))
    return number if math.isfinite(number) else None
