"""The lines a plan draws for its city's rank, and how far from each it is: `marts.index_gaps`."""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl

from warehouse.index_gap import Gap, Standing, gap_to_rank
from warehouse.reference import write_table

RANK_METRIC = "index_national_rank"

GAPS: dict[str, Any] = {
    "plan_id": pl.Utf8, "place_id": pl.Utf8, "period": pl.Utf8, "period_kind": pl.Utf8,
    "index_period": pl.Utf8, "line": pl.Utf8, "line_rank": pl.Int32, "due_date": pl.Date,
    "target_id": pl.Utf8, "own_rank": pl.Int32, "own_score": pl.Float64, "is_reached": pl.Boolean,
    "state": pl.Utf8, "gap_low": pl.Float64, "gap_high": pl.Float64, "known_cities": pl.Int32,
    "group_size": pl.Int32,
}  # fmt: skip

_LINES = """
    select
        p.*,
        t.target_id,
        t.due_date,
        try_cast(t.value as integer) as target_rank,
        try_cast(t.stretch_value as integer) as stretch_rank
    from marts.index_periods as p
    join ref.periods as q on p.plan_id = q.plan_id and p.period = q.period
    join ref.targets as t
        on p.plan_id = t.plan_id and t.metric_id = $metric and t.legal_status = 'in_force'
        and t.valid_from <= q.end_date and q.end_date < t.valid_to
    where p.is_own and p.period_kind <> 'span'
    order by p.plan_id, q.start_date, p.period_kind, t.sort_order
"""


def compute_index_gaps(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `marts.index_gaps`: one row per plan, period and line (`target`, `stretch`) of a plan
    whose own city is ranked, from the cities whose official scores are known."""
    field: dict[tuple[Any, ...], list[Standing]] = {}
    rows = []
    for told in con.sql(_LINES, params={"metric": RANK_METRIC}).pl().to_dicts():
        key = tuple(
            told[name]
            for name in ("place_id", "city_key", "index_period", "index_version", "group_name")
        )
        if key not in field:
            field[key] = known_field(con, *key)
        for line in ("target", "stretch"):
            rank = told[f"{line}_rank"]
            if rank is not None:
                gap = gap_to_rank(rank, told["rank"], told["score"], field[key])
                rows.append(_row(told, line, gap))
    write_table(con, "marts.index_gaps", pl.DataFrame(rows, schema=GAPS, orient="row"))


def known_field(
    con: duckdb.DuckDBPyConnection,
    place_id: str,
    city_key: str,
    index_period: str,
    index_version: str | None,
    group_name: str | None,
) -> list[Standing]:
    """The other cities of the same month, version and group with a published rank and score."""
    rows = con.sql(
        """
        select rank, score from marts.index_scores
        where place_id = $place and city_key <> $city and index_period = $month and is_official
            and index_version is not distinct from $version
            and group_name is not distinct from $group
            and rank is not null and score is not null
        order by rank, city_key
        """,
        params={
            "place": place_id, "city": city_key, "month": index_period, "version": index_version,
            "group": group_name,
        },
    ).fetchall()  # fmt: skip
    return [Standing(rank, score) for rank, score in rows]


def _row(told: dict[str, Any], line: str, gap: Gap) -> dict[str, Any]:
    names = ("plan_id", "place_id", "period", "period_kind", "index_period", "due_date",
             "target_id", "group_size")  # fmt: skip
    return {
        **{name: told[name] for name in names},
        "line": line,
        "line_rank": gap.line_rank,
        "own_rank": told["rank"],
        "own_score": told["score"],
        "is_reached": gap.is_reached,
        "state": gap.state,
        "gap_low": gap.low,
        "gap_high": gap.high,
        "known_cities": gap.known_cities,
    }
