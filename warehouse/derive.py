"""Derived columns of a landed table: normal forms, validity, hashes, masks, days, numbers.

Computed once, at landing, so that rules and models need nothing but plain columns. One SQL
statement is generated from the contract; only texts with unusual characters pass through Python,
once per distinct value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

import polars as pl
from duckdb import DuckDBPyConnection, DuckDBPyRelation

from warehouse import sql_forms as sql
from warehouse.codes import load_codes
from warehouse.contracts import Column, Contract
from warehouse.masking import NAME_DOT, PERSON_NAME_LENGTH, IdentityHash
from warehouse.normalise import fold, identifier_key, name_key

_Rows = DuckDBPyRelation | pl.DataFrame

FIELD_SEPARATOR = "\x1f"
"""Stands between the fields of a row when it is hashed."""

_WHATS: dict[str, tuple[str, ...]] = {
    "date": ("date",),
    "datetime": ("date",),
    "uscc": ("norm", "valid"),
    "org_code": ("norm", "valid"),
    "reg_no": ("valid",),
    "id_no": ("hash", "valid", "region_known", "masked"),
    "person_name": ("masked",),
    "phone": ("masked",),
    "party_name": ("norm", "masked"),
    "name": ("norm",),
    "doc_no": ("norm",),
    "code": ("norm",),
    "number": ("number",),
    "period": ("norm", "start", "end"),
    "passage": ("hash",),
    "text": (),
}

_TYPES = {
    "date": "DATE",
    "start": "DATE",
    "end": "DATE",
    "valid": "BOOLEAN",
    "region_known": "BOOLEAN",
    "is_minor": "BOOLEAN",
    "number": "DOUBLE",
}


def derived_columns(contract: Contract) -> dict[str, str]:
    """Return the derived columns of a contract in order: name to DuckDB type.

    `row_hash`, then `<field>__<what>`.
    """
    return {"row_hash": "VARCHAR"} | {
        f"{c.field}__{what}": _TYPES.get(what, "VARCHAR")
        for c in contract.columns
        for what in _whats(contract, c)
    }


def _whats(contract: Contract, column: Column) -> tuple[str, ...]:
    """What is derived of a column: by its type, and whether the party was a minor of age."""
    has_age = contract.party is not None and contract.party.has_age(column.field)
    return (*_WHATS[column.type], *(("is_minor",) if has_age else ()))


def derive(
    con: DuckDBPyConnection,
    source: str | _Rows,
    contract: Contract,
    received: date,
    identity_hash: IdentityHash,
) -> DuckDBPyRelation:
    """Return the landing shape of a table: its columns and the derived ones.

    `source` (table name, relation or frame) has every field of the contract as text, `_extra`
    and `row_number`. It is read twice: give a table or a frame rather than a scan of a CSV.
    Resident ids are judged against the day of receipt. Columns: the fields, `_extra`,
    `row_number`, then `derived_columns(contract)`. Lazy; no order of rows is promised.
    """
    landed = con.table(source) if isinstance(source, str) else source
    odd, odd_fields = odd_texts(con, landed, contract.fields)
    told = what_is_given([received], identity_hash)
    statement = _statement(contract, odd_fields, is_parted=False)
    return select(con, statement, landed, odd, told)


def derive_parts(
    con: DuckDBPyConnection,
    parts: Sequence[tuple[pl.DataFrame, date]],
    contract: Contract,
    identity_hash: IdentityHash,
) -> list[pl.DataFrame]:
    """Derive several small frames of one contract, each with its day of receipt, by one statement.

    The same columns as `derive`, rows in their order. Preparing the statement of a wide contract
    costs more than running it over a few thousand rows.
    """
    landed = pl.concat(
        frame.with_columns(part=pl.lit(number, pl.Int64)) for number, (frame, _) in enumerate(parts)
    )
    odd, odd_fields = odd_texts(con, landed, contract.fields)
    told = what_is_given([received for _, received in parts], identity_hash)
    statement = _statement(contract, odd_fields, is_parted=True)
    derived = select(con, statement, landed, odd, told).pl().sort("part", "row_number")
    found = derived.partition_by("part", as_dict=True, include_key=False)
    empty = derived.clear().drop("part")
    return [found.get((number,), empty) for number in range(len(parts))]


def what_is_given(received: Sequence[date], identity_hash: IdentityHash) -> pl.DataFrame:
    """What is told from outside, one row per part: the day of receipt, and the hash's key."""
    inner_pad, outer_pad = identity_hash.pads()
    return pl.DataFrame(
        {
            "part": list(range(len(received))),
            "received": list(received),
            "inner_pad": [inner_pad] * len(received),
            "outer_pad": [outer_pad] * len(received),
        }
    )


def select(
    con: DuckDBPyConnection,
    statement: str,
    landed: _Rows,
    odd: pl.DataFrame | None = None,
    given: pl.DataFrame | None = None,
) -> DuckDBPyRelation:
    """Query the arguments, which DuckDB finds by their names: nothing is left in the catalog,
    and no secret enters the text of a statement. `regions` is found like them.
    """
    regions = _regions()  # noqa: F841 - named by the statements
    return con.sql(statement)


@cache
def _regions() -> pl.DataFrame:
    """The codes of GB/T 2260, those of former years too: one column, `code`."""
    return pl.DataFrame({"code": list(load_codes()["region"])})


def odd_texts(
    con: DuckDBPyConnection, landed: _Rows, fields: Sequence[str]
) -> tuple[pl.DataFrame, list[str]]:
    """Return the texts that SQL cannot fold, with their forms, and the fields that hold them."""
    # One look at whole rows first: nearly always there is nothing odd in them.
    whole = sql.is_plain(f"concat_ws(' ', {', '.join(fields)})")
    query = f"select bool_and({whole}) from landed"  # noqa: S608 - contract fields only
    [(all_plain,)] = select(con, query, landed).fetchall()
    found: dict[str, list[str]] = {}
    for field in () if all_plain is not False else fields:
        is_odd = f"not {sql.is_plain(field)}"
        query = f"select distinct {field} from landed where {is_odd}"  # noqa: S608
        found[field] = [text for (text,) in select(con, query, landed).fetchall()]
    ordered = sorted({text for texts in found.values() for text in texts})
    forms: dict[str, Callable[[str], str | None]] = {
        "folded": fold,
        "name": name_key,
        "identifier": identifier_key,
    }
    columns = {"text": ordered} | {n: [form(t) for t in ordered] for n, form in forms.items()}
    forms_frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return forms_frame, [field for field, texts in found.items() if texts]


def _statement(contract: Contract, odd_fields: Sequence[str], *, is_parted: bool) -> str:
    """Write the query: fold every field, find keys and days, then all derived columns.

    `is_parted`: the rows carry the number of the part that they belong to.
    """
    odd = {field: f"odd_{number}" for number, field in enumerate(odd_fields)}
    joins = [f"left join odd as {name} on {name}.text = source.{f}" for f, name in odd.items()]
    columns = contract.columns
    folded = ["source.*", *(folded_of(c, odd.get(c.field)) for c in columns)]
    texts = [text_of(c) for c in columns]
    keyed = [e for c in columns for e in keyed_of(c, c.field in odd)]
    keyed.append(f"{is_person(contract)} as is_person")
    row_hash = f"{row_hash_of(_row_content(columns))} as row_hash"
    named = [*contract.fields, "_extra", "row_number", row_hash]
    if is_parted:
        named.insert(0, "keyed.part")
    named += [
        f"{expression} as {c.field}__{what}"
        for c in columns
        for what, expression in derived_of(contract, c)
    ]
    return f"""
        with folded as (
            select {listed(folded)}
            from landed as source
            {" ".join(joins)}
        ),

        texts as (
            select
                *,
                {listed(texts)}
            from folded
        ),

        keyed as (
            select
                *,
                {listed(keyed)}
            from texts
        )

        select {listed(named)}
        from keyed
        {"join given on keyed.part = given.part" if is_parted else "cross join given"}
    """  # noqa: S608 - built from contract fields and constants only


def listed(expressions: Sequence[str]) -> str:
    """Expressions as a list of a SELECT."""
    return ",\n                ".join(expressions)


def folded_of(column: Column, odd: str | None) -> str:
    """The folded text of a field (`__folded`), and its forms found in Python if it needs them."""
    field = column.field
    text = sql.fold(f"source.{field}")
    if odd is None:
        return f"{text} as {field}__folded"
    return (
        f"case when {odd}.text is null then {text} else {odd}.folded end as {field}__folded, "
        f"{odd}.name as {field}__odd_name, {odd}.identifier as {field}__odd_identifier"
    )


def keyed_of(column: Column, is_odd: bool) -> list[str]:
    """What several derived columns of a field are made from."""
    field = column.field
    text = f"{field}__text"
    name, identifier = sql.name(text), sql.identifier(text)
    if is_odd:
        name = f"coalesce({field}__odd_name, {name})"
        identifier = f"coalesce({field}__odd_identifier, {identifier})"
    name, identifier = f"{name} as {field}__name", f"{identifier} as {field}__identifier"
    match column.type:
        case "date" | "datetime":
            return [f"{sql.day(text)} as {field}__day"]
        case "uscc" | "org_code" | "reg_no" | "id_no":
            return [identifier]
        case "name" | "doc_no":
            return [name]
        case "party_name":
            return [name, identifier]
        case "period":
            return [f"{sql.period(text)} as {field}__period"]
        case _:
            return []


def text_of(column: Column) -> str:
    """The text of a field that is not blank (`__text`)."""
    return f"{sql.unless_blank(f'{column.field}__folded')} as {column.field}__text"


def derived_of(contract: Contract, column: Column) -> list[tuple[str, str]]:
    """The derived columns of a field: what each is, and its expression."""
    return list(zip(_whats(contract, column), _derived(contract, column), strict=True))


def _derived(contract: Contract, column: Column) -> list[str]:
    """The expressions of the derived columns of a field, in the order of `_whats`."""
    field = column.field
    text, name, identifier = (f"{field}__{form}" for form in ("text", "name", "identifier"))
    hashed = sql.keyed_hash(identifier, "inner_pad", "outer_pad")
    masked = f"case when {text} is not null then {{}} end"
    match column.type:
        case "date" | "datetime":
            return [f"{field}__day"]
        case "uscc":
            return [identifier, sql.is_uscc(identifier)]
        case "org_code":
            return [identifier, sql.is_org_code(identifier)]
        case "reg_no":
            return [sql.is_reg_no(identifier)]
        case "id_no":
            is_valid = sql.is_resident_id(identifier, "received")
            region = f"left({identifier}, 6) in (select regions.code from regions)"  # noqa: S608
            is_known = sql.of_resident_form(identifier, region)
            derived = [hashed, is_valid, is_known, masked.format(sql.mask_id(text))]
            # Only whether, never the day of birth: it must not leave the landing.
            if contract.party is not None and contract.party.has_age(field):
                derived.append(sql.is_minor(identifier, f"{contract.party.judged_on}__day"))
            return derived
        case "person_name":
            return [masked.format(sql.mask_name(text))]
        case "phone":
            return [masked.format(sql.mask_id(text))]
        case "party_name":
            shown = f"case when is_person then {sql.mask_name(text)} else {field} end"
            norm = f"case when is_person then 'h:' || {hashed} else {name} end"
            return [norm, masked.format(shown)]
        case "name" | "doc_no":
            return [name]
        case "code":
            return [text]
        case "number":
            return [sql.number(text)]
        case "period":
            label = f"{field}__period"
            return [label, sql.period_start(label), sql.period_end(label)]
        case "passage":
            # Keyed like identities: the text may quote a person, and a plain hash can be guessed.
            return [sql.keyed_hash(sql.passage(text), "inner_pad", "outer_pad")]
        case _:
            return []


def is_person(contract: Contract) -> str:
    """`masking.is_natural_person`, or `is_identified_person` in a ledger without categories."""
    party = contract.party
    if party is None:
        return "false"
    if party.category is None:
        names = [f"{c.field}__text" for c in contract.columns if c.type == "party_name"]
        marks = [f"{party.id_no}__text is not null"] if party.id_no else []
        marks += [f"length({name}) <= {PERSON_NAME_LENGTH}" for name in names]
        marks += [f"contains({name}, {sql.literal(NAME_DOT)})" for name in names]
        return f"({party.uscc}__text is null and coalesce({' or '.join(marks)}, false))"
    kind = f"coalesce({party.category}__text, '')"
    is_entity, is_person = (
        f"{kind} in ({', '.join(map(sql.literal, sorted(kinds)))})"
        for kinds in (party.entities, party.persons)
    )
    return f"({is_person} or (not {is_entity} and {party.uscc}__text is null))"


def content_of(column: Column) -> str:
    """The normal form of a field as it goes into the hash of its row; null if blank."""
    text, day = f"{column.field}__text", f"{column.field}__day"
    match column.type:
        case "date":
            return f"coalesce(strftime({day}, '%Y-%m-%d'), {text})"
        case "datetime":
            return sql.moment(text, day)
        case "period":
            return f"{column.field}__period"
    return text


def row_hash_of(content: str) -> str:
    """Keyed hash over the normal forms of all fields: equal rows, however written, hash equal.

    Without the key nobody can try out identity numbers until a published row's hash comes out.
    `content`: the forms with FIELD_SEPARATOR between them, a blank one as an empty text.
    """
    return sql.keyed_hash(content, "inner_pad", "outer_pad")


def _row_content(columns: Sequence[Column]) -> str:
    parts = [f"coalesce({content_of(column)}, '')" for column in columns]
    return f"concat_ws(chr({ord(FIELD_SEPARATOR)}), {', '.join(parts)})"
