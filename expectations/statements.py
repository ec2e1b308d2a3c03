"""From a rule and a contract to the SELECT that finds its violations.

Everything written into SQL here comes from rule, code and contract files of the product (checked
on load), never from data: values of users stay in columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from expectations.rules import SQL_DIR, Case, Rule
from expectations.selectors import select_columns
from warehouse.codes import load_codes
from warehouse.contracts import Column, Contract

SHOWN_LENGTH = 200
"""How much of a cell a violation quotes."""

# Free texts: numbers of persons in them are hidden when they are quoted.
_QUOTED = {"text", "name", "party_name", "passage"}

# After the year, in the normal form; and how the form is told to people.
_PERIOD_FORMS = {
    "month": ("-(?:0[1-9]|1[0-2])", "2020-06（月）"),
    "quarter": ("-Q[1-4]", "2020-Q2（季）"),
    "year": ("", "2020（年）"),
    "week": ("-W(?:0[1-9]|[1-4][0-9]|5[0-3])", "2018-W15（周）"),
}


@dataclass(frozen=True)
class Term:
    """One column that a case marks: the predicate, and what is said."""

    field: str
    violates: str
    severity: str
    message: str
    detail: str


def terms_of(rule: Rule, contract: Contract) -> list[Term]:
    """What the row rule means for this ledger, column by column."""
    terms = []
    for case in rule.cases_of(contract.ledger):
        if case.sql is not None:
            continue
        for column in marked_columns(contract, case):
            terms.append(
                Term(
                    field=column.field,
                    violates=expand(case.violates, contract, column),
                    severity=case.severity,
                    message=message_of(case.message, column),
                    detail=expand(case.detail, contract, column),
                )
            )
    return terms


def marked_columns(contract: Contract, case: Case) -> list[Column]:
    """The columns that a case marks in this ledger."""
    if case.each:
        return select_columns(contract, case)
    return [contract.column(f) for f in case.marks]


def message_of(message: str, column: Column) -> str:
    """A message with what the contract knows; {value} and {detail} stay for the data."""
    words = {
        "{title}": column.title,
        "{length}": str(column.length or ""),
        "{choices}": "、".join(load_codes()[column.codes]) if column.codes else "",
        "{forms}": "、".join(_PERIOD_FORMS[kind][1] for kind in column.periods),
    }
    for word, text in words.items():
        message = message.replace(word, text)
    return message


def expand(sql: str, contract: Contract, column: Column) -> str:
    """A predicate with its words in braces replaced (see `expectations.rules`)."""

    def replace(match: re.Match[str]) -> str:
        word, _, argument = match.group(1).partition(":")
        match word:
            case "field":
                return column.field
            case "length":
                return str(column.length)
            case "codes":
                return _code_list(argument or column.codes or "")
            case "periods":
                forms = "|".join(_PERIOD_FORMS[kind][0] for kind in column.periods)
                return _literal(f"[0-9]{{4}}(?:{forms})")
            case "asked":
                return _is_asked(contract, argument or column.field)
            case "told":
                return _is_told(argument)
            case "standard":
                return "(select b.standard from known.batches as b where b.batch_id = s.batch_id)"
        return match.group(0)  # a repetition in a regular expression: [0-9]{4}

    return re.sub(r"\{([a-z][a-z_:]*)\}", replace, sql)


def _code_list(name: str) -> str:
    return "(" + ", ".join(_literal(code) for code in load_codes()[name]) + ")"


def _is_asked(contract: Contract, field: str) -> str:
    unasked = [s.id for s in contract.standards if field in s.absent]
    if not unasked:
        return "true"
    listed = ", ".join(_literal(s) for s in unasked)
    return (
        "s.batch_id not in (select b.batch_id from known.batches as b "  # noqa: S608
        f"where b.ledger = {_literal(contract.ledger)} and b.standard in ({listed}))"
    )


def _is_told(field: str) -> str:
    return (
        "s.batch_id not in (select b.batch_id from known.batches as b "  # noqa: S608
        f"where not list_contains(b.header_fields, {_literal(field)}))"
    )


def found(rule: Rule, contract: Contract) -> str:
    """SELECT of (batch_id, row_id, row_number, field, severity, value, detail, message)."""
    queries = [c for c in rule.cases_of(contract.ledger) if c.sql is not None]
    parts = [found_by_query(rule, case, contract) for case in queries]
    if terms_of(rule, contract):
        parts.insert(0, found_by_row(rule, contract))
    return "\nunion all\n".join(f"({part})" for part in parts)


def found_by_row(rule: Rule, contract: Contract) -> str:
    """What the predicates of a rule find, in one pass over the rows."""
    terms = terms_of(rule, contract)
    # The filter is one predicate; only rows that violate something are taken apart.
    predicates = dict.fromkeys(f"({t.violates})" for t in terms)
    anything = "\n or ".join(predicates)
    marks = ",\n".join(
        # Where there is one predicate the filter has answered it.
        f"case when {'true' if len(predicates) == 1 else t.violates} then "
        f"struct_pack(field := {_literal(t.field)}, "
        f"severity := {_literal(t.severity)}, value := {_shown(contract, t.field)}, "
        f"detail := {t.detail}, message := {_literal(t.message)}) end"
        for t in terms
    )
    return f"""
        with marked as (
            select s.batch_id, s.row_id, s.row_number, unnest([{marks}]) as mark
            from staging.{contract.ledger} as s
            where {in_force(rule)} and ({anything})
        )
        select
            batch_id, row_id, row_number, mark.field, mark.severity, mark.value, mark.detail,
            mark.message
        from marked
        where mark is not null
    """  # noqa: S608


def found_by_query(rule: Rule, case: Case, contract: Contract) -> str:
    """The same columns, for a case with a query of its own."""
    query = _fill_query((SQL_DIR / str(case.sql)).read_text(encoding="utf-8"), case, contract)
    columns = {c.field: c for c in marked_columns(contract, case)}
    messages = {f: message_of(case.message, c) for f, c in columns.items()}
    value = " ".join(f"when {_literal(f)} then {_shown(contract, f)}" for f in columns)
    message = " ".join(f"when {_literal(f)} then {_literal(messages[f])}" for f in columns)
    marks = ", ".join(_literal(f) for f in columns)
    return f"""
        with judged as ({query}),
        marked as (
            select
                row_id,
                unnest(case when field is null then [{marks}] else [field] end) as field,
                coalesce(severity, {_literal(case.severity)}) as severity,
                detail
            from judged
        )
        select
            s.batch_id, s.row_id, s.row_number, m.field, m.severity,
            case m.field {value} end as value, m.detail, case m.field {message} end as message
        from marked as m
        join staging.{contract.ledger} as s on m.row_id = s.row_id
        where {in_force(rule)}
    """  # noqa: S608


def _fill_query(query: str, case: Case, contract: Contract) -> str:
    """A query with its words in braces replaced (see `expectations.rules`)."""
    same_key = " and ".join(f"later.{c} is not distinct from earlier.{c}" for c in case.key)
    words = {
        "{ledger}": contract.ledger,
        "{same_key}": f"({same_key})",
        "{differs}": str(case.differs).lower(),
    }
    for word, text in words.items():
        query = query.replace(word, text)
    return query


def in_force(rule: Rule) -> str:
    """Predicate: the rule was in force when the row (alias s) was received."""
    bounds = []
    if rule.effective_from:
        bounds.append(f"s.received_date >= date '{rule.effective_from.isoformat()}'")
    if rule.effective_to:
        bounds.append(f"s.received_date <= date '{rule.effective_to.isoformat()}'")
    return " and ".join(bounds) or "true"


def _shown(contract: Contract, field: str) -> str:
    """How a cell is quoted: cut to length, numbers of persons hidden."""
    column = contract.column(field)
    text = f"s.{field}"
    hidden = f"without_personal_numbers({text})"
    if column.type in _QUOTED and not column.is_identifier:
        text = hidden
    else:
        # Codes and document numbers are long numbers themselves; only what can be nothing but a
        # person's number (an id card put into the code's column) is hidden there.
        text = f"case when has_personal_number({text}) then {hidden} else {text} end"
    return f"left({text}, {SHOWN_LENGTH})"


def _literal(text: str) -> str:
    """A SQL string of a text from our own files."""
    return "'" + text.replace("'", "''") + "'"


def macros() -> Sequence[str]:
    """The statements that define the words rules may use."""
    text = (SQL_DIR / "macros.sql").read_text(encoding="utf-8")
    return [part for part in re.split(r";\s*(?:\n|$)", text) if part.strip()]
