"""The same twenty rules, written for each library as its documentation shows.

`python -m bench.rule_contenders NAME FILE` runs one of them over the staged rows (a DuckDB file for
`ours` and `counts`, a Parquet file for the others) and prints one JSON document: the failed count
of each rule, and the best wall clock and processor time of the repeats.
Imports and reading the frame are not timed.
Everybody gets what landing and staging computed once: normal forms, dates, the limit day in working
days, whether a unified code or an id card is valid. The check digit of the organisation code inside
a unified code (G10) is computed by everybody. Every library is asked for the rows, as ours is;
`counts` asks for numbers only.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

RULES = (
    "G03", "G05", "G06", "G08", "G09", "G10", "G21", "G25", "G26", "G28", "G29", "G30", "G32",
    "G36", "G38", "T01", "X01", "X02", "X03", "X08",
)  # fmt: skip
REPEATS = 3
SLOW_REPEATS = 1
PLACEHOLDER = "00000000000000000X"
CATEGORIES = ("法人及非法人组织", "个体工商户", "自然人")
PERMIT_CATEGORIES = ("普通", "特许", "认可", "核准", "登记")
DATES = (
    "decision_date", "valid_from", "valid_to", "entered_at", "reported_at", "stored_at",
    "published_at",
)  # fmt: skip
COLUMNS = (
    "row_id", "row_number", "batch_id", "row_hash", "record_key", "has_key", "received_date",
    "uscc__norm", "uscc__valid", "counterparty_category__norm", "id_type__norm", "id_no",
    "id_no__valid", "legal_rep", "legal_rep_id_no", "authority_uscc__norm", "authority_uscc__valid",
    "permit_category__norm", "document_name", "document_no", "report_date", "limit_date", *DATES,
    *(f"{name}__date" for name in DATES),
)  # fmt: skip
_DOCUMENT_NO = r"[〔\[(（][0-9]{4}[〕\])）].*号"
_NOTHING = ("", "无", "/", "-", "null", "NULL", "—")
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_SIGNS = "0X987654321"

_BLANK = "({0} is null or trim({0}) in ('', '无', '/', '-', 'null', 'NULL', '—'))"
_ORG_SUM = " + ".join(
    f"{w} * (strpos('{_SIGNS}', uscc__norm[{k}]) - 1)" for k, w in enumerate(_WEIGHTS, start=9)
)
# One count each, as somebody would write it who wants no more than the number.
COUNTS = {
    "G03": f"counterparty_category__norm not in {CATEGORIES}",
    "G05": f"uscc__norm <> '{PLACEHOLDER}' and not uscc__valid",
    "G06": f"counterparty_category__norm = '{CATEGORIES[0]}' and uscc__norm = '{PLACEHOLDER}'",
    "G08": f"uscc__norm like '92%' and counterparty_category__norm <> '{CATEGORIES[1]}'",
    "G09": f"counterparty_category__norm = '{CATEGORIES[1]}' and uscc__norm <> '{PLACEHOLDER}'"
    " and uscc__norm not like '92%'",
    "G10": f"length(uscc__norm) = 18 and uscc__norm <> '{PLACEHOLDER}'"
    f" and '{_CHECK_SIGNS}'[1 + ({_ORG_SUM}) % 11] <> uscc__norm[17]",
    "G21": f"id_type__norm = '身份证' and not {_BLANK.format('id_no')}"
    " and not coalesce(id_no__valid, false)",
    "G25": f"not {_BLANK.format('legal_rep_id_no')}",
    "G26": f"counterparty_category__norm <> '{CATEGORIES[2]}' and {_BLANK.format('legal_rep')}",
    "G28": " or ".join(f"(not {_BLANK.format(d)} and {d}__date is null)" for d in DATES),
    "G29": "decision_date__date > received_date",
    "G30": "decision_date__date < date '2000-01-01'",
    "G32": "authority_uscc__valid and authority_uscc__norm not like '1%'"
    " and authority_uscc__norm not in (select uscc from ref.unit_codes)",
    "T01": "decision_date__date <= received_date and report_date > limit_date",
    "X01": f"permit_category__norm not in {PERMIT_CATEGORIES}"
    r" and not regexp_matches(permit_category__norm, '^其他-\s*\S')",
    "X02": "valid_from__date > valid_to__date",
    "X03": "valid_to__date < decision_date__date",
    "X08": f"regexp_matches(document_name, '{_DOCUMENT_NO}')"
    " or trim(document_name) = trim(document_no)",
}
COUNT_QUERIES = {
    **{r: f"select count(*) from staging.admin_permit where {p}" for r, p in COUNTS.items()},
    "G36": "select coalesce(sum(copies - 1), 0) from (select count(*) as copies"
    " from staging.admin_permit group by batch_id, row_hash)",
    # Later rows of a key with another content, exact repeats left out.
    "G38": "select coalesce(sum(contents - 1), 0) from (select count(distinct row_hash) as contents"
    " from staging.admin_permit where has_key group by record_key)",
}


@dataclass(frozen=True)
class Outcome:
    """Failed rows by rule; the least wall clock and processor seconds of some runs."""

    failed: dict[str, int]
    seconds: float
    cpu_seconds: float


Contender = Callable[[Path], Outcome]


def best_of(repeats: int, work: Callable[[], dict[str, int]]) -> Outcome:
    """What some runs found, which is the same each time, and the best of each clock."""
    runs = []
    for _ in range(repeats):
        started, processor = time.perf_counter(), time.process_time()
        found = work()
        runs.append((time.perf_counter() - started, time.process_time() - processor))
    return Outcome(found, min(wall for wall, _ in runs), min(cpu for _, cpu in runs))


def ours(database: Path) -> Outcome:
    """The product's runner: every violating row, with its cell, value and message."""
    from expectations.rules import load_rules
    from expectations.runner import run_rules
    from warehouse.engines import open_warehouse

    chosen = [rule for rule in load_rules() if rule.id in RULES]
    with closing(open_warehouse(database)) as con:

        def work() -> dict[str, int]:
            con.execute("drop schema if exists quality cascade")
            run_rules(con, ["admin_permit"], rules=chosen)
            rows = con.sql("select rule_id, status, failed from quality.rule_results").fetchall()
            crashed = [rule for rule, status, _ in rows if status == "errored"]
            if crashed:
                raise RuntimeError(f"rules crashed: {crashed}")
            return {rule: int(failed) for rule, _, failed in rows}

        return best_of(REPEATS, work)


def counts(database: Path) -> Outcome:
    """Twenty queries by hand, each for one number."""
    import duckdb

    from warehouse.engines import open_warehouse

    def number(con: duckdb.DuckDBPyConnection, query: str) -> int:
        [(found,)] = con.sql(query).fetchall()
        return int(found)

    with closing(open_warehouse(database, read_only=True)) as con:
        return best_of(REPEATS, lambda: {r: number(con, COUNT_QUERIES[r]) for r in RULES})


def polars_masks(frame: Path) -> dict[str, Any]:
    """Polars expressions that are true where a row violates the rule."""
    import polars as pl

    col = pl.col

    def blank(name: str) -> pl.Expr:
        return col(name).is_null() | col(name).str.strip_chars().is_in(_NOTHING)

    total = pl.lit(0)
    for position, weight in enumerate(_WEIGHTS, start=8):
        sign = col("uscc__norm").str.slice(position, 1)
        value = sign.replace_strict(
            list(_SIGNS), list(range(36)), default=-1, return_dtype=pl.Int32
        )
        total = total + weight * value
    digit = (total % 11).replace_strict(
        list(range(11)), list(_CHECK_SIGNS), default=None, return_dtype=pl.Utf8
    )
    category, uscc = col("counterparty_category__norm"), col("uscc__norm")
    first = col("row_hash").is_first_distinct()
    masks = {
        "G03": ~category.is_in(CATEGORIES),
        "G05": (uscc != PLACEHOLDER) & ~col("uscc__valid"),
        "G06": (category == CATEGORIES[0]) & (uscc == PLACEHOLDER),
        "G08": uscc.str.starts_with("92") & (category != CATEGORIES[1]),
        "G09": (category == CATEGORIES[1]) & (uscc != PLACEHOLDER) & ~uscc.str.starts_with("92"),
        "G10": (uscc.str.len_chars() == 18)
        & (uscc != PLACEHOLDER)
        & (digit != uscc.str.slice(16, 1)),
        "G21": (col("id_type__norm") == "身份证")
        & ~blank("id_no")
        & ~col("id_no__valid").fill_null(False),
        "G25": ~blank("legal_rep_id_no"),
        "G26": (category != CATEGORIES[2]) & blank("legal_rep"),
        "G28": pl.any_horizontal(~blank(d) & col(f"{d}__date").is_null() for d in DATES),
        "G29": col("decision_date__date") > col("received_date"),
        "G30": col("decision_date__date") < pl.date(2000, 1, 1),
        "G32": col("authority_uscc__valid")
        & ~col("authority_uscc__norm").str.starts_with("1")
        & ~col("authority_uscc__norm").is_in(unit_codes(frame)),
        "G36": ~first,
        "G38": col("has_key") & ~col("record_key").is_first_distinct() & first,
        "T01": (col("decision_date__date") <= col("received_date"))
        & (col("report_date") > col("limit_date")),
        "X01": ~col("permit_category__norm").is_in(PERMIT_CATEGORIES)
        & ~col("permit_category__norm").str.contains(r"^其他-\s*\S"),
        "X02": col("valid_from__date") > col("valid_to__date"),
        "X03": col("valid_to__date") < col("decision_date__date"),
        "X08": col("document_name").str.contains(_DOCUMENT_NO)
        | (col("document_name").str.strip_chars() == col("document_no").str.strip_chars()),
    }
    return {rule: masks[rule].fill_null(False) for rule in RULES}


def unit_codes(frame: Path) -> list[str]:
    """The codes of the roster: the other side of the foreign key."""
    return list(json.loads(frame.with_suffix(".codes.json").read_text(encoding="utf-8")))


def pandera_polars(frame: Path) -> Outcome:
    """One check per rule on the frame, all failures collected."""
    import pandera.polars as pa
    import polars as pl

    rows = pl.read_parquet(frame)

    def check(rule: str, mask: pl.Expr) -> pa.Check:
        return pa.Check(lambda data: data.lazyframe.select(~mask), name=rule)

    schema = pa.DataFrameSchema(checks=[check(r, m) for r, m in polars_masks(frame).items()])

    def work() -> dict[str, int]:
        found = dict.fromkeys(RULES, 0)
        try:
            schema.validate(rows, lazy=True)
        except pa.errors.SchemaErrors as errors:
            for error in errors.schema_errors:
                found[error.check.name] = len(error.failure_cases)
        return found

    return best_of(SLOW_REPEATS, work)


def pointblank_polars(frame: Path) -> Outcome:
    """One step per rule, all failing rows extracted."""
    import pointblank as pb
    import polars as pl

    rows = pl.read_parquet(frame)

    def work() -> dict[str, int]:
        validation = pb.Validate(data=rows)
        for mask in polars_masks(frame).values():
            validation = validation.col_vals_expr(expr=~mask)
        validation = validation.interrogate(extract_limit=rows.height)
        failed = validation.n_failed()
        return {rule: int(failed[k]) for k, rule in enumerate(RULES, start=1)}

    return best_of(SLOW_REPEATS, work)


def gx_pandas(frame: Path) -> Outcome:
    """Great Expectations on pandas, row ids asked for."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import great_expectations.expectations as gxe
    import pandas as pd

    rows = pd.read_parquet(frame)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("bench").add_dataframe_asset("permits")
    batches = asset.add_batch_definition_whole_dataframe("all")

    def work() -> dict[str, int]:
        table = rows.assign(**pandas_masks(rows, frame))
        suite = gx.ExpectationSuite(name="rules")
        for rule, expectation in gx_expectations(gxe).items():
            expectation.meta = {"rule": rule}
            suite.add_expectation(expectation)
        batch = batches.get_batch(batch_parameters={"dataframe": table})
        result = batch.validate(
            suite,
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": ["row_id"],
            },
        )
        crashed = [one for one in result.results if one.exception_info.get("raised_exception")]
        if crashed:
            raise RuntimeError(str(crashed[0].exception_info)[:500])
        return {
            one.expectation_config.meta["rule"]: int(one.result["unexpected_count"])
            for one in result.results
        }

    return best_of(SLOW_REPEATS, work)


def gx_expectations(gxe: Any) -> dict[str, Any]:
    """A built-in expectation where one says the rule; else the mask must be false."""
    built_in = {
        "G03": gxe.ExpectColumnValuesToBeInSet(
            column="counterparty_category__norm", value_set=list(CATEGORIES)
        ),
        "G29": gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="received_date",
            column_B="decision_date__date",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
        ),
        "G30": gxe.ExpectColumnValuesToBeBetween(
            column="decision_date__date", min_value=date(2000, 1, 1)
        ),
        "X01": gxe.ExpectColumnValuesToMatchRegex(
            column="permit_category__norm",
            regex=rf"^(?:{'|'.join(PERMIT_CATEGORIES)})$|^其他-\s*\S",
        ),
        "X02": gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="valid_to__date",
            column_B="valid_from__date",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
        ),
        "X03": gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="valid_to__date",
            column_B="decision_date__date",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
        ),
    }
    return {
        rule: built_in.get(rule) or gxe.ExpectColumnValuesToBeInSet(column=rule, value_set=[False])
        for rule in RULES
    }


def pandas_masks(rows: Any, frame: Path) -> dict[str, Any]:
    """Pandas columns, true where a row violates a rule that no built-in expectation says."""
    import pandas as pd

    def blank(name: str) -> Any:
        return rows[name].isna() | rows[name].str.strip().isin(_NOTHING)

    def truth(name: str) -> Any:
        return rows[name].fillna(False).astype(bool)

    uscc, category = rows["uscc__norm"], rows["counterparty_category__norm"]
    values = {sign: k for k, sign in enumerate(_SIGNS)}
    total = sum(
        weight * uscc.str[position].map(values).fillna(-1).astype(int)
        for position, weight in enumerate(_WEIGHTS, start=8)
    )
    digit = (total % 11).map(dict(enumerate(_CHECK_SIGNS)))
    is_real = uscc.notna() & (uscc != PLACEHOLDER)
    authority = rows["authority_uscc__norm"]
    name, number = rows["document_name"], rows["document_no"]
    dates = {d: pd.to_datetime(rows[f"{d}__date"]) for d in DATES}
    received = pd.to_datetime(rows["received_date"])
    reported, limit = pd.to_datetime(rows["report_date"]), pd.to_datetime(rows["limit_date"])
    repeated = rows.duplicated(["batch_id", "row_hash"])
    undated = sum((~blank(d) & dates[d].isna()).astype(int) for d in DATES)
    return {
        "G05": is_real & ~truth("uscc__valid"),
        "G06": (category == CATEGORIES[0]) & (uscc == PLACEHOLDER),
        "G08": uscc.str.startswith("92", na=False) & (category != CATEGORIES[1]) & category.notna(),
        "G09": (category == CATEGORIES[1]) & is_real & ~uscc.str.startswith("92", na=False),
        "G10": is_real & (uscc.str.len() == 18) & (digit != uscc.str[16]),
        "G21": (rows["id_type__norm"] == "身份证") & ~blank("id_no") & ~truth("id_no__valid"),
        "G25": ~blank("legal_rep_id_no"),
        "G26": category.notna() & (category != CATEGORIES[2]) & blank("legal_rep"),
        "G28": undated > 0,
        "G32": truth("authority_uscc__valid")
        & ~authority.str.startswith("1", na=True)
        & ~authority.isin(unit_codes(frame)),
        "G36": repeated,
        "G38": truth("has_key") & rows.duplicated("record_key") & ~repeated,
        "T01": (dates["decision_date"] <= received) & (reported > limit),
        "X08": name.str.contains(_DOCUMENT_NO, na=False)
        | (name.notna() & (name.str.strip() == number.str.strip())),
    }


CONTENDERS: dict[str, Contender] = {
    "ours": ours,
    "counts": counts,
    "gx_pandas": gx_pandas,
    "pandera_polars": pandera_polars,
    "pointblank_polars": pointblank_polars,
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    print(json.dumps(asdict(CONTENDERS[sys.argv[1]](Path(sys.argv[2])))))
