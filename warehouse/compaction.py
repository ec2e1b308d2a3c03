"""Many small landing files as few large ones: a cache that can be deleted at any time.

Opening thousands of small Parquet files takes far longer than reading what is in them. Batches are
grouped by runs of their sequence numbers; the small files of a ledger in a full run become one
file below `cache/`, named by a hash of the batches in it and of the contract version, with the
column `_landing` (the batch's own file). A batch that comes, goes or is relanded changes the names
of its own run only. Landing files are immutable, so a cache file of the right name is right.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import files
from warehouse.contracts import Contract
from warehouse.home import Home
from warehouse.journal import Batch

LANDING_COLUMN = "_landing"
"""The column of a cache file that says which landing file a row is from."""

_RUN = 256
_FEWEST = 8
_SMALL_BYTES = 1 << 20
_FORMAT = "1"


@dataclass(frozen=True)
class Group:
    """The small batches of one ledger in one run of sequence numbers, and their cache file."""

    name: str
    batches: tuple[Batch, ...]

    @property
    def rows(self) -> int:
        return sum(batch.rows for batch in self.batches)


def plan_groups(home: Home, contract: Contract, batches: Iterable[Batch]) -> list[Group]:
    """Which of all `batches` of a build belong together into a cache file of this ledger.

    Writes nothing. The last run is left out: it still grows, and would be written anew at every
    load.
    """
    runs: dict[int, list[Batch]] = defaultdict(list)
    growing = 0
    for batch in batches:
        growing = max(growing, batch.sequence // _RUN)
        if batch.ledger == contract.ledger:
            runs[batch.sequence // _RUN].append(batch)
    groups = []
    for run, found in runs.items():
        small = [b for b in found if _is_small(home.landing / b.landing)]
        if run != growing and len(small) >= _FEWEST:
            small.sort(key=lambda b: b.sequence)
            groups.append(Group(_name_of(contract, small), tuple(small)))
    return groups


def read_landed(
    con: duckdb.DuckDBPyConnection, home: Home, contract: Contract, batches: Sequence[Batch]
) -> duckdb.DuckDBPyRelation:
    """The landed rows of one ledger (at least one batch), with `_landing`, the file of each.

    `batches`: all of the build. The cache is used and filled only by a writer: it alone may remove
    cache files.
    """
    groups = plan_groups(home, contract, batches) if home.is_writer else []
    for group in groups:
        if not is_whole(con, home, group):
            _write(con, home, group)
    cached = {batch.batch_id for group in groups for batch in group.batches}
    paths = [str(home.cache / group.name) for group in groups]
    paths += [
        str(home.landing / b.landing)
        for b in batches
        if b.ledger == contract.ledger and b.batch_id not in cached
    ]
    rows = con.read_parquet(paths, union_by_name=True, filename=True)
    own = "parse_filename(filename)"
    if LANDING_COLUMN in rows.columns:
        kept = f"* exclude (filename, {LANDING_COLUMN})"
        return rows.project(f"{kept}, coalesce({LANDING_COLUMN}, {own}) as {LANDING_COLUMN}")
    return rows.project(f"* exclude (filename), {own} as {LANDING_COLUMN}")


def is_whole(con: duckdb.DuckDBPyConnection, home: Home, group: Group) -> bool:
    """Whether the cache file of a group is there, readable and has all its rows."""
    path = home.cache / group.name
    try:
        found = con.read_parquet(str(path)).aggregate("count(*)").fetchall()[0][0]
    except duckdb.Error:
        return False
    return bool(found == group.rows)


def used_names(home: Home, contracts: Mapping[str, Contract], batches: Sequence[Batch]) -> set[str]:
    """The cache files that a build of these batches uses."""
    groups = (group for c in contracts.values() for group in plan_groups(home, c, batches))
    return {group.name for group in groups}


def clean_cache(home: Home, used: Collection[str]) -> None:
    """Remove the cache files that are not among those in use. The caller is the writer."""
    for path in home.cache.glob("*.parquet"):
        if path.name not in used:
            path.unlink(missing_ok=True)


def _write(con: duckdb.DuckDBPyConnection, home: Home, group: Group) -> None:
    target = home.cache / group.name
    temporary = files.temporary_beside(target)
    paths = [str(home.landing / batch.landing) for batch in group.batches]
    try:
        con.read_parquet(paths, union_by_name=True, filename=True).project(
            f"* exclude (filename), parse_filename(filename) as {LANDING_COLUMN}"
        ).write_parquet(str(temporary), compression="zstd")
        files.sync_file(temporary)
        files.settle(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _name_of(contract: Contract, batches: Sequence[Batch]) -> str:
    """The file name says what is inside: the batches by content, and the contract's version."""
    facts = [
        (b.batch_id, b.landing, b.sha256, b.sheet_name, b.rows, b.landed_at, b.reader_version)
        for b in batches
    ]
    told = json.dumps([_FORMAT, contract.version, facts], ensure_ascii=False)
    return f"{contract.ledger}-{hashlib.sha256(told.encode('utf-8')).hexdigest()[:24]}.parquet"


def _is_small(path: Path) -> bool:
    return path.exists() and path.stat().st_size < _SMALL_BYTES
