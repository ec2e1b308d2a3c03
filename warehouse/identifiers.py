"""Check digits and forms of Chinese identifiers: pure scalar functions on normal forms.

Own implementations. They differ from python-stdnum where that library refuses real numbers
(letters in the first two places of a unified code, county codes not valid in the year of birth)
or accepts impossible ones (a birth date in the future).
"""

from __future__ import annotations

import re
from datetime import date

from warehouse.normalise import identifier_key

PLACEHOLDER_USCC = "0" * 17 + "X"
"""What an individual business without a unified code writes instead of one."""

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {char: value for value, char in enumerate(USCC_ALPHABET)}
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
USCC_FORM = f"[{USCC_ALPHABET}]{{2}}[0-9]{{6}}[{USCC_ALPHABET}]{{10}}"
_USCC = re.compile(USCC_FORM)

ORG_FORM = "[0-9A-Z]{8}[0-9X]"
ORG_CHECK = "0123456789X0"
_ORG = re.compile(ORG_FORM)
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

REG_FORM = "[0-9]{15}"
_REG = re.compile(REG_FORM)

RESIDENT_FORM = "[0-9]{17}[0-9X]"
_RESIDENT = re.compile(RESIDENT_FORM)
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECK = "10X98765432"


def normalise_uscc(text: str | None) -> str | None:
    """Return a unified social credit code in its normal form; None if blank.

    Half width, upper case, without blanks, hyphens, dots.
    """
    return identifier_key(text)


def is_uscc(code: str) -> bool:
    """Whether a normal form is a unified social credit code (GB 32100-2015).

    18 characters of the 31 allowed, digits at places 3–8, check character modulo 31. Does not
    look into the organisation code inside: `is_org_code(code[8:17])` does.
    """
    if not _USCC.fullmatch(code):
        return False
    total = sum(_USCC_VALUE[c] * w for c, w in zip(code, USCC_WEIGHTS, strict=False))
    return USCC_ALPHABET[-total % 31] == code[17]


def is_org_code(code: str) -> bool:
    """Whether a normal form is an organisation code (GB 11714-1997): eight places and a check."""
    if not _ORG.fullmatch(code):
        return False
    total = sum(int(c, 36) * w for c, w in zip(code, ORG_WEIGHTS, strict=False))
    return ORG_CHECK[11 - total % 11] == code[8]


def is_reg_no(number: str) -> bool:
    """Whether 15 digits are a business registration number (GS 15-2006, ISO 7064 MOD 11,10)."""
    if not _REG.fullmatch(number):
        return False
    carry = 10
    for digit in number[:14]:
        carry = ((carry + int(digit)) % 10 or 10) * 2 % 11
    return (carry + int(number[14])) % 10 == 1


def is_resident_id(number: str, today: date) -> bool:
    """Whether a normal form is an 18-digit resident identity number (GB 11643-1999).

    Length, check character, a real birth date not after `today`. Region codes are not judged:
    the code in force in the year of birth is often no longer known.
    """
    if not _RESIDENT.fullmatch(number):
        return False
    total = sum(int(c) * w for c, w in zip(number, RESIDENT_WEIGHTS, strict=False))
    if RESIDENT_CHECK[total % 11] != number[17]:
        return False
    born = birth_date(number)
    return born is not None and born <= today


def birth_date(number: str) -> date | None:
    """Return the birth date inside an 18-digit resident identity number; None if not real."""
    if not _RESIDENT.fullmatch(number):
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_minor(number: str, day: date) -> bool | None:
    """Whether who bears a resident id was under 18 on a day; None if no day of birth is told.

    Of age on the eighteenth birthday itself; who was born on 29 February is on the 28th.
    """
    born = birth_date(number)
    if born is None:
        return None
    return (day.year - born.year, (day.month, day.day)) < (18, _birthday(born, day.year))


def _birthday(born: date, year: int) -> tuple[int, int]:
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (2, 28) if (born.month, born.day) == (2, 29) and not is_leap else (born.month, born.day)
