"""Identifiers that pass their check digits and can belong to nobody.

Unified codes lie in the unassigned region 990000; resident ids carry the sequence 000, which is
never issued (GB 11643 numbers sequences from 001).
"""

from __future__ import annotations

from datetime import date

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
REGION = "990000"
PLACEHOLDER = "0" * 17 + "X"


def org_code(body: str) -> str:
    """Eight characters and their GB 11714 check character."""
    total = sum(ORG_ALPHABET.index(c) * w for c, w in zip(body, ORG_WEIGHTS, strict=True))
    return body + "0123456789X0"[(11 - total % 11)]


def uscc(kind: str, body: str) -> str:
    """A unified code of `kind` (91 firm, 92 individual business) in the unassigned region."""
    head = kind + REGION + org_code(body)
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(head, USCC_WEIGHTS, strict=True))
    return head + USCC_ALPHABET[(31 - total % 31) % 31]


def spoil_last(code: str, alphabet: str = USCC_ALPHABET) -> str:
    """The same code with a wrong check character."""
    return code[:-1] + alphabet[(alphabet.index(code[-1]) + 1) % len(alphabet)]


def registration_number(sequence: int) -> str:
    """A 15 digit registration number with its ISO 7064 MOD 11,10 check digit (GS 15-2006)."""
    body = f"{REGION}{sequence:08d}"
    carry = 10
    for digit in body:
        carry = (carry + int(digit)) % 10 or 10
        carry = carry * 2 % 11
    return body + str((11 - carry) % 10)


def resident_id(born: date) -> str:
    """A resident id with the never issued sequence 000."""
    body = f"220802{born:%Y%m%d}000"
    total = sum(int(c) * w for c, w in zip(body, ID_WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]
