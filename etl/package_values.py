"""The values of the rows of a package: full ones from the landed originals, masked ones from the
warehouse."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from warehouse.contracts import Contract
from warehouse.engines import open_warehouse
from warehouse.home import Home, HomeError
from warehouse.masking import NAME_DOT, PERSON_NAME_LENGTH, mask_name
from warehouse.normalise import name_key
from warehouse.outgoing import OutColumn

_SOLE_TRADER, _SOLE_TRADER_PREFIX = "个体工商户", "92"


def read_originals(
    home: Home, contract: Contract, rows: pl.DataFrame, columns: Sequence[OutColumn]
) -> pl.DataFrame:
    """The landed rows as they came, in the order of `rows`: row_id, standard, every field of the
    contract, and a column per header of `columns` that the contract does not know.

    Raises HomeError if a landing file is gone.
    """
    unknown = [c.header for c in columns if c.column is None]
    names = sorted(set(rows["landing"]))
    paths = [home.landing / name for name in names]
    gone = [path.name for path in paths if not path.exists()]
    if gone:
        raise HomeError(
            f"落地表 {gone[0]} 等 {len(gone)} 个文件不在了，取不到原值。"
            "请先运行 citycredit reland，再导出。"
        )
    fields = list(contract.fields)
    if not paths:
        texts = dict.fromkeys([*fields, *unknown], pl.Utf8)
        return pl.DataFrame(schema={"row_id": pl.Int64, "standard": pl.Utf8, **texts})
    with open_warehouse(config=home.config) as con:
        con.register("wanted", rows.select("row_id", "standard", "landing", "row_number"))
        landed = con.read_parquet([str(p) for p in paths], union_by_name=True, filename=True)
        present = set(landed.columns)
        told = [f'l."{f}"' if f in present else f'null::varchar as "{f}"' for f in fields]
        told += [f"json_extract_string(l._extra, {_path(h)}) as {_quoted(h)}" for h in unknown]
        found: pl.DataFrame = (
            landed.set_alias("l")
            .join(
                con.table("wanted").set_alias("w"),
                "parse_filename(l.filename) = w.landing and l.row_number = w.row_number",
            )
            .project(f"w.row_id, w.standard, {', '.join(told)}")
            .pl()
        )
    ordered = rows.select("row_id").join(found, on="row_id", how="left", maintain_order="left")
    return ordered


def read_masked(
    con: duckdb.DuckDBPyConnection, contract: Contract, rows: pl.DataFrame
) -> pl.DataFrame:
    """The same rows as the warehouse shows them: row_id, standard and every field, persons masked.

    `con` has the temporary table `candidates` (`package_rows.select_rows`).
    """
    fields = ", ".join(f's."{field}"' for field in contract.fields)
    found: pl.DataFrame = con.sql(
        f"select c.row_id, c.standard, {fields} from candidates as c "  # noqa: S608 - a contract's fields
        f"join staging.{contract.ledger} as s on s.row_id = c.row_id"
    ).pl()
    return rows.select("row_id").join(found, on="row_id", how="left", maintain_order="left")


def hide_operators(masked: pl.DataFrame, originals: pl.DataFrame) -> pl.DataFrame:
    """The masked rows, with the names of sole traders masked that are their operators' own.

    A sole trader without a trade name is registered under the operator's name. It is taken for one
    when it equals the operator's, or looks like a person's.
    """
    if not {"counterparty_name", "legal_rep", "uscc"} <= set(originals.columns):
        return masked
    names = [
        mask_name(shown) if _is_operator(row) else shown
        for row, shown in zip(
            originals.iter_rows(named=True), masked["counterparty_name"], strict=True
        )
    ]
    return masked.with_columns(pl.Series("counterparty_name", names, dtype=pl.Utf8))


def _is_operator(row: dict[str, str | None]) -> bool:
    name = name_key(row["counterparty_name"])
    is_sole = row["counterparty_category"] == _SOLE_TRADER or (row["uscc"] or "").startswith(
        _SOLE_TRADER_PREFIX
    )
    if name is None or not is_sole:
        return False
    looks_personal = len(name) <= PERSON_NAME_LENGTH or NAME_DOT in name
    return looks_personal or name == name_key(row["legal_rep"])


def _path(header: str) -> str:
    return "'$.\"" + header.replace("'", "''") + "\"'"


def _quoted(header: str) -> str:
    return '"' + header.replace('"', '""') + '"'
