"""Where the header of a sheet is, and which ledger it belongs to.

Departments put titles above the header, merge group headers over sub headers, mark required
columns and repeat names. The best match over the first rows of the sheet wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from warehouse.contracts import Contract, header_key

Row = tuple[int, Sequence[str | None]]
"""Row number and cells."""

SEARCHED_ROWS = 30
_MIN_KNOWN = 2
_MAX_HEADER = 100
_REQUIRED_MARK = re.compile(r"[(（\[【]\s*(?:必填|选填)项?\s*[)）\]】]")


@dataclass(frozen=True)
class Header:
    """A header found: `row` is its last row, `first_row` its first; `titles[k]` is column k's."""

    first_row: int
    row: int
    titles: tuple[str | None, ...]
    contract: Contract
    known: int


def find_header(rows: Sequence[Row], contracts: Mapping[str, Contract]) -> Header | None:
    """Return the best header among the first rows of a sheet; None if no ledger fits.

    Best = most known columns, then fewest required ones missing, then one row before two, then
    the upper one. The search ends below a header that lacks no required column.
    """
    best: tuple[tuple[int, int, bool], Header] | None = None
    for first_row, row, titles in _candidates(rows, _vocabulary(contracts)):
        if best and best[0][1] == 0 and first_row > best[1].row:
            break  # a header that lacks nothing: below it are only its data
        for contract in contracts.values():
            known = contract.recognises(titles)
            if not known:
                continue
            missing = len(contract.missing(titles, contract.standard_of(titles)))
            rank = known, -missing, first_row == row
            if best is None or rank > best[0]:
                best = rank, Header(first_row, row, titles, contract, known)
    return best[1] if best else None


def nearest(
    rows: Sequence[Row], contracts: Mapping[str, Contract]
) -> tuple[Contract, list[str]] | None:
    """Return the ledger with most headers in one row, though too few, and its key titles missing.

    None where no row holds two headers of any ledger.
    """
    best: tuple[int, Contract, list[str]] | None = None
    for _, _, titles in _candidates(rows, _vocabulary(contracts)):
        for contract in contracts.values():
            fields = {f for f in contract.match(titles) if f}
            if len(fields) >= _MIN_KNOWN and (best is None or len(fields) > best[0]):
                absent = [contract.column(f).title for f in contract.key_fields if f not in fields]
                best = len(fields), contract, absent
    return best[1:] if best else None


def clean_title(cell: str | None) -> str | None:
    """A header as shown to people: no line breaks, no marks of required columns, not blank."""
    if cell is None or len(cell) > _MAX_HEADER:
        return None
    text = _REQUIRED_MARK.sub("", "".join(cell.splitlines())).replace("*", "").strip()
    return text or None


def _vocabulary(contracts: Mapping[str, Contract]) -> frozenset[str]:
    return frozenset().union(*(c.vocabulary for c in contracts.values()))


def _candidates(
    rows: Sequence[Row], vocabulary: frozenset[str]
) -> Iterator[tuple[int, int, tuple[str | None, ...]]]:
    """Yield (first row, last row, titles), downward: each row with the one above it, then alone.

    Titles are empty for a row that is no candidate either way, so that a search may end there.
    """
    above: tuple[int, list[str | None]] | None = None
    for number, cells in rows:
        titles = [clean_title(c) for c in cells]
        known = _known(titles, vocabulary)
        # A blank row between them parts a title from a header.
        if above is not None and number == above[0] + 1:
            joined = _join(above[1], titles, vocabulary)
            if _known(joined, vocabulary) >= _MIN_KNOWN:
                yield above[0], number, tuple(joined)
        yield number, number, tuple(titles) if known >= _MIN_KNOWN else ()
        above = number, titles


def _known(titles: Iterable[str | None], vocabulary: frozenset[str]) -> int:
    return sum(header_key(t) in vocabulary for t in titles if t)


def _join(
    upper: Sequence[str | None], lower: Sequence[str | None], vocabulary: frozenset[str]
) -> list[str | None]:
    """Titles of a group header over sub headers.

    A merged cell holds its text in the first column only, so a group goes on to the right over
    sub headers until the next group.
    """
    joined: list[str | None] = []
    group: str | None = None
    for above, below in zip(upper, lower, strict=True):
        group = above or (group if below else None)
        if not group or not below:
            joined.append(below or above)
            continue
        forms = (group + below, f"{group}({below})", f"{group}_{below}", below)
        known = (form for form in forms if header_key(form) in vocabulary)
        joined.append(next(known, group + below))
    return joined
