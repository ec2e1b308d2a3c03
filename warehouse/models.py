"""Runs the SQL models: plain SELECTs, one file per table or view, in the order of their needs."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

MODELS_DIR = Path(__file__).parent / "models"
# Every table stands behind its own `from` or `join` (a test holds this against a parser of SQL).
_READ = re.compile(r"\b(?:from|join)\s+(\w+\.\w+)", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*")
LAYERS = ("staging", "marts", "progress")
SCHEMAS = ("staging", "marts")  # what the layers fill


@dataclass(frozen=True)
class Model:
    """One model file: the relation it makes, its SELECT and the relations it reads."""

    layer: str
    name: str
    sql: str
    reads: frozenset[str]
    is_view: bool

    @property
    def relation(self) -> str:
        """Progress models are marts too; they only come later in the build."""
        schema = "marts" if self.layer == "progress" else self.layer
        return f"{schema}.{self.name}"


@cache
def load_models(layer: str) -> tuple[Model, ...]:
    """The models of a layer, each after those it reads."""
    folder = MODELS_DIR / layer
    described = describe_models()
    models = {}
    for path in sorted(folder.glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        is_view = bool(described.get(path.stem, {}).get("view", False))
        model = Model(layer, path.stem, sql, _tables_read(sql), is_view)
        models[model.relation] = model
    graph = {r: sorted(m.reads & models.keys()) for r, m in models.items()}
    return tuple(models[relation] for relation in TopologicalSorter(graph).static_order())


@cache
def describe_models() -> dict[str, dict[str, object]]:
    """models.toml: for each model its `grain` (the columns of its key), purpose, view or table."""
    with (MODELS_DIR / "models.toml").open("rb") as file:
        return tomllib.load(file)


def run_models(con: duckdb.DuckDBPyConnection, layer: str, only: set[str] | None = None) -> None:
    """Build every model of a layer; `only` restricts it to some names and what they read."""
    schema = "marts" if layer == "progress" else layer
    con.execute(f"create schema if not exists {schema}")
    models = load_models(layer)
    wanted = {m.relation for m in models} if only is None else _with_needs(models, only)
    for model in models:
        if model.relation in wanted:
            kind = "view" if model.is_view else "table"
            con.execute(f"create or replace {kind} {model.relation} as\n{model.sql}")


def _with_needs(models: tuple[Model, ...], names: set[str]) -> set[str]:
    wanted: set[str] = set()
    for model in reversed(models):
        if model.name in names or model.relation in wanted:
            wanted |= {model.relation, *model.reads}
    return wanted


def _tables_read(sql: str) -> frozenset[str]:
    return frozenset(_READ.findall(_COMMENT.sub("", sql)))
