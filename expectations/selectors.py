"""Which columns of a contract the word `each` of a rule means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from warehouse.contracts import Column, Contract

_DATES = {"date", "datetime"}
_PROSE = {"text", "name", "party_name", "doc_no"}
# Widths of identifiers are the business of their own rules; personal cells are masked by now.
_MEASURED = {"text", "name", "doc_no", "passage"}

_SELECTORS: dict[str, Callable[[Contract, Column], bool]] = {
    "required": lambda _, column: column.is_required,
    "date": lambda _, column: column.type in _DATES,
    "past": lambda _, column: column.is_past,
    "number": lambda _, column: column.type == "number",
    "whole": lambda _, column: column.is_whole,
    "period": lambda _, column: column.type == "period",
    "uscc": lambda _, column: column.type == "uscc",
    "length": lambda _, column: column.type in _MEASURED and column.length is not None,
    "prose": lambda _, column: column.type in _PROSE,
    "passage": lambda _, column: column.type == "passage",
    "text": lambda _, column: column.type in ("text", "passage") and not column.is_identifier,
    "coded": lambda _, column: column.codes is not None,
    "unit": lambda contract, column: column.field in {u.name for u in contract.unit_fields},
    "key": lambda contract, column: column.field == contract.key_fields[0],
}


class Selection(Protocol):
    """What a case of a rule says about its columns."""

    @property
    def each(self) -> str | tuple[str, ...]: ...

    @property
    def exclude(self) -> frozenset[str]: ...

    @property
    def exclude_ledgers(self) -> frozenset[str]: ...


def select_columns(contract: Contract, case: Selection) -> list[Column]:
    """The contract columns that the `each` of a case means, in their order.

    `required` `date` `past` (dates that have come) `number` `whole` `period` `uscc` `length`
    `prose` `passage` `text` `coded` `unit` (the name of whose row it is) `key` (what tells the
    ledger first); `required:类别` and `must_be_blank:类别` the columns that this one category of
    counterparty must, or must not, fill; or fields by name, those that the ledger has.
    """
    excluded = case.exclude if contract.ledger in case.exclude_ledgers else frozenset()
    if isinstance(case.each, tuple):
        chosen = [contract.column(f) for f in case.each if f in contract.fields]
    else:
        selector, _, category = case.each.partition(":")
        if category:
            chosen = [
                c
                for c in contract.columns
                if category in getattr(c, selector) and not c.is_required
            ]
        else:
            chosen = [c for c in contract.columns if _SELECTORS[selector](contract, c)]
    return [c for c in chosen if c.field not in excluded]
