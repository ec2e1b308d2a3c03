"""A small warehouse of the index ledgers: staged rows by hand, the shipped plans, our models."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import polars as pl

from warehouse.calendar import load_calendar
from warehouse.engines import open_warehouse
from warehouse.index_lines import compute_index_gaps
from warehouse.models import run_models
from warehouse.plans import load_plans
from warehouse.reference import load_reference

Row = dict[str, Any]
MODELS = {"index_periods", "index_unit_points", "assessment_periods"}

_COMMON = {
    "period__norm": pl.Utf8, "period__start": pl.Date, "period__end": pl.Date,
    "place_id": pl.Utf8, "received_date": pl.Date, "sequence": pl.Int32, "row_number": pl.Int64,
    "row_id": pl.Int64, "is_replaced": pl.Boolean,
}  # fmt: skip
SCHEMAS: dict[str, dict[str, Any]] = {
    "city_index": _COMMON | {
        "city_name__norm": pl.Utf8, "index_version__norm": pl.Utf8,
        "group_name__norm": pl.Utf8, "group_size__number": pl.Float64, "score__number": pl.Float64,
        "full_score__number": pl.Float64, "rank__number": pl.Float64,
        "value_source__norm": pl.Utf8, "published_date__date": pl.Date, "source_doc": pl.Utf8,
    },
    "city_index_indicator": _COMMON | {
        "city_name__norm": pl.Utf8, "index_version__norm": pl.Utf8,
        "indicator_id__norm": pl.Utf8, "indicator_name__norm": pl.Utf8,
        "full_score__number": pl.Float64, "score__number": pl.Float64,
        "value_source__norm": pl.Utf8, "source_doc": pl.Utf8,
    },
    "external_assessment": _COMMON | {
        "metric_id__norm": pl.Utf8, "title": pl.Utf8, "assessor": pl.Utf8, "unit_id": pl.Utf8,
        "unit_name__norm": pl.Utf8, "score__number": pl.Float64,
        "full_score__number": pl.Float64, "rank__number": pl.Float64,
        "field_size__number": pl.Float64, "published_date__date": pl.Date, "doc_no": pl.Utf8,
    },
}  # fmt: skip


def score(period: str, rank: int | None, points: float | None, **changes: Any) -> Row:
    """An official row of 盐城市 under place YC, among 261 cities of the 2020 version."""
    row = {
        "place_id": "YC", "city_name__norm": "盐城市", "period__norm": period,
        "index_version__norm": "2020", "group_name__norm": "地级市", "group_size__number": 261.0,
        "score__number": points, "full_score__number": 100.0, "rank__number": rank,
        "value_source__norm": "官方", "published_date__date": None, "source_doc": "示例简报",
    }  # fmt: skip
    return row | changes


def indicator(indicator_id: str, points: float, full: float | None = None, **changes: Any) -> Row:
    """An official row of one indicator of 盐城市 for 2020-11."""
    row = {
        "place_id": "YC", "city_name__norm": "盐城市", "period__norm": "2020-11",
        "index_version__norm": "2020", "indicator_id__norm": indicator_id,
        "indicator_name__norm": None, "full_score__number": full, "score__number": points,
        "value_source__norm": "官方", "source_doc": "示例简报",
    }  # fmt: skip
    return row | changes


def assessment(period: str, rank: int | None, field_size: int | None = 13, **changes: Any) -> Row:
    """A row of the province's assessment of 盐城市."""
    row = {
        "place_id": "YC", "metric_id__norm": "provincial_assessment_rank",
        "title": "示例省信用工作考核", "assessor": "示例省信用办", "unit_id": "(未识别单位)",
        "unit_name__norm": "盐城市", "period__norm": period, "score__number": 88.0,
        "full_score__number": 100.0, "rank__number": rank, "field_size__number": field_size,
        "published_date__date": None, "doc_no": None,
    }  # fmt: skip
    return row | changes


def index_warehouse(
    scores: Sequence[Row] = (),
    indicators: Sequence[Row] = (),
    assessments: Sequence[Row] = (),
    *,
    owners: Sequence[tuple[str, str, str]] = (),
    faulty: Sequence[tuple[str, int]] = (),
    as_of: date = date(2021, 1, 31),
) -> duckdb.DuckDBPyConnection:
    """A warehouse with these rows staged (in order of receipt, unless they say otherwise) and the
    marts of the index built. owners: (plan, indicator, unit) instead of the plans' own, if given.
    faulty: (ledger, number of the row from 1) with an error."""
    con = open_warehouse()
    load_reference(con, load_plans(), load_calendar(None), as_of, "build")
    if owners:
        con.execute("delete from ref.index_owners")
        con.executemany(
            "insert into ref.index_owners values (?, ?, ?, '示例文号', date '1900-01-01', "
            "date '2200-01-01')",
            owners,
        )
    con.execute("create schema staging; create schema quality; create schema marts")
    con.execute(
        "create table quality.violations (rule_id varchar, row_id bigint, severity varchar)"
    )
    told = {
        "city_index": scores, "city_index_indicator": indicators,
        "external_assessment": assessments,
    }  # fmt: skip
    first = {ledger: place * 1000 for place, ledger in enumerate(told)}
    for ledger, row in faulty:
        con.execute(
            "insert into quality.violations values ('M01', ?, 'error')", [first[ledger] + row]
        )
    for ledger, rows in told.items():
        staged = [
            {
                "received_date": date(2020, 12, 1), "sequence": number, "row_number": number,
                "row_id": first[ledger] + number, "is_replaced": False, **row,
                **_days(row["period__norm"]),
            }
            for number, row in enumerate(rows, start=1)
        ]  # fmt: skip
        con.register("rows", pl.DataFrame(staged, schema=SCHEMAS[ledger]))
        con.table("rows").create(f"staging.{ledger}")
        con.unregister("rows")
    run_models(con, "marts", MODELS)
    compute_index_gaps(con)
    return con


def _days(period: str) -> Row:
    """First and last day of a period as the landing derives them; none for what is no period."""
    found = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2])|-Q([1-4]))?", period)
    if found is None:
        return {"period__start": None, "period__end": None}
    year, month, quarter = (int(part) if part else 0 for part in found.groups())
    first, last = (month, month) if month else (quarter * 3 - 2, quarter * 3)
    if not month and not quarter:
        first, last = 1, 12
    return {
        "period__start": date(year, first, 1),
        "period__end": date(year, last, monthrange(year, last)[1]),
    }
