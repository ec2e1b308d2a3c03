"""A corrected file against the one before: what is mended, what is not, what is new, what is gone.

Rows are matched by what tells a record from others, never by their number alone: departments sort,
insert and delete. What was corrected may be a part of that very key, so a row whose key changed is
looked for by its other parts, and last by its place and the likeness of its cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any, Literal

import polars as pl

from etl.check_result import CheckResult
from etl.intake import Table
from etl.violations import Violation
from warehouse.contracts import Contract

State = Literal["mended", "still", "new"]
# What is neither a Chinese character nor a sign that has no other width and no small form.
FOLDABLE = "[^!-`{-~、。〇〈-】〔-〛一-\u9fff]"
_MIN_PARTS = 2
_MANY_PARTS = 5


@dataclass(frozen=True)
class Place:
    """A row of one of the two files, as Excel shows it."""

    sheet: str
    row: int


@dataclass(frozen=True)
class Change:
    """One error: mended (`earlier` is where it was), still there, or new (`later` is where it is).

    `violation` is the later one where there is one; an error of a whole sheet has its header row.
    """

    state: State
    violation: Violation
    earlier: Place | None
    later: Place | None


@dataclass(frozen=True)
class Round:
    """The second file against the first. Only errors count: hints bind nobody, late stays late.

    `mended_rows` had errors and have none now; `still_rows` have one of their former errors;
    `new_rows` of those matched have only others. `gone`, `added`: rows of one file only; rows that
    are `gone` with errors may have been deleted instead of mended.
    """

    earlier_file: str
    matched: int
    mended_rows: int
    still_rows: int
    newly_wrong_rows: int
    gone: tuple[Place, ...]
    gone_wrong: tuple[Place, ...]
    added: tuple[Place, ...]
    added_wrong: tuple[Place, ...]
    changes: tuple[Change, ...] = field(repr=False)

    def count(self, state: State) -> int:
        """How many errors are in a state."""
        return sum(change.state == state for change in self.changes)

    @property
    def sentence(self) -> str:
        """The round in one sentence."""
        newly = self.newly_wrong_rows + len(self.added_wrong)
        told = [
            f"改好 {self.mended_rows} 行（{self.count('mended')} 处）",
            f"仍有错 {self.still_rows} 行（{self.count('still')} 处）",
            f"新出现错误 {newly} 行（{self.count('new')} 处）",
        ]
        if self.added:
            told.append(f"多了 {len(self.added)} 行")
        if self.gone:
            wrong = f"，其中 {len(self.gone_wrong)} 行原来有错" if self.gone_wrong else ""
            told.append(f"少了 {len(self.gone)} 行{wrong}")
        ask = "请说明少掉的行是重复删去的，还是漏了。" if self.gone else ""
        return f"与上一份（{_bare(self.earlier_file)}）相比：{'，'.join(told)}。{ask}"

    def to_json(self) -> dict[str, Any]:
        """The key `round` of the document of `citycredit check --against`."""
        return {
            "earlier_file": self.earlier_file,
            "matched_rows": self.matched,
            "mended_rows": self.mended_rows,
            "still_wrong_rows": self.still_rows,
            "newly_wrong_rows": self.newly_wrong_rows,
            "mended": self.count("mended"),
            "still_wrong": self.count("still"),
            "newly_wrong": self.count("new"),
            "rows_gone": [asdict(place) for place in self.gone],
            "rows_gone_wrong": [asdict(place) for place in self.gone_wrong],
            "rows_added": [asdict(place) for place in self.added],
            "rows_added_wrong": [asdict(place) for place in self.added_wrong],
            "changes": [
                {
                    "state": change.state,
                    "rule": change.violation.rule,
                    "field": change.violation.field,
                    "earlier": asdict(change.earlier) if change.earlier else None,
                    "later": asdict(change.later) if change.later else None,
                    "message": change.violation.message,
                }
                for change in self.changes
            ],
        }


def compare(earlier: CheckResult, later: CheckResult) -> Round:
    """What has become of the errors and the rows of the earlier file."""
    pairs = match_rows(earlier.records, later.records)
    before, after = _errors(earlier), _errors(later)
    of_later = {new: old for old, new in pairs}
    paired_before = set(of_later.values())
    changes: list[Change] = []
    counts: dict[str, int] = defaultdict(int)
    for old, new in pairs:
        was, now = before.get(old, {}), after.get(new, {})
        changes += [Change("mended", was[k], old, new) for k in was if k not in now]
        changes += [Change("still", now[k], old, new) for k in now if k in was]
        changes += [Change("new", now[k], old, new) for k in now if k not in was]
        if was and not now:
            counts["mended"] += 1
        elif was.keys() & now.keys():
            counts["still"] += 1
        elif now:
            counts["new"] += 1
    changes += _header_changes(earlier, later)
    gone = [p for p in _places(earlier) if p not in paired_before]
    added = [p for p in _places(later) if p not in of_later]
    for place in added:
        changes += [Change("new", v, None, place) for v in after.get(place, {}).values()]
    return Round(
        earlier_file=earlier.file,
        matched=len(pairs),
        mended_rows=counts["mended"],
        still_rows=counts["still"],
        newly_wrong_rows=counts["new"],
        gone=tuple(gone),
        gone_wrong=tuple(p for p in gone if before.get(p)),
        added=tuple(added),
        added_wrong=tuple(p for p in added if after.get(p)),
        changes=tuple(changes),
    )


def _bare(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]


def _errors(result: CheckResult) -> dict[Place, dict[Hashable, Violation]]:
    """The errors of each row by rule and field."""
    found: dict[Place, dict[Hashable, Violation]] = {}
    for v in result.violations.of(severity="error"):
        if v.field is not None:
            found.setdefault(Place(v.sheet, v.row), {}).setdefault((v.rule, v.field), v)
    return found


def _header_changes(earlier: CheckResult, later: CheckResult) -> list[Change]:
    """Errors of whole sheets (missing columns), by ledger and rule."""

    def of(result: CheckResult) -> dict[Hashable, Violation]:
        return {
            (v.ledger, v.rule): v for v in result.violations.of(severity="error") if v.field is None
        }

    was, now = of(earlier), of(later)
    places = {k: Place(v.sheet, v.row) for k, v in was.items()}
    here = {k: Place(v.sheet, v.row) for k, v in now.items()}
    return [
        *(Change("mended", was[k], places[k], None) for k in was if k not in now),
        *(Change("still", now[k], places[k], here[k]) for k in now if k in was),
        *(Change("new", now[k], None, here[k]) for k in now if k not in was),
    ]


def _places(result: CheckResult) -> Iterable[Place]:
    if result.records is None:
        return ()
    return [Place(*row) for row in result.records.select("sheet", "row").iter_rows()]


# ------------------------------------------------------------------------------- prints of rows


def identity_fields(contract: Contract) -> tuple[str, ...]:
    """The columns that tell one record of a ledger from another."""
    units = (unit.uscc for unit in contract.unit_fields if unit.uscc)
    return tuple(dict.fromkeys((*naming_fields(contract), *contract.key_fields, *units)))


def naming_fields(contract: Contract) -> tuple[str, ...]:
    """Those of them that say of which document and of whom a record is; all where none does."""
    party = contract.party
    named = (
        *(c.field for c in contract.columns if c.type == "doc_no"),
        *((party.uscc, party.id_no) if party else ()),
        *(c.field for c in contract.columns if c.type == "party_name"),
    )
    return tuple(dict.fromkeys(name for name in named if name)) or contract.key_fields


def take_prints(tables: Sequence[Table], contracts: Mapping[str, Contract]) -> pl.DataFrame | None:
    """One line per row of the recognised sheets: ledger, sheet, row, `cells`, `keys` and `names`
    (numbers made from the values, from which nothing can be read)."""
    frames = []
    for table in tables:
        if table.ledger is None or table.skipped_reason is not None or table.frame.is_empty():
            continue
        contract = contracts[table.ledger]
        keys, names = identity_fields(contract), naming_fields(contract)
        folded = table.frame.select(_folded(table.frame[f]) for f in dict.fromkeys(keys + names))
        frames.append(
            table.frame.select(
                pl.lit(table.ledger).alias("ledger"),
                pl.lit(table.sheet).alias("sheet"),
                pl.col("row_number").cast(pl.Int64).alias("row"),
                _hashes(table.frame, contract.fields).alias("cells"),
                _hashes(folded, keys).alias("keys"),
                _hashes(folded, names).alias("names"),
            )
        )
    return pl.concat(frames) if frames else None


def _hashes(frame: pl.DataFrame, fields: Sequence[str]) -> pl.Series:
    """A list per row: the hash of each of these texts, none where there is none."""
    hashes = (pl.when(pl.col(f) != "").then(pl.col(f).hash()).alias(f) for f in fields)
    # An array first: a list is put together value by value, at ten times the price.
    return frame.select(pl.concat_arr(list(hashes)).arr.to_list()).to_series()


def _folded(texts: pl.Series) -> pl.Series:
    """A part of the key: width, case and blanks do not make it another."""
    if not texts.str.contains(FOLDABLE).any():
        return texts
    folded = texts.str.normalize("NFKC").str.replace_all(" ", "", literal=True)
    return folded.str.strip_chars().str.to_uppercase()


# -------------------------------------------------------------------------------- matching


@dataclass(frozen=True)
class _Row:
    place: Place
    cells: tuple[int | None, ...]
    keys: tuple[int | None, ...]
    names: tuple[int | None, ...]


Key = Callable[[_Row], Hashable | None]


def match_rows(
    earlier: pl.DataFrame | None, later: pl.DataFrame | None
) -> list[tuple[Place, Place]]:
    """Pairs of rows that are the same record, in the order of the later file."""
    if earlier is None or later is None:
        return []
    old, new = _by_ledger(earlier), _by_ledger(later)
    pairs = [pair for ledger in new for pair in _match(old.get(ledger, []), new[ledger])]
    order = {Place(*row): k for k, row in enumerate(later.select("sheet", "row").iter_rows())}
    return sorted(pairs, key=lambda pair: order[pair[1]])


def _by_ledger(frame: pl.DataFrame) -> dict[str, list[_Row]]:
    rows: dict[str, list[_Row]] = defaultdict(list)
    for ledger, sheet, row, *prints in frame.iter_rows():
        rows[ledger].append(_Row(Place(sheet, row), *map(tuple, prints)))
    return rows


def _match(old: list[_Row], new: list[_Row]) -> list[tuple[Place, Place]]:
    parts = len(old[0].keys) if old else 0
    pairs: list[tuple[Place, Place]] = []
    steps: list[tuple[Key, bool]] = [(lambda row: row.cells, False), (_with_keys(()), False)]
    steps += [(_with_keys((k,)), True) for k in range(parts)]
    if parts >= _MANY_PARTS:
        # Without the first part, the document number, two others missing would prove nothing.
        steps += [(_with_keys(two), True) for two in combinations(range(1, parts), 2)]
    steps.append((lambda row: row.keys[0], True))
    for key, must_be_unique in steps:
        if not old or not new:
            break
        old, new = _pair(old, new, key, must_be_unique, pairs)
    by_place = {row.place: row for row in old}
    for row in new:
        other = by_place.get(row.place)
        if other is not None and _are_alike(row, other):
            pairs.append((other.place, row.place))
    return pairs


def _with_keys(left_out: tuple[int, ...]) -> Key:
    """The parts of the key but some; None where too few are filled to tell one row from another."""

    def key(row: _Row) -> Hashable | None:
        kept = tuple(part for k, part in enumerate(row.keys) if k not in left_out)
        return kept if sum(part is not None for part in kept) >= _MIN_PARTS else None

    return key


def _pair(
    old: list[_Row],
    new: list[_Row],
    key: Key,
    must_be_unique: bool,
    pairs: list[tuple[Place, Place]],
) -> tuple[list[_Row], list[_Row]]:
    """Pair rows of equal key, in their order; gives those left over."""
    waiting: dict[Hashable, list[_Row]] = defaultdict(list)
    for row in old:
        if (found := key(row)) is not None:
            waiting[found].append(row)
    counts: dict[Hashable, int] = defaultdict(int)
    keys = [key(row) for row in new]
    for found in keys:
        counts[found] += 1
    taken: set[Place] = set()
    rest = []
    for row, found in zip(new, keys, strict=True):
        partners = waiting.get(found, []) if found is not None else []
        if not partners or (must_be_unique and (len(partners) > 1 or counts[found] > 1)):
            rest.append(row)
            continue
        partner = partners.pop(0)
        taken.add(partner.place)
        pairs.append((partner.place, row.place))
    return [row for row in old if row.place not in taken], rest


def _are_alike(one: _Row, other: _Row) -> bool:
    """Whether they name the same document or party in one column at least, and half of the cells
    that either row fills are the same."""
    if not any(a is not None and a == b for a, b in zip(one.names, other.names, strict=True)):
        return False
    filled = [(a, b) for a, b in zip(one.cells, other.cells, strict=True) if (a, b) != (None, None)]
    return bool(filled) and 2 * sum(a == b for a, b in filled) >= len(filled)
