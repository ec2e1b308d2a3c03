"""Cells of a package as the standard wants them: pure functions from a row's texts to cell texts.

Dates are YYYY/MM/DD, codes and numbers in their normal form, blanks empty. Prose stays as it was
written but for what no file can carry (control characters).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import polars as pl

from warehouse.contracts import Column
from warehouse.normalise import (
    code_key,
    fold,
    identifier_key,
    is_blank,
    moment_key,
    parse_date,
    parse_number,
    period_key,
)
from warehouse.outgoing import OutColumn, Recodes

CELL_LIMIT = 32_767
"""Characters that a cell of a workbook can hold."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_ENDS = re.compile(r"\r\n?")
_SEPARATOR = ";"


def cell_text(column: Column | None, text: str | None) -> str:
    """The text of one cell; `column` None for a column that the contract does not know."""
    if text is None or is_blank(text):
        return ""
    form = _FORMS.get(column.type, _prose) if column is not None else _prose
    if column is not None and column.multiple:
        return _SEPARATOR.join(
            part.strip() for part in form(text).split(_SEPARATOR) if part.strip()
        )
    return form(text)


def cells(
    rows: pl.DataFrame, columns: Sequence[OutColumn], standard: str, recodes: Recodes
) -> pl.DataFrame:
    """The rows as they go up: one Utf8 column per header, in order.

    `rows`: a Utf8 column per field of the contract, `standard` (the one each row came in), and
    `extras` (a struct or null per row is not needed: a Utf8 column per unknown header, named by
    it). Codes of rows of another standard are told in this one.
    """
    return pl.DataFrame([_series(rows, column, standard, recodes) for column in columns])


def _series(rows: pl.DataFrame, out: OutColumn, standard: str, recodes: Recodes) -> pl.Series:
    name = out.column.field if out.column is not None else out.header
    if name not in rows.columns:
        return pl.Series(out.header, [""] * rows.height, dtype=pl.Utf8)
    texts = _mapped(rows[name], lambda text: cell_text(out.column, text))
    for source, fields in recodes.items():
        if name in fields and source != standard:
            told = texts.replace(dict(fields[name]))
            texts = pl.select(
                pl.when(rows["standard"] == source).then(told).otherwise(texts)
            ).to_series()
    if out.part is not None:
        number, is_last = out.part, out.is_last_part
        texts = _mapped(texts, lambda text: _part(text or "", number, is_last=is_last))
    return texts.alias(out.header)


def _mapped(texts: pl.Series, form: Callable[[str | None], str]) -> pl.Series:
    """Each distinct text formed once."""
    distinct = texts.unique()
    formed = pl.Series([form(text) for text in distinct], dtype=pl.Utf8)
    return texts.replace_strict(distinct, formed, return_dtype=pl.Utf8)


def _part(text: str, number: int, *, is_last: bool) -> str:
    """One of the columns over which a joined value is spread; the last one takes the rest."""
    parts = text.split(_SEPARATOR)
    return _SEPARATOR.join(parts[number:]) if is_last else (parts[number : number + 1] or [""])[0]


def _prose(text: str) -> str:
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)).strip()


def _code(text: str) -> str:
    return _prose(code_key(text) or "")


def _identifier(text: str) -> str:
    return _prose(identifier_key(text) or "")


def _date(text: str) -> str:
    day = parse_date(text)
    return f"{day:%Y/%m/%d}" if day else _prose(text)


def _moment(text: str) -> str:
    day, moment = parse_date(text), moment_key(text) or ""
    return f"{day:%Y/%m/%d}{moment[10:]}" if day else _prose(text)


def _number(text: str) -> str:
    if parse_number(text) is None:
        return _prose(text)
    plain = format(Decimal(fold(text).replace(",", "")), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _period(text: str) -> str:
    return _prose(period_key(text) or "")


_FORMS: Mapping[str, Callable[[str], str]] = {
    "code": _code,
    "uscc": _identifier,
    "org_code": _identifier,
    "reg_no": _identifier,
    "id_no": _identifier,
    "date": _date,
    "datetime": _moment,
    "number": _number,
    "period": _period,
}
