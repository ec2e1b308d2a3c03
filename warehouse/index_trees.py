"""The indicator trees of the city index: one CSV per version, validated on load.

`index/versions.csv` names the versions, `index/<version>.csv` holds the indicators of one. A home
may add versions of its own in `<home>/index/` in the same two formats. What is not known of a
version (a name, a score, the place in the tree) stays empty; nothing is filled in.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

SHIPPED_TREES = Path(__file__).parent / "index"
VERSIONS_FILE = "versions.csv"

PLACEMENTS = {"stated", "inferred", "unknown"}
LEGAL_STATUSES = {"in_force", "historical"}
LEVELS = range(1, 5)
SUM_TOLERANCE = 0.01

_VERSION_COLUMNS = "index_version title issued_date full_score source note"
_TREE_COLUMNS = "indicator_id parent_id level name full_score placement legal_status note"


class IndexTreeError(Exception):
    """A tree that cannot be used: names the file, the line and the reason (Chinese)."""

    def __init__(self, file: Path, line: int | None, reason: str) -> None:
        where = f"{file}" + (f" 第 {line} 行" if line else "")
        super().__init__(f"指标树文件有误：{where}：{reason}")
        self.file, self.line, self.reason = str(file), line, reason


@dataclass(frozen=True)
class Indicator:
    """One indicator of a version. `name` is empty and `parent_id`, `full_score` are None where
    the published text was not seen.

    placement: how the parent is known: `stated` in the text, `inferred` from its order, `unknown`.
    legal_status: `historical` for what counts lists or cases: shown, never to be worked on.
    """

    indicator_id: str
    parent_id: str | None
    level: int
    name: str
    full_score: float | None
    placement: str
    legal_status: str
    note: str
    line: int


@dataclass(frozen=True)
class IndexTree:
    """One version of the index: its total and its indicators in the order of the file."""

    version: str
    title: str
    issued_date: date | None
    full_score: float | None
    source: str
    note: str
    indicators: tuple[Indicator, ...]


def load_trees(home_trees: Path | None = None) -> dict[str, IndexTree]:
    """All versions by name: those shipped with the product, then those of the home.

    Raises IndexTreeError with file, line and reason.
    """
    found: dict[str, IndexTree] = {}
    for folder in (SHIPPED_TREES, home_trees):
        if folder is None or not (folder / VERSIONS_FILE).is_file():
            continue
        for tree, line in _read_folder(folder):
            if tree.version in found:
                raise IndexTreeError(folder / VERSIONS_FILE, line, f"版本 {tree.version} 已有")
            found[tree.version] = tree
    return found


def tree_tables(trees: Iterable[IndexTree]) -> dict[str, tuple[Mapping[str, Any], list[Any]]]:
    """Schema and rows of `ref.index_versions` and `ref.index_tree`, by table name.

    Below a historical indicator everything is historical, and so is one whose parts all are.
    """
    chosen = list(trees)
    versions: Mapping[str, Any] = {
        "index_version": pl.Utf8, "title": pl.Utf8, "issued_date": pl.Date,
        "full_score": pl.Float64, "source": pl.Utf8, "note": pl.Utf8,
    }  # fmt: skip
    indicators: Mapping[str, Any] = {
        "index_version": pl.Utf8, "indicator_id": pl.Utf8, "parent_id": pl.Utf8, "level": pl.Int32,
        "name": pl.Utf8, "full_score": pl.Float64, "placement": pl.Utf8, "legal_status": pl.Utf8,
        "note": pl.Utf8, "sort_order": pl.Int32,
    }  # fmt: skip
    return {
        "index_versions": (
            versions,
            [(t.version, t.title, t.issued_date, t.full_score, t.source, t.note) for t in chosen],
        ),
        "index_tree": (
            indicators,
            [
                (t.version, i.indicator_id, i.parent_id, i.level, i.name, i.full_score,
                 i.placement, status[i.indicator_id], i.note, order)
                for t in chosen
                for status in (_legal_statuses(t),)
                for order, i in enumerate(t.indicators)
            ],
        ),
    }  # fmt: skip


def _legal_statuses(tree: IndexTree) -> dict[str, str]:
    found = {one.indicator_id: one.legal_status for one in tree.indicators}
    by_level = sorted(tree.indicators, key=lambda one: one.level)
    for one in by_level:
        if one.parent_id is not None and found[one.parent_id] == "historical":
            found[one.indicator_id] = "historical"
    for one in reversed(by_level):
        parts = [p.indicator_id for p in tree.indicators if p.parent_id == one.indicator_id]
        if parts and all(found[part] == "historical" for part in parts):
            found[one.indicator_id] = "historical"
    return found


def _read_folder(folder: Path) -> Iterator[tuple[IndexTree, int]]:
    path = folder / VERSIONS_FILE
    for line, row in _rows(path, _VERSION_COLUMNS):
        version = row["index_version"]
        if not version:
            raise IndexTreeError(path, line, "index_version 为空")
        tree_file = folder / f"{version}.csv"
        indicators = _read_indicators(tree_file)
        tree = IndexTree(
            version=version,
            title=row["title"],
            issued_date=_day(path, line, row["issued_date"]),
            full_score=_score(path, line, row["full_score"]),
            source=row["source"],
            note=row["note"],
            indicators=indicators,
        )
        _check_tree(tree_file, tree)
        yield tree, line


def _read_indicators(path: Path) -> tuple[Indicator, ...]:
    found = []
    for line, row in _rows(path, _TREE_COLUMNS):
        for column, allowed in (("placement", PLACEMENTS), ("legal_status", LEGAL_STATUSES)):
            if row[column] not in allowed:
                words = "/".join(sorted(allowed))
                raise IndexTreeError(path, line, f"{column} 应为 {words}，现为“{row[column]}”")
        if row["level"] not in {str(level) for level in LEVELS}:
            raise IndexTreeError(path, line, f"level 应为 1–4，现为“{row['level']}”")
        found.append(
            Indicator(
                indicator_id=row["indicator_id"],
                parent_id=row["parent_id"] or None,
                level=int(row["level"]),
                name=row["name"],
                full_score=_score(path, line, row["full_score"]),
                placement=row["placement"],
                legal_status=row["legal_status"],
                note=row["note"],
                line=line,
            )
        )
    return tuple(found)


def _check_tree(path: Path, tree: IndexTree) -> None:
    """Unique ids, parents a level above, parts that add up wherever all of them are known (and that
    never exceed the whole)."""
    by_id: dict[str, Indicator] = {}
    for one in tree.indicators:
        if not one.indicator_id:
            raise IndexTreeError(path, one.line, "indicator_id 为空")
        if one.indicator_id in by_id:
            raise IndexTreeError(path, one.line, f"指标编号 {one.indicator_id} 重复")
        by_id[one.indicator_id] = one
    for one in tree.indicators:
        _check_parent(path, one, by_id)
    children: dict[str | None, list[Indicator]] = {}
    for one in tree.indicators:
        if one.level == 1 or one.parent_id is not None:
            children.setdefault(one.parent_id, []).append(one)
    for parent_id, parts in children.items():
        total = tree.full_score if parent_id is None else by_id[parent_id].full_score
        known = [one.full_score for one in parts if one.full_score is not None]
        is_over = total is not None and sum(known) > total + SUM_TOLERANCE
        is_short = (
            total is not None and len(known) == len(parts) and sum(known) < total - SUM_TOLERANCE
        )
        if not is_over and not is_short:
            continue
        whole = "总分" if parent_id is None else f"上级 {parent_id} 的分值"
        line = None if parent_id is None else by_id[parent_id].line
        reason = f"下级分值合计 {sum(known):g}，与{whole} {total:g} 不等"
        raise IndexTreeError(path, line, reason)


def _check_parent(path: Path, one: Indicator, by_id: Mapping[str, Indicator]) -> None:
    if one.level == 1 and one.parent_id is not None:
        raise IndexTreeError(path, one.line, "一级指标不能有上级")
    if one.parent_id is None:
        if one.level > 1 and one.placement != "unknown":
            raise IndexTreeError(path, one.line, "没有写上级指标的，placement 应为 unknown")
        return
    if one.placement == "unknown":
        raise IndexTreeError(path, one.line, "写了上级指标的，placement 不能是 unknown")
    parent = by_id.get(one.parent_id)
    if parent is None:
        raise IndexTreeError(path, one.line, f"上级指标 {one.parent_id} 不存在")
    if parent.level != one.level - 1:
        reason = f"上级指标 {one.parent_id} 是 {parent.level} 级，应为 {one.level - 1} 级"
        raise IndexTreeError(path, one.line, reason)


def _rows(path: Path, columns: str) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, cells trimmed) of a CSV file that has at least these columns."""
    if not path.is_file():
        raise IndexTreeError(path, None, "缺少这个文件")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(columns.split()) - set(reader.fieldnames or [])
        if missing:
            raise IndexTreeError(path, 1, f"缺少列：{'、'.join(sorted(missing))}")
        for row in reader:
            if None in row or None in row.values():
                raise IndexTreeError(path, reader.line_num, "列数与表头不一致")
            yield reader.line_num, {key: value.strip() for key, value in row.items()}


def _score(path: Path, line: int, text: str) -> float | None:
    if not text:
        return None
    try:
        score = float(text)
    except ValueError:
        score = -1.0
    if not 0 < score < float("inf"):
        raise IndexTreeError(path, line, f"full_score 应为大于 0 的数，现为“{text}”")
    return score


def _day(path: Path, line: int, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        reason = f"issued_date 不是日期：{text}，应写成 2020-07-31"
        raise IndexTreeError(path, line, reason) from None
