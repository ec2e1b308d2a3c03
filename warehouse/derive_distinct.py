"""The landing shape of a large table: what a cell alone tells is derived once per distinct text.

In a large table nearly every column repeats itself: a hundred thousand rows name a few thousand
parties and a few hundred days. The expressions are those of `warehouse.derive`; here they are put
to the distinct texts of each column, side by side in one small table, and their answers handed
back to the rows by number. Only what several cells of a row tell together, the hash of the row and
whether it is about a person, is asked for every row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

import polars as pl
from duckdb import DuckDBPyConnection

from warehouse import derive as cells
from warehouse.contracts import Column, Contract
from warehouse.masking import IdentityHash

SLICE = 250_000
"""Rows that are derived at a time, so that memory does not grow with the table."""

# A column is taken by its distinct texts where each stands this often on average.
_REPEATS = 3

_CONTENT = "row_content"

_FORMS = """
    with folded as (
        select
            source.row_at,
            {folded}
        from landed as source
        {joins}
    ),

    texts as (
        select
            *,
            {texts}
        from folded
    ),

    keyed as (
        select
            {keyed}
        from texts
    )

    select
        row_at,
        {named}
    from keyed
    cross join given
    order by row_at
"""

_ROWS = """
    with judged as (
        select
            *,
            {is_person} as is_person
        from landed
    )

    select
        row_at,
        {named}
    from judged
    cross join given
    order by row_at
"""


def derive_slices(
    con: DuckDBPyConnection,
    frame: pl.DataFrame,
    contract: Contract,
    received: date,
    identity_hash: IdentityHash,
    rows: int = SLICE,
) -> Iterator[pl.DataFrame]:
    """Yield what `warehouse.derive.derive` gives, as frames of so many rows, in their order."""
    derivation = _Derivation(con, contract, cells.what_is_given([received], identity_hash))
    for part in frame.iter_slices(rows):
        yield derivation.of(part)


class _Derivation:
    """The questions put to the cells and to the rows of one table."""

    def __init__(self, con: DuckDBPyConnection, contract: Contract, given: pl.DataFrame) -> None:
        self._con = con
        self._contract = contract
        self._given = given
        answers = [
            (c, *answer) for c in contract.columns for answer in cells.derived_of(contract, c)
        ]
        self._of_cells = {
            f"{c.field}__{what}": expression
            for c, what, expression in answers
            if not _is_of_row(c, what)
        }
        self._of_rows = {"row_hash": cells.row_hash_of(_CONTENT)} | {
            f"{c.field}__{what}": expression
            for c, what, expression in answers
            if _is_of_row(c, what)
        }
        told = " ".join([*self._of_rows.values(), cells.is_person(contract)])
        self._needed_by_rows = set(re.findall(r"\w+", told))

    def of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The landing shape of some rows."""
        columns = self._contract.columns
        counts = frame.select(pl.col(self._contract.fields).approx_n_unique()).row(0, named=True)
        few = [c for c in columns if counts[c.field] * _REPEATS <= frame.height]
        many = [c for c in columns if c not in few]
        found: dict[str, pl.Series] = {}
        if few:
            found |= self._by_distinct_text(frame, few)
        if many:
            found |= self._forms(frame.select(c.field for c in many), many).to_dict()
        content = pl.concat_str(
            (pl.col(f"{c.field}__content").fill_null("") for c in columns),
            separator=cells.FIELD_SEPARATOR,
        )
        whole = frame.with_columns(**found).with_columns(content.alias(_CONTENT))
        answers = self._answers_of_rows(whole)
        named = [*frame.columns, *cells.derived_columns(self._contract)]
        return whole.with_columns(answers.get_columns()).select(named)

    def _by_distinct_text(
        self, frame: pl.DataFrame, columns: Sequence[Column]
    ) -> dict[str, pl.Series]:
        """The forms of the cells of these columns, each text looked at once."""
        numbers: dict[str, pl.Series] = {}
        texts: list[pl.DataFrame] = []
        for column in columns:
            coded = frame[column.field].cast(pl.Categorical(pl.Categories.random()))
            numbers[column.field] = coded.to_physical()
            distinct = coded.drop_nulls().unique()
            ordered = distinct.gather(distinct.to_physical().arg_sort())
            texts.append(ordered.cast(pl.String).to_frame())
        forms = self._forms(pl.concat(texts, how="horizontal_extend"), columns)
        return {
            name: forms[name].gather(numbers[column.field])
            for column in columns
            for name in self._asked(column)
        }

    def _forms(self, texts: pl.DataFrame, columns: Sequence[Column]) -> pl.DataFrame:
        """What is asked of the cells of these columns, in the order of the rows."""
        landed = texts.with_row_index("row_at")
        odd, odd_fields = cells.odd_texts(self._con, landed, [c.field for c in columns])
        names = {field: f"odd_{number}" for number, field in enumerate(odd_fields)}
        keyed = [form for c in columns for form in cells.keyed_of(c, c.field in names)]
        asked = {name: form for c in columns for name, form in self._asked(c).items()}
        statement = _FORMS.format(
            folded=cells.listed([cells.folded_of(c, names.get(c.field)) for c in columns]),
            joins=" ".join(
                f"left join odd as {name} on {name}.text = source.{field}"
                for field, name in names.items()
            ),
            texts=cells.listed([cells.text_of(c) for c in columns]),
            keyed=cells.listed(["*", *keyed]),
            named=cells.listed([f"{form} as {name}" for name, form in asked.items()]),
        )
        found: pl.DataFrame = cells.select(self._con, statement, landed, odd, self._given).pl()
        return found.drop("row_at")

    def _asked(self, column: Column) -> dict[str, str]:
        """Of a cell: its part of the row's content, its derived columns, what its row needs."""
        start = f"{column.field}__"
        needed = [
            f"{start}{form}"
            for form in ("text", "name", "identifier", "day", "period")
            if f"{start}{form}" in self._needed_by_rows
        ]
        return (
            {f"{start}content": cells.content_of(column)}
            | {name: name for name in needed}
            | {
                n: form
                for n, form in self._of_cells.items()
                if n.rpartition("__")[0] == column.field
            }
        )

    def _answers_of_rows(self, whole: pl.DataFrame) -> pl.DataFrame:
        """The hash of each row, and the derived columns that need several of its cells."""
        needed = [name for name in whole.columns if name in self._needed_by_rows]
        landed = whole.select(needed).with_row_index("row_at")
        statement = _ROWS.format(
            is_person=cells.is_person(self._contract),
            named=cells.listed([f"{form} as {name}" for name, form in self._of_rows.items()]),
        )
        found: pl.DataFrame = cells.select(self._con, statement, landed, given=self._given).pl()
        return found.drop("row_at")


def _is_of_row(column: Column, what: str) -> bool:
    """Whether a derived column needs other cells of its row."""
    return column.type == "party_name" or what == "is_minor"
