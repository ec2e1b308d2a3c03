"""Check digits, straight from the standards (GB 32100, GB 11714, GB 11643)."""

from __future__ import annotations

from datetime import date

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
# GB/T 2260, first two digits; 81 to 83 are residence permits of Hong Kong, Macao, Taiwan
PROVINCES = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46}
PROVINCES |= {50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83}


def is_uscc(code: str) -> bool:
    """GB 32100: 18 characters of 31, digits in places 3 to 8, check character mod 31."""
    if len(code) != 18 or any(c not in USCC_ALPHABET for c in code) or not code[2:8].isdigit():
        return False
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(code, USCC_WEIGHTS, strict=False))
    return USCC_ALPHABET[(31 - total % 31) % 31] == code[17]


def is_org_code(code: str) -> bool:
    """GB 11714: eight characters and a check character mod 11."""
    if len(code) != 9 or any(c not in ORG_ALPHABET for c in code):
        return False
    total = sum(ORG_ALPHABET.index(c) * w for c, w in zip(code, ORG_WEIGHTS, strict=False))
    check = 11 - total % 11
    return code[8] == {10: "X", 11: "0"}.get(check, str(check))


def is_resident_id(code: str, today: date) -> bool:
    """GB 11643: check digit, and a real day of birth that is not in the future."""
    if len(code) != 18 or not (code[:17].isascii() and code[:17].isdigit()):
        return False
    total = sum(int(c) * w for c, w in zip(code, ID_WEIGHTS, strict=False))
    if ID_CHECKS[total % 11] != code[17]:
        return False
    try:
        born = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return False
    return born <= today
