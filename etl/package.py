"""The submission package of a ledger: what may go up, what may be published, what is withheld.

A package is a folder, written whole or not at all:

```
submission/<title>_<plan>_<period>.xlsx, .csv   full values, as the upper platform requires
public/<title>_<plan>_<period>_公示.xlsx, .csv   masked, for the site (permits and penalties only)
withheld.xlsx, .csv                             rows held back, with reason and how to mend
说明.txt, manifest.json                          counts, hashes, version, rule set, as-of day
```

The warehouse holds masked values only, so those of the submission set come from the landed
originals; each export is entered in the journal before the folder appears.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from etl.build import product_version
from etl.package_cells import CELL_LIMIT, cells
from etl.package_files import with_mark, write_csv, write_text, write_workbook
from etl.package_notes import explain, withheld_table
from etl.package_rows import PUBLIC, REASONS, SUBMISSION, Selection, select_rows
from etl.package_values import hide_operators, read_masked, read_originals
from etl.pipeline import RequestError, find_plan
from warehouse import files
from warehouse.contracts import Contract, Standard, load_contracts
from warehouse.home import Home, HomeError
from warehouse.journal import Journal
from warehouse.marks import SAMPLE_MARK, SAMPLE_WORD
from warehouse.normalise import is_blank
from warehouse.outgoing import OutColumn, Outgoing, columns_of, load_outgoing
from warehouse.plans import Plan, load_plans
from warehouse.store import Store

MANIFEST = "manifest.json"
_FOLDER_MODE = 0o700


class PackageError(HomeError):
    """The package cannot be made; the text (Chinese) says why and how to go on."""


@dataclass(frozen=True)
class Package:
    """A package on disk. `manifest` is what `manifest.json` says; `withheld` has one row per set,
    row and reason, with the titles of `withheld.csv`."""

    folder: Path
    manifest: dict[str, Any]
    withheld: pl.DataFrame

    def rows(self, set_name: str) -> int:
        """How many rows a set has; 0 for a set that the ledger has not."""
        return int(self.manifest["sets"].get(set_name, {}).get("rows", 0))


@dataclass(frozen=True)
class Order:
    """What was asked for, checked: nothing in it can be unknown any more."""

    contract: Contract
    outgoing: Outgoing
    plan: Plan
    period: str
    standard: Standard
    with_extensions: bool = False
    only_new: bool = False

    @property
    def columns(self) -> list[OutColumn]:
        return columns_of(
            self.contract,
            self.standard.id,
            with_extensions=self.with_extensions,
            outgoing=self.outgoing,
        )

    @property
    def recodes(self) -> Any:
        layout = self.outgoing.layouts.get(self.standard.id)
        return layout.recodes if layout is not None else {}


def make_order(
    home: Home | None,
    ledger: str,
    plan: str,
    standard: str | None = None,
    *,
    period: str,
    with_extensions: bool = False,
    only_new: bool = False,
) -> Order:
    """Check what is asked for. Raises RequestError naming what there is."""
    contracts = load_contracts()
    if ledger not in contracts:
        raise RequestError(f"没有台账“{ledger}”。现有：{'、'.join(contracts)}。")
    contract = contracts[ledger]
    standards = {s.id: s for s in contract.standards}
    if standard is not None and standard not in standards:
        raise RequestError(f"台账 {ledger} 没有标准“{standard}”。现有：{'、'.join(standards)}。")
    chosen = find_plan(load_plans(*(home.plan_folders if home is not None else ())), plan)
    if not period.startswith(f"{chosen.year}"):
        raise RequestError(
            f"期间 {period} 不在方案 {plan} 的年度（{chosen.year}）内。"
            f"写法：月 {chosen.year}-06、季 {chosen.year}-Q2、年 {chosen.year}。"
        )
    return Order(
        contract=contract,
        outgoing=load_outgoing(contract),
        plan=chosen,
        period=period,
        standard=standards[standard] if standard else contract.standards[0],
        with_extensions=with_extensions,
        only_new=only_new,
    )


def check_target(out: Path) -> None:
    """Raises RequestError unless a package can be put there: nothing yet, or an empty folder."""
    if out.exists() and not out.is_dir():
        raise RequestError(f"{out} 是一个文件，不能作导出目录。请另指定 --out。")
    if out.is_dir() and any(out.iterdir()):
        raise RequestError(f"目录 {out} 里已有文件，没有导出。请清空它，或另指定 --out。")


def export(
    home: Home,
    ledger: str,
    plan: str,
    period: str,
    out: Path,
    *,
    con: duckdb.DuckDBPyConnection | None = None,
    standard: str | None = None,
    with_extensions: bool = False,
    only_new: bool = False,
) -> Package:
    """Write the package of a ledger and period into the folder `out`, which must be new or empty.

    `con`: the warehouse to read, by default the live version. `standard`: the layout, by default
    the newest. `with_extensions`: the extension columns too, after those of the standard.
    `only_new`: without what the upper platform has stored already. A period without rows gives a
    package with empty tables. Raises RequestError, PackageError, HomeError, OSError.
    """
    order = make_order(
        home,
        ledger,
        plan,
        standard,
        period=period,
        with_extensions=with_extensions,
        only_new=only_new,
    )
    check_target(out)
    if con is None:
        with Store(home).reader() as live:
            return _export(home, order, out, live)
    return _export(home, order, out, con)


def _export(home: Home, order: Order, out: Path, con: duckdb.DuckDBPyConnection) -> Package:
    try:
        selection = select_rows(con, order.contract, order.outgoing, order.plan.id, order.period)
        masked = read_masked(con, order.contract, selection.rows)
    except duckdb.CatalogException as error:
        raise PackageError(
            "现行版本由较早的程序发布，缺少导出要用的表。请先运行 citycredit build。"
        ) from error
    originals = read_originals(home, order.contract, selection.rows, order.columns)
    withheld = _withhold(order, selection, originals)
    for_submission = _without(originals, withheld, (SUBMISSION,))
    sets = {SUBMISSION: _formed(for_submission, order)}
    if order.outgoing.has_public:
        hidden = hide_operators(masked, originals)
        sets[PUBLIC] = _formed(_without(hidden, withheld, (SUBMISSION, PUBLIC)), order)
    else:
        withheld = withheld.filter(pl.col("set_name") == SUBMISSION)
    table = withheld_table(order.contract, selection.rows, withheld)
    facts = _facts(home, con, order, selection, withheld)
    with _whole_folder(out) as folder:
        manifest = _write(folder, order, sets, table, facts)
        with home.writer():
            # Before anybody can read a value: what cannot be entered is not given out.
            Journal(home).append(
                "revealed",
                command="export",
                ledger=order.contract.ledger,
                plan=order.plan.id,
                period=order.period,
                version=manifest["version"],
                rows=sets[SUBMISSION].height,
                files={f["name"]: f["sha256"] for f in manifest["sets"][SUBMISSION]["files"]},
            )
    return Package(out, manifest, table)


def _withhold(order: Order, selection: Selection, originals: pl.DataFrame) -> pl.DataFrame:
    """The reasons of the warehouse, and those that only the chosen layout and the values show."""
    told: list[tuple[int, str, str]] = []
    asked = [c for c in order.contract.columns if c.field not in order.standard.absent]
    for row in originals.filter(pl.col("standard") != order.standard.id).iter_rows(named=True):
        if lacking := [c.title for c in asked if c.is_required and is_blank(row[c.field])]:
            reason = f"按 {row['standard']} 版报来，缺 {order.standard.title}的必填列"
            remedy = f"补报：{'、'.join(lacking)}；或用 --standard {row['standard']} 导出。"
            told.append((row["row_id"], reason, remedy))
    formed = _formed(originals, order)
    is_long = formed.select(pl.any_horizontal(pl.all().str.len_chars() > CELL_LIMIT)).to_series()
    told += [
        (row_id, f"有一格超过 Excel 一格的上限（{CELL_LIMIT:,} 字）", "缩短该格内容后更正。")
        for row_id in originals.filter(is_long)["row_id"]
    ]
    if order.only_new:
        told += [
            (row_id, "上级平台已入库，本次只导出未入库的", "无须再报。")
            for row_id in sorted(selection.stored)
        ]
    rows = [(SUBMISSION, row_id, None, None, reason, remedy) for row_id, reason, remedy in told]
    return pl.concat([selection.withheld, pl.DataFrame(rows, schema=REASONS, orient="row")])


def _formed(rows: pl.DataFrame, order: Order) -> pl.DataFrame:
    return cells(rows, order.columns, order.standard.id, order.recodes)


def _without(rows: pl.DataFrame, withheld: pl.DataFrame, sets: tuple[str, ...]) -> pl.DataFrame:
    held = withheld.filter(pl.col("set_name").is_in(sets))["row_id"]
    return rows.filter(~pl.col("row_id").is_in(held.implode()))


def _facts(
    home: Home,
    con: duckdb.DuckDBPyConnection,
    order: Order,
    selection: Selection,
    withheld: pl.DataFrame,
) -> dict[str, Any]:
    """What the manifest says beside the sets."""
    [(version, as_of, rule_set, built_with)] = con.sql(
        "select version, as_of, rule_set, product_version from meta.version_info"
    ).fetchall()
    plan = order.plan
    waiting = [
        b.batch_id
        for b in Journal(home).batches()
        if b.state in ("held", "landed")
        and b.ledger == order.contract.ledger
        and b.place_id == plan.place_id
    ]
    for_submission = withheld.filter(pl.col("set_name") == SUBMISSION)
    by_rule = for_submission.filter(pl.col("rule_id").is_not_null())
    counts = by_rule.group_by("rule_id").agg(pl.col("row_id").n_unique()).sort("rule_id")
    return {
        "ledger": order.contract.ledger,
        "ledger_title": order.contract.title,
        "plan": plan.id,
        "plan_title": plan.title,
        "place": plan.place_id,
        "period": order.period,
        "standard": order.standard.id,
        "standard_title": order.standard.title,
        "with_extensions": order.with_extensions,
        "only_new": order.only_new,
        "as_of": as_of.isoformat(),
        "version": version,
        "rule_set": rule_set,
        "contract_version": order.contract.version,
        "product_version": product_version(),
        "built_with": built_with,
        "is_sample": plan.is_sample,
        "sample_mark": SAMPLE_MARK if plan.is_sample else None,
        "current_rows": selection.rows.height,
        "left_out": selection.left_out,
        "already_stored": len(selection.stored),
        "withheld": {
            "rows": for_submission["row_id"].n_unique(),
            "public_only_rows": withheld.filter(
                ~pl.col("row_id").is_in(for_submission["row_id"].implode())
            )["row_id"].n_unique(),
            "by_rule": dict(counts.iter_rows()),
        },
        "batches_not_admitted": waiting,
    }


def _write(
    folder: Path,
    order: Order,
    sets: dict[str, pl.DataFrame],
    withheld: pl.DataFrame,
    facts: dict[str, Any],
) -> dict[str, Any]:
    """Write every file of a package; gives the manifest."""
    is_sample, day = order.plan.is_sample, date.fromisoformat(facts["as_of"])
    mark = f"{SAMPLE_WORD}_" if is_sample else ""
    stem = f"{mark}{order.contract.title}_{order.plan.id}_{order.period}"
    told: dict[str, Any] = {}
    for name, frame in sets.items():
        (folder / name).mkdir(mode=_FOLDER_MODE)
        target = folder / name / (stem + ("_公示" if name == PUBLIC else ""))
        told[name] = {
            "rows": frame.height,
            "columns": frame.columns,
            "files": _write_table(
                frame, folder, target, order.contract.title, day, is_sample=is_sample
            ),
        }
    target = folder / f"{mark}withheld"
    listed = _write_table(withheld, folder, target, "未列入", day, is_sample=is_sample)
    manifest = {**facts, "sets": told, "files": listed}
    note = folder / "说明.txt"
    write_text(explain(manifest), note)
    manifest["files"] = [*listed, _described(note, folder)]
    write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", folder / MANIFEST)
    return manifest


def _write_table(
    frame: pl.DataFrame, folder: Path, stem: Path, sheet: str, day: date, *, is_sample: bool
) -> list[dict[str, Any]]:
    noted = with_mark(frame, is_sample=is_sample)
    workbook, text = stem.with_name(f"{stem.name}.xlsx"), stem.with_name(f"{stem.name}.csv")
    write_workbook(noted, workbook, sheet, day)
    write_csv(noted, text)
    return [_described(path, folder) for path in (workbook, text)]


def _described(path: Path, folder: Path) -> dict[str, Any]:
    return {
        "name": path.relative_to(folder).as_posix(),
        "sha256": files.sha256_of(path),
        "bytes": path.stat().st_size,
    }


@contextmanager
def _whole_folder(out: Path) -> Iterator[Path]:
    """A folder beside `out` that takes its name only when everything in it is on disk."""
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = files.temporary_beside(out)
    temporary.mkdir(mode=_FOLDER_MODE)
    try:
        yield temporary
        check_target(out)
        if out.is_dir():
            out.rmdir()
        files.settle(temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
