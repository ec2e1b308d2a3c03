"""Opening DuckDB: one place for the settings, so that every connection obeys the same ones."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.home import Config

# Nothing may be downloaded where this runs, so extensions are neither sought nor loaded.
_OFFLINE: dict[str, str | bool] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def open_warehouse(
    path: Path | str = ":memory:",
    *,
    read_only: bool = False,
    config: Config | None = None,
    scratch: Path | None = None,
) -> duckdb.DuckDBPyConnection:
    """A connection to a warehouse file (default: in memory).

    `config` limits memory and threads; `scratch` is the folder to spill into.
    """
    settings: dict[str, str | bool | int | float | list[str]] = dict(_OFFLINE)
    if config is not None and config.memory_limit:
        settings["memory_limit"] = config.memory_limit
    if config is not None and config.threads:
        settings["threads"] = config.threads
    if scratch is not None:
        settings["temp_directory"] = str(scratch)
    con = duckdb.connect(str(path), read_only=read_only, config=settings)
    con.execute("set enable_progress_bar = false")
    return con
