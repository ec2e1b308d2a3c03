"""Normal forms of cell texts: pure scalar functions, no state.

`warehouse.derive` does the same to whole columns in SQL, from the same constants;
`tests/test_derive.py` proves the two equal.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, timedelta

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

# What follows the year in a period, by its kind; a day only where Excel made the first of it.
PERIOD_YEAR = r"(?:19|20)[0-9]{2}"
PERIOD_RESTS = {
    "month": (
        r"(?:[-/年](?:0?[1-9]|1[0-2])|\.?(?:0[1-9]|1[0-2]))月?份?"
        r"|[-/.](?:0?[1-9]|1[0-2])[-/.]0?1(?: +00?:00(?::00)?)?"
        r"|年(?:0?[1-9]|1[0-2])月0?1日"
    ),
    "quarter": r"(?:[-/]?[Qq][1-4]|年第?[1-4一二三四]季度?)",
    "week": r"(?:-?[Ww](?:0[1-9]|[1-4][0-9]|5[0-3])|年第(?:0?[1-9]|[1-4][0-9]|5[0-3])周)",
    "year": r"(?:年度?)?",
}
PERIOD_NUMBER = r"[0-9]+|[一二三四]"
CHINESE_QUARTERS = "一二三四"

# Blanks, controls and punctuation, by their blocks: two engines may know other versions of Unicode.
MARKS = "[\x01-/:-@\\[-`{-\u00bf\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f\ufe30-\ufe4f]+"

_MARKS = re.compile(MARKS)
_SEPARATORS = re.compile(SEPARATORS)
_DATE = re.compile(f"{DATE_TOKEN}{TIME_TAIL}")
_MONTH_DAY = re.compile(MONTH_DAY)
_TIME_OF_DAY = re.compile(f"{DATE_TOKEN}(.*)", re.DOTALL)
_NUMBER = re.compile(NUMBER)
_PERIOD_LABEL = re.compile(
    f"({PERIOD_YEAR})(?:-(0[1-9]|1[0-2])|-Q([1-4])|-W(0[1-9]|[1-4][0-9]|5[0-3]))?"
)
_QUARTER_DIGITS = str.maketrans(CHINESE_QUARTERS, "1234")


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


def period_key(text: str | None) -> str | None:
    """Return a period as the product writes it; other text folded; None if blank.

    2020-06, 2020年6月, 202006 and 2020/6/1 (what Excel makes of 2020-06) become `2020-06`,
    2020年第二季度 `2020-Q2`, 2020年度 `2020`, 2018年第15周 `2018-W15`.
    """
    folded = code_key(text)
    found = re.fullmatch(f"({PERIOD_YEAR})(.*)", folded or "", re.DOTALL)
    if not found:
        return folded
    year, rest = found.groups()
    kind = next((k for k, form in PERIOD_RESTS.items() if re.fullmatch(form, rest)), None)
    number = re.search(PERIOD_NUMBER, rest)
    digits = number[0] if number else ""
    match kind:
        case "year":
            return year
        case "month":
            return f"{year}-{digits.zfill(2)}"
        case "quarter":
            return f"{year}-Q{digits.translate(_QUARTER_DIGITS)}"
        case "week":
            return f"{year}-W{digits.zfill(2)}"
    return folded


def period_days(label: str | None) -> tuple[date, date] | None:
    """Return the first and last day of a period in its normal form; None if it is none."""
    found = _PERIOD_LABEL.fullmatch(label or "")
    if not found:
        return None
    year, month, quarter, week = (int(part) if part else None for part in found.groups())
    assert year is not None
    if week:
        # The week of 4 January is the first (ISO 8601).
        first = date(year, 1, 4) + timedelta(weeks=week - 1)
        first -= timedelta(days=first.weekday())
        return first, first + timedelta(days=6)
    start = month or (3 * quarter - 2 if quarter else 1)
    months = 1 if month else 3 if quarter else 12
    after = date(year + (start + months > 12), (start + months - 1) % 12 + 1, 1)
    return date(year, start, 1), after - timedelta(days=1)


def passage_key(text: str | None) -> str | None:
    """Return a text without blanks and punctuation, as texts are compared; None if none is left."""
    return _MARKS.sub("", code_key(text) or "") or None


def parse_number(text: str | None) -> float | None:
    """Return the number a cell holds, thousands commas allowed; None if blank or no number."""
    folded = code_key(text) or ""
    if not _NUMBER.fullmatch(folded):
        return None
    number = float(folded.replace(",", ""))
    return number if math.isfinite(number) else None
