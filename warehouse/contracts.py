"""The contracts of the ledgers: which columns a department hands in, and what each must hold.

One TOML file per ledger in `contracts/`; column groups shared by several ledgers are written once
in `contracts/groups.toml` and named by the contracts. Sources are given in each file (`basis`).
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)

CONTRACTS_DIR = Path(__file__).parent / "contracts"
GROUPS_FILE = "groups.toml"

CATEGORIES = ("法人及非法人组织", "个体工商户", "自然人")
NATURAL_PERSON = "自然人"

ColumnType = Literal[
    "text",
    "code",
    "name",
    "party_name",
    "person_name",
    "phone",
    "doc_no",
    "uscc",
    "reg_no",
    "org_code",
    "id_no",
    "number",
    "date",
    "datetime",
    "period",
    "passage",
]
PeriodKind = Literal["week", "month", "quarter", "year"]

_PERSONAL_TYPES = {"party_name", "person_name", "phone", "id_no"}
_IDENTIFIER_TYPES = {"uscc", "reg_no", "org_code", "id_no", "phone", "doc_no", "code", "period"}


class ContractError(ValueError):
    """A contract file does not hold what a contract must hold. Names the file and the key."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"台账合约 {file} 的 {key} 有误：{reason}")
        self.file = file
        self.key = key
        self.reason = reason


@lru_cache(maxsize=20_000)  # the same few hundred headers come back in every sheet
def header_key(header: str) -> str:
    """Return the form in which headers are compared.

    NFKC (full-width letters and brackets become half-width), no blanks or line breaks, no `*`
    marks of required columns, lower case.
    """
    folded = unicodedata.normalize("NFKC", header)
    return "".join(c for c in folded if not c.isspace() and c != "*").lower()


def _is(header: str | None, *names: str) -> bool:
    return header_key(header or "") in {header_key(name) for name in names}


def _categories(value: object) -> object:
    return CATEGORIES if value == "all" else value


_Categories = Annotated[
    frozenset[Literal["法人及非法人组织", "个体工商户", "自然人"]], BeforeValidator(_categories)
]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Frozen):
    """One column of a ledger.

    `required` and `must_be_blank` hold the counterparty categories for which the column must, or
    must not, be filled (TOML `"all"` = all three). `codes` names a list in `warehouse/codes`;
    beside its codes a value starting with `open_prefix` and going on is allowed. `multiple`: the
    cell may hold several codes divided by `;`. `joined_aliases`: headers which, standing side by
    side, are the parts of this column and are joined with `;`. `length` is in characters.
    `periods`: the kinds of period that a column of type `period` may name. `is_past`: the day has
    come when the row is handed in. `is_whole`: a number without decimals.
    """

    field: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Annotated[str, Field(min_length=1)]
    type: ColumnType
    code: str = ""
    aliases: tuple[str, ...] = ()
    joined_aliases: tuple[str, ...] = ()
    required: _Categories = frozenset()
    must_be_blank: _Categories = frozenset()
    personal: bool = False
    length: Annotated[int, Field(gt=0)] | None = None
    codes: str | None = None
    open_prefix: str | None = None
    multiple: bool = False
    unit: str | None = None
    periods: tuple[PeriodKind, ...] = ()
    is_past: bool = False
    is_whole: bool = False
    is_extension: bool = False
    is_identifier: bool = False
    meaning: str = ""
    example: str = ""
    mistakes: str = ""

    @property
    def is_required(self) -> bool:
        """Whether every row must fill it, whatever the counterparty's category."""
        return len(self.required) == len(CATEGORIES)

    @property
    def is_text_cell(self) -> bool:
        """Whether Excel must keep it as text, lest it eat digits or leading zeros."""
        return self.is_identifier or self.type in _IDENTIFIER_TYPES

    @property
    def headers(self) -> tuple[str, ...]:
        """Title first, then aliases, then the code of the national standard if it has one.

        Exports of the upper platforms carry the codes as headers.
        """
        return (self.title, *self.aliases, *([self.code] if self.code else []))

    @model_validator(mode="after")
    def _check(self) -> Column:
        if self.personal != (self.type in _PERSONAL_TYPES):
            raise ValueError(f"类型 {self.type} 与 personal = {str(self.personal).lower()} 不符")
        if both := self.required & self.must_be_blank:
            raise ValueError(f"{'、'.join(sorted(both))} 既必填又须留空")
        if extra := set(self.joined_aliases) - set(self.aliases):
            raise ValueError(f"joined_aliases 中的 {'、'.join(sorted(extra))} 不在 aliases 中")
        if bool(self.periods) != (self.type == "period"):
            raise ValueError("periods 与类型 period 应同时写")
        if (self.is_past and self.type not in ("date", "datetime")) or (
            self.is_whole and self.type != "number"
        ):
            raise ValueError("is_past 只用于日期，is_whole 只用于数值")
        return self


class Standard(_Frozen):
    """One version of the layout that departments use.

    `markers` are headers by which it is told from its siblings. `absent` are fields it does not
    know, so never required under it. `codes` replaces code lists, by field.
    """

    id: str
    title: str
    markers: Annotated[tuple[str, ...], Field(min_length=1)]
    absent: frozenset[str] = frozenset()
    codes: Mapping[str, str] = {}


class UnitField(_Frozen):
    """A pair of columns that says which unit a row belongs to."""

    name: str
    uscc: str | None = None


class Party(_Frozen):
    """Which columns tell whether the party of a row is a natural person.

    `persons` and `entities`: what the category says of a person, and of what is none. `judged_on`:
    the day on which the person's age matters, where it does.
    """

    uscc: str
    id_no: str | None = None
    category: str | None = None
    judged_on: str | None = None
    persons: frozenset[str] = frozenset({NATURAL_PERSON})
    entities: frozenset[str] = frozenset(CATEGORIES) - {NATURAL_PERSON}

    def has_age(self, field: str) -> bool:
        """Whether a field holds the number by which the party's age is judged."""
        return self.judged_on is not None and field == self.id_no


class Contract(_Frozen):
    """One ledger: `columns` in the order of the blank template, `standards` newest first.

    `key_fields`, `key_minimum`: a header set holding at least so many of these fields is this
    ledger. `unit_fields`: whose row it is, in order of preference; none where the rows are nobody's
    own, so that they belong to the department that handed them in.
    """

    ledger: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    row_is: str
    version: str
    basis: str = ""
    code_prefix: str = ""
    key_fields: Annotated[tuple[str, ...], Field(min_length=1)]
    key_minimum: Annotated[int, Field(gt=0)]
    unit_fields: tuple[UnitField, ...] = ()
    party: Party | None = None
    standards: Annotated[tuple[Standard, ...], Field(min_length=1)]
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]

    _by_field: dict[str, Column] = PrivateAttr(default_factory=dict)
    _by_header: dict[str, Column] = PrivateAttr(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """Field ids in order."""
        return tuple(c.field for c in self.columns)

    def column(self, field: str) -> Column:
        """Return the column of a field id; KeyError if there is none."""
        return self._by_field[field]

    def column_of(self, header: str) -> Column | None:
        """Return the column that a header means, by title, alias or code; None if unknown."""
        return self._by_header.get(header_key(header))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every header of the ledger in the form in which headers are compared."""
        return frozenset(self._by_header)

    def match(self, headers: Iterable[str | None]) -> list[str | None]:
        """Return the field of each header, None where unknown.

        Of several headers for one field its title wins, else the first; the others are None too,
        so that they stay among the unknown columns. Parts (`joined_aliases`) all keep the field.
        """
        known = [(header, self.column_of(header) if header else None) for header in headers]
        owner: dict[str, int] = {}
        for position, (header, column) in enumerate(known):
            if column and _is(header, column.title):
                owner.setdefault(column.field, position)
        for position, (_, column) in enumerate(known):
            if column:
                owner.setdefault(column.field, position)
        matched: list[str | None] = []
        for position, (header, column) in enumerate(known):
            if column is None:
                matched.append(None)
                continue
            first = known[owner[column.field]][0]
            parts = _is(first, *column.joined_aliases) and _is(header, *column.joined_aliases)
            matched.append(column.field if position == owner[column.field] or parts else None)
        return matched

    def recognises(self, headers: Sequence[str | None]) -> int:
        """Return how many headers are known; 0 if too few key fields are among them."""
        if sum(header_key(h) in self.vocabulary for h in headers if h) < self.key_minimum:
            return 0  # most ledgers are ruled out here, before headers are given to fields
        fields = {f for f in self.match(headers) if f}
        return len(fields) if len(fields & set(self.key_fields)) >= self.key_minimum else 0

    def standard_of(self, headers: Iterable[str | None]) -> Standard:
        """Return the standard with the most markers among the headers; the newest at a tie."""
        keys = {header_key(h) for h in headers if h}
        return max(self.standards, key=lambda s: sum(header_key(m) in keys for m in s.markers))

    def standard(self, standard_id: str) -> Standard:
        """Return a standard by id; KeyError if there is none."""
        return {s.id: s for s in self.standards}[standard_id]

    def missing(self, headers: Iterable[str | None], standard: Standard) -> list[Column]:
        """Return the columns that rows of this standard need and the header row lacks."""
        present = {f for f in self.match(headers) if f}
        return [
            c
            for c in self.columns
            if c.required and c.field not in present and c.field not in standard.absent
        ]

    def codes_of(self, field: str, standard: Standard | None = None) -> str | None:
        """Return the name of the code list of a field, under a standard; None if it has none."""
        default = self.column(field).codes
        return standard.codes.get(field, default) if standard else default

    @model_validator(mode="after")
    def _check(self) -> Contract:
        by_field, by_header = self._by_field, self._by_header
        for column in self.columns:
            if column.field in by_field:
                raise ValueError(f"字段 {column.field} 重复")
            by_field[column.field] = column
            for header in column.headers:
                other = by_header.setdefault(header_key(header), column)
                if other is not column:
                    raise ValueError(f"表头“{header}”同属 {other.field} 和 {column.field}")
        for key, named in self._references():
            if named not in by_field:
                raise ValueError(f"{key} 提到没有的字段 {named}")
        if self.key_minimum > len(self.key_fields):
            raise ValueError("key_minimum 大于 key_fields 的个数")
        return self

    def _references(self) -> list[tuple[str, str]]:
        found = [("key_fields", f) for f in self.key_fields]
        for pair in self.unit_fields:
            found += [("unit_fields", f) for f in (pair.name, pair.uscc) if f]
        if self.party:
            party = self.party
            named = (party.category, party.uscc, party.id_no, party.judged_on)
            found += [("party", f) for f in named if f]
        for standard in self.standards:
            found += [("standards.absent", f) for f in standard.absent]
            found += [("standards.codes", f) for f in standard.codes]
        return found


def load_contracts(folder: Path | None = None) -> dict[str, Contract]:
    """Return all contracts by ledger id, in the order of their file names.

    Raises ContractError naming file and key.
    """
    return dict(_load(folder or CONTRACTS_DIR))


@cache
def _load(folder: Path) -> dict[str, Contract]:
    groups = _read(folder / GROUPS_FILE)
    contracts = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == GROUPS_FILE:
            continue
        contract = _parse(path, groups)
        if contract.ledger != path.stem:
            raise ContractError(path.name, "ledger", f"应与文件名一致，写作 {path.stem}")
        contracts[contract.ledger] = contract
    return contracts


def _parse(path: Path, groups: Mapping[str, Any]) -> Contract:
    raw = _read(path)
    columns: list[dict[str, Any]] = []
    for item in raw.get("columns", []):
        if "group" not in item:
            columns.append(item)
            continue
        if item["group"] not in groups:
            raise ContractError(path.name, "columns.group", f"没有名为 {item['group']} 的列组")
        own = {key: value for key, value in item.items() if key != "group"}
        group = groups[item["group"]]
        if own and len(group) > 1:
            raise ContractError(path.name, "columns.group", "只有一列的列组才能改写列的内容")
        columns += [_prefixed(c, raw.get("code_prefix", "")) | own for c in group]
    try:
        return Contract.model_validate({**raw, "columns": columns})
    except ValidationError as error:
        first = error.errors()[0]
        key = _key(first["loc"], columns) or "内容"
        raise ContractError(path.name, key, first["msg"].removeprefix("Value error, ")) from error


def _prefixed(column: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {**column, "code": prefix + column["code"]} if "code" in column else dict(column)


def _key(location: Sequence[int | str], columns: Sequence[Mapping[str, Any]]) -> str:
    """Write a place in the file with dots, a column by its field id rather than its number."""
    steps = [str(step) for step in location]
    if len(location) > 1 and location[0] == "columns":
        steps[1] = str(columns[int(location[1])].get("field", location[1]))
    return ".".join(steps)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContractError(path.name, "格式", str(error)) from error
