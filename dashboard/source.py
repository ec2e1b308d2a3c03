"""Where the pages get their data: the live version of the home, asked once per version.

The version is part of every cache key, so what was published a moment ago is seen at the next
rerun. A query never shares a cursor with another thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import duckdb
import streamlit as st

from warehouse.home import Home, default_root
from warehouse.store import Store

P = ParamSpec("P")
T = TypeVar("T")
Connection = duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class Source:
    """A home and the version that this rerun reads; None before the first publish."""

    root: str
    version: str | None

    @property
    def store(self) -> Store:
        return _open_store(self.root)


def open_source() -> Source:
    """The home and its live version. Raises HomeError (Chinese) when there is no usable home."""
    root = str(default_root().absolute())
    return Source(root, _open_store(root).current())


def ask(
    source: Source,
    query: Callable[Concatenate[Connection, P], T],
    *arguments: P.args,
    **named: P.kwargs,
) -> T:
    """The answer of a query function over the source's version; kept until the version changes.

    `query` takes a connection first. The answer is a copy of its own for every caller.
    """
    name = f"{query.__module__}.{query.__qualname__}"
    answer: T = _answer(source.root, source.version, name, arguments, named, query)
    return answer


@st.cache_resource(max_entries=4, show_spinner=False)
def _open_store(root: str) -> Store:
    return Store(Home.open(root))


@st.cache_data(max_entries=1000, show_spinner=False)
def _answer(
    root: str,
    version: str | None,
    name: str,  # the function's name stands for it in the cache key
    arguments: tuple[Any, ...],
    named: dict[str, Any],
    _query: Callable[..., Any],
) -> Any:
    con = _reader(_open_store(root), version)
    try:
        return _query(con, *arguments, **named)
    finally:
        con.close()


def _reader(store: Store, version: str | None) -> Connection:
    """A cursor of exactly this version: a publish may happen in the middle of a rerun."""
    con = store.reader()
    if version is None or _version_of(con) == version:
        return con
    con.close()
    return store.reader_of(version)


def _version_of(con: Connection) -> str:
    rows = con.sql("select version from meta.version_info").fetchall()
    return str(rows[0][0])
