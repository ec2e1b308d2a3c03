"""Normal forms of text cells: blanks, names, codes, document numbers, dates, numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

BLANK_WORDS = {"", "无", "/", "-", "null", "NULL", "—"}
BRACKETS = str.maketrans(
    dict.fromkeys("[{〔【〈《「『［｛﹝", "(") | dict.fromkeys("]}〕】〉》」』］｝﹞", ")")
)
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣", "-"))
PLACEHOLDER = "0" * 17 + "X"


def blank(cell: str | None) -> bool:
    """Empty after trimming, or one of the words that mean "nothing" (rule G02)."""
    return cell is None or cell.strip() in BLANK_WORDS


def fold(cell: str | None) -> str:
    """Full width to half width, trimmed; nothing gives ""."""
    return unicodedata.normalize("NFKC", cell or "").strip()


def name_key(cell: str | None) -> str | None:
    """Names are the same whatever the width of their brackets and blanks."""
    if blank(cell):
        return None
    return re.sub(r"\s+", "", fold(cell)).translate(BRACKETS).translate(DASHES).upper()


def document_key(cell: str | None) -> str | None:
    """Document numbers are the same whatever their brackets, width, blanks, dashes."""
    return name_key(cell)


def code_key(cell: str | None) -> str | None:
    """Identifying codes: upper case, half width, without separators."""
    if blank(cell):
        return None
    return re.sub(r"[\s\-‐‑‒–—―.·_]", "", fold(cell)).upper() or None


def day(cell: str | None) -> date | None:
    """A real day written year, month, day (a time of day may follow), else None."""
    if blank(cell):
        return None
    found = re.fullmatch(
        r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))"
        r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
        fold(cell),
    )
    if not found:
        return None
    year, _, *parts = found.groups()
    month, day_of_month = [p for p in parts if p is not None]
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:
        return None


def number(cell: str | None) -> float | None:
    """A plain decimal number, else None; thousands may be parted by commas."""
    if blank(cell) or not re.fullmatch(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", fold(cell)):
        return None
    return float(fold(cell).replace(",", ""))


def period(cell: str | None) -> str | None:
    """A month, quarter, week or year in one writing (2020-06, 2020-Q2, 2020-W15, 2020), else None.
    A cell in which Excel made a day of a month is that month."""
    text = fold(cell)
    if found := re.fullmatch(r"(\d{4})(?:-|/|\.|年)(\d{1,2})月?(?:份|(?:-|/|\.)0?1)?", text):
        month = int(found[2])
        return f"{found[1]}-{month:02d}" if 1 <= month <= 12 else None
    if found := re.fullmatch(r"(\d{4})(?:-?Q|年第?)([1-4一二三四])(?:季度?)?", text.upper()):
        return f"{found[1]}-Q{found[2].translate(str.maketrans('一二三四', '1234'))}"
    if found := re.fullmatch(r"(\d{4})-?W(\d{2})", text.upper()):
        return f"{found[1]}-W{found[2]}"
    found = re.fullmatch(r"(\d{4})(?:年度?)?", text)
    return found[1] if found else None


def days_of(label: str) -> tuple[date, date]:
    """First and last day of a period in its one writing."""
    year, _, rest = label.partition("-")
    if rest.startswith("W"):
        first = date.fromisocalendar(int(year), int(rest[1:]), 1)
        return first, first + timedelta(6)
    quarter = int(rest[1:]) if rest.startswith("Q") else 0
    start = 3 * quarter - 2 if quarter else int(rest or 1)
    last = 3 * quarter if quarter else int(rest or 12)
    return date(int(year), start, 1), month_end(date(int(year), last, 1))


def month_end(when: date) -> date:
    """The last day of a day's month."""
    return date(when.year + when.month // 12, when.month % 12 + 1, 1) - timedelta(1)
