"""How personal data is shown, and how it is matched without being shown.

Names keep the first character (`张*`), identity numbers the first three and last four: no
national standard fixes this; it is the common cautious form.
"""

from __future__ import annotations

import hashlib
import hmac

from warehouse.contracts import Party
from warehouse.normalise import code_key, identifier_key, is_blank

_COUNTERPARTY = Party(uscc="uscc")

PERSON_NAME_LENGTH = 4
NAME_DOT = "·"

_BLOCK = 64  # bytes of a SHA-256 block


def mask_name(name: str | None) -> str | None:
    """Return a person's name with all but its first character hidden (`张*`); None if blank."""
    folded = code_key(name)
    return None if folded is None else f"{folded[0]}*"


def mask_id(number: str | None) -> str | None:
    """Return an identity number as its first three and last four characters; None if blank.

    Between them stand as many `*` as characters are hidden. Numbers of up to eight characters
    keep only the first, since three and four of them would give nearly all away.
    """
    folded = code_key(number)
    if folded is None:
        return None
    if len(folded) <= 8:
        return folded[0] + "*" * (len(folded) - 1)
    return folded[:3] + "*" * (len(folded) - 7) + folded[-4:]


def is_natural_person(category: str | None, uscc: str | None, party: Party = _COUNTERPARTY) -> bool:
    """Whether a party with a category must be treated as a natural person.

    So it is when its category says so, or when the category is none of the kinds of entities and
    there is no unified social credit code: in doubt a name is protected. `party` says which
    categories are which; by default those of counterparties.
    """
    kind = code_key(category)
    return kind in party.persons or (kind not in party.entities and is_blank(uscc))


def is_identified_person(uscc: str | None, id_no: str | None, name: str | None) -> bool:
    """Whether a counterparty of a ledger without categories must be treated as a natural person.

    No code, and an id number or a name as persons have it (up to four characters, or with the dot
    of a transcribed name): spot checks and registers often come without numbers.
    """
    folded = code_key(name) or ""
    looks_personal = 0 < len(folded) <= PERSON_NAME_LENGTH or NAME_DOT in folded
    return is_blank(uscc) and (not is_blank(id_no) or looks_personal)


def mask_party(name: str | None, category: str | None, uscc: str | None) -> str | None:
    """Return a counterparty's name, masked when it is a natural person; None if blank."""
    if name is None or is_blank(name):
        return None
    return mask_name(name) if is_natural_person(category, uscc) else name


class IdentityHash:
    """HMAC-SHA256 over a normalised identity: equal persons match, nobody can be looked up.

    The key stays outside the data folder. Blank gives None.
    """

    def __init__(self, key: bytes) -> None:
        if not key:
            raise ValueError("身份哈希的密钥为空")
        self._key = key

    def __call__(self, identity: str | None) -> str | None:
        """Return 64 hex digits of the identity's normal form (`identifier_key`)."""
        normal = identifier_key(identity)
        if normal is None:
            return None
        return hmac.new(self._key, normal.encode(), hashlib.sha256).hexdigest()

    def pads(self) -> tuple[bytes, bytes]:
        """Return the inner and outer pad of RFC 2104, with which an engine hashes by itself.

        As secret as the key: keep them out of logs and files.
        """
        block = hashlib.sha256(self._key).digest() if len(self._key) > _BLOCK else self._key
        block = block.ljust(_BLOCK, b"\0")
        return bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)

    def __repr__(self) -> str:
        return "IdentityHash(…)"
