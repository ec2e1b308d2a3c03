"""Numbers of persons where none belong: in prose, or typed into the column of a code.

The columns made for persons are masked at landing. Here go the others, before anything of them is
written into a warehouse that is published: a file once written keeps what was overwritten in it.
"""

from __future__ import annotations

import duckdb

from expectations.statements import macros
from warehouse.contracts import Contract

# Numbers by themselves: only what is a person's number and no valid code is hidden.
_CODES = {"uscc", "org_code", "reg_no"}
# Masked at landing, whatever they hold.
_PERSONS = {"id_no", "person_name", "phone"}


def define_words(con: duckdb.DuckDBPyConnection) -> None:
    """Define the macros that `hiding` uses, for this connection only."""
    for statement in macros():
        con.execute(statement)


def hidden_codes(contract: Contract) -> dict[str, str]:
    """SQL expressions by column, for codes and document numbers: a person's number is hidden.

    `{}` stands for the column as it is read. Keys of records are made from these columns.
    """
    found: dict[str, str] = {}
    for column in contract.columns:
        if column.type in _CODES:
            condition = f"not coalesce({column.field}__valid, false) and has_personal_number({{}})"
        elif column.type == "doc_no":
            # Document numbers may be as long as the number of a card.
            condition = "has_resident_number({})"
        else:
            continue
        form = f"case when {condition} then hidden_code({{}}) else {{}} end"
        found |= {column.field: form, f"{column.field}__norm": form}
    return found


def hiding(contract: Contract) -> dict[str, str]:
    """The same for all columns but those of persons: in prose only the number is hidden."""
    found = hidden_codes(contract)
    for column in contract.columns:
        if column.type not in _PERSONS and column.field not in found:
            found |= dict.fromkeys((column.field, f"{column.field}__norm"), "hidden_numbers({})")
    return found
