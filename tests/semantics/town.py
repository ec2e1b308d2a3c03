"""A small place that receives files and is asked for its figures, twice: once by the product,
once by the plain-Python reference. An example holds when both say what was worked out by hand."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path
from unittest.mock import patch

import duckdb

from etl.pipeline import LoadResult, Pipeline
from expectations.gate import GateResult
from tests.reference.figures import figure_of, open_world
from tests.semantics.rows import Row
from warehouse.home import Home
from warehouse.store import Store

_UNJUDGED = GateResult("passed", [], 0, 0)
PLANS = Path(__file__).parents[2] / "warehouse" / "plans"
Pair = tuple[int, int]


class Town:
    """Files go to ``folder`` with a ``received.csv`` beside them, then through ``load``.

    ``also``: further shipped plans that the warehouse knows beside BC.
    """

    def __init__(
        self, tmp_path: Path, plan: str = "BC", year: int = 2022, also: tuple[str, ...] = ()
    ) -> None:
        self.also = also
        self.folder = tmp_path / f"files-{plan}"
        self.folder.mkdir()
        self.home = Home.open(tmp_path / "home", create=True)
        self.plan, self.plan_folder = plan, PLANS / plan
        if plan != "BC":
            self.plan_folder = other_plan(self.home.plans / plan, year)
        self.told: list[dict[str, str]] = []
        self.is_loaded = False

    def receive(
        self, day: str, rows: list[Row], *, replaces: str = "", department: str = ""
    ) -> str:
        """A CSV file that came in on that day; gives its name."""
        name = f"{len(self.told):02d}.csv"
        with (self.folder / name).open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        self.told.append(
            {"file": name, "received": day, "department": department, "replaces": replaces}
        )
        return name

    def load(self) -> LoadResult:
        """Land what has been received, as `citycredit load FOLDER` does."""
        with (self.folder / "received.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(self.told[0]))
            writer.writeheader()
            writer.writerows(self.told)
        result = self.pipeline().load([self.folder], self.plan)
        assert not result.problems
        self.is_loaded = True
        return result

    def pipeline(self) -> Pipeline:
        """The road into the home of a product that ships the plan BC alone (and ``also``): the
        other plans are most of the time that a small build takes."""
        shipped = self.folder.parent / "shipped"
        if not shipped.exists():
            for plan in ("BC", *self.also):
                shutil.copytree(PLANS / plan, shipped / plan)
        with patch("warehouse.plans.SHIPPED_PLANS", shipped):
            return Pipeline(self.home, date(2026, 1, 1))

    def version(self, as_of: str) -> Path:
        """The warehouse as known on a day: the published one on the day of the last file."""
        if not self.is_loaded:
            self.load()
        if as_of == max(told["received"] for told in self.told):
            return self.home.versions / f"{Store(self.home).current()}.duckdb"
        path = self.folder.parent / f"{self.plan}-{as_of}.duckdb"
        if not path.exists():
            # The gate judges what is published; here it would be a third of the time.
            with patch("expectations.gate.judge", return_value=_UNJUDGED):
                self.pipeline().build_as_of(date.fromisoformat(as_of), path)
        return path

    def ask(self, as_of: str, query: str) -> list[tuple[object, ...]]:
        """Rows of a query on the warehouse of that day."""
        with duckdb.connect(str(self.version(as_of)), read_only=True) as con:
            return con.sql(query).fetchall()

    def product(self, as_of: str, metric: str, period: str, unit: str | None = None) -> Pair:
        scope = ("department", unit) if unit else ("plan", self.plan)
        with duckdb.connect(str(self.version(as_of)), read_only=True) as con:
            found = con.sql(
                "select numerator, denominator from marts.metric_values where metric_id = ? "
                "and plan_id = ? and period = ? and scope_type = ? and scope_id = ?",
                params=[metric, self.plan, period, *scope],
            ).fetchall()
        assert len(found) <= 1, f"{metric} {period} {unit}: {len(found)} rows"
        return pair(found[0]) if found else (0, 0)

    def reference(self, as_of: str, metric: str, period: str, unit: str | None = None) -> Pair:
        scope = ("department", unit) if unit else ("plan", self.plan_folder.name)
        world = open_world(self.folder, self.plan_folder, date.fromisoformat(as_of))
        return figure_of(world, (metric, *scope, period))

    def expect(
        self, as_of: str, metric: str, period: str, wanted: Pair, unit: str | None = None
    ) -> None:
        """Both give these (numerator, denominator); a count has the denominator 0."""
        if not self.is_loaded:
            self.load()
        got = {
            "reference": self.reference(as_of, metric, period, unit),
            "product": self.product(as_of, metric, period, unit),
        }
        assert got == {"reference": wanted, "product": wanted}, f"{metric} {period} as of {as_of}"


def pair(row: tuple[object, ...]) -> Pair:
    """Missing parts of a fraction count as 0."""
    numerator, denominator = (int(str(part or 0).removesuffix(".0")) for part in row)
    return numerator, denominator


def other_plan(folder: Path, year: int = 2022) -> Path:
    """A second place's plan: the roster and duties of BC under another name and year."""
    shutil.copytree(PLANS / "BC", folder)
    path = folder / "plan.toml"
    text = path.read_text(encoding="utf-8").replace('"BC"', f'"{folder.name}"')
    path.write_text(text.replace("2022", str(year)), encoding="utf-8")
    for table in folder.glob("*.csv"):
        words = table.read_text(encoding="utf-8").replace("2022-", f"{year}-")
        table.write_text(words, encoding="utf-8")
    return folder
