"""Suites `batches` and `tables`: no row lost, no key twice, nothing from after the as-of day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pandas as pd

from expectations.suites.model import Suite, all_zero, equal, not_above, unique
from warehouse.models import LAYERS, SCHEMAS, Model, load_models
from warehouse.models import describe_models as described

_BATCHES = """
    with staged as ({staged})
    select
        b.batch_id as subject,
        b.rows as landed_rows,
        coalesce(s.rows, 0) as staged_rows,
        epoch(b.received_date)::bigint as received,
        (select epoch(r.as_of)::bigint from ref.run as r) as as_of
    from meta.batches as b
    left join staged as s on b.batch_id = s.batch_id
    order by b.sequence
"""


def batch_suite(con: duckdb.DuckDBPyConnection) -> Suite:
    """One row per batch: what was landed is what is staged."""
    present = _tables(con, "staging")
    ledgers = [
        str(ledger)
        for (ledger,) in con.sql("select distinct ledger from meta.batches order by 1").fetchall()
        if ledger in present
    ]
    parts = [f"select batch_id, count(*) as rows from staging.{x} group by 1" for x in ledgers]  # noqa: S608
    empty = "select null::varchar as batch_id, 0::bigint as rows where false"
    frame = con.sql(_BATCHES.replace("{staged}", "\n union all ".join([*parts, empty]))).df()
    return Suite(
        "batches",
        frame,
        (
            unique("subject", "同一批次出现两次"),
            equal("landed_rows", "staged_rows", "落地行数与入仓行数不等，有行丢失或重复"),
            not_above("received", "as_of", "含有截至日之后收到的批次"),
        ),
    )


def table_suite(con: duckdb.DuckDBPyConnection) -> Suite:
    """One probe row per record table: its grain holds (keys whole and distinct)."""
    present = {f"{schema}.{name}" for schema in SCHEMAS for name in _tables(con, schema)}
    grains = {
        model.relation: (grain, base if (base := _base(model)) in present else None)
        for layer in LAYERS
        for model in load_models(layer)
        if isinstance(grain := described().get(model.name, {}).get("grain"), list)
        and model.relation in present
    }
    # Equal keys have equal hashes: as many hashes as rows prove as many keys, for half the cost.
    rows = {row[0]: row for row in _probed(con, grains, "hash({key})")}
    doubtful = {name: grains[name] for name, found in rows.items() if found[1] > found[2]}
    rows |= {row[0]: row for row in _probed(con, doubtful, "({key})")}
    columns = ["subject", "rows", "distinct_keys", "null_keys"]
    return Suite(
        "tables",
        pd.DataFrame(rows.values(), columns=columns),
        (
            unique("subject", "同一张表探测了两次"),
            equal("rows", "distinct_keys", "主键重复"),
            all_zero("null_keys", "主键有空值"),
        ),
    )


def _base(model: Model) -> str | None:
    """The relation of which a view pairs each row with periods of its plan; None for others."""
    base = described().get(model.name, {}).get("pairs")
    return f"marts.{base}" if base else None


def _probed(
    con: duckdb.DuckDBPyConnection,
    grains: Mapping[str, tuple[list[str], str | None]],
    distinct: str,
) -> list[tuple[str, int, int, int]]:
    """Relation, rows, distinct keys and rows with a null in the key, of each relation."""
    # In one statement: nearly a hundred small ones take longer than what they count.
    probes = [_probe(name, grain, base, distinct) for name, (grain, base) in grains.items()]
    return con.sql("\nunion all ".join(probes)).fetchall() if probes else []


def _probe(relation: str, grain: Sequence[str], base: str | None, distinct: str) -> str:
    """The SQL of one probe. Names come from our own model files.

    A pair of a row and a period can stand twice only where the row's own part of the key does:
    of the pairs, ten times as many as the rows, only those are counted.
    """
    key = ", ".join(grain)
    null = " or ".join(f"{column} is null" for column in grain)
    counted = ""
    if base is not None:
        own = [column for column in grain if column != "period"]
        part, is_null = ", ".join(own), " or ".join(f"{column} is null" for column in own)
        counted = (
            f" where hash({part}) in (select hash({part}) from {base} where plan_id is not null "  # noqa: S608
            f"group by 1 having count(*) > 1 or bool_or({is_null}))"
        )
    return (
        f"select '{relation}', count(*), count(distinct {distinct.format(key=key)}), "  # noqa: S608
        f"count(*) filter (where {null}) from {relation}{counted}"
    )


def _tables(con: duckdb.DuckDBPyConnection, schema: str) -> set[str]:
    found = con.sql(
        "select table_name from information_schema.tables "
        "where table_schema = ? and table_catalog = current_database()",
        params=[schema],
    ).fetchall()
    return {str(name) for (name,) in found}
